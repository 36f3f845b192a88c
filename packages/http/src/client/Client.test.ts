import type { ProductNotFound } from "@stoa/core/catalog/CatalogErrors"
import * as CatalogErrors from "@stoa/core/catalog/CatalogErrors"
import { afterAll, assert, describe, expectTypeOf, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Stream from "effect/Stream"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { toFetchHandler } from "../FetchHandler.ts"
import { customerToken, staffKey, stub } from "../testing/StubEngine.ts"
import { type Client, type CreateClientOptions, createClient, make, StoaProblem, StoaUnreachable } from "./index.ts"

const requests: Array<Request> = []
let failures = 0

const shop = toFetchHandler(
  stub({
    catalog: {
      listProducts: (query) => Effect.succeed({ items: [], nextCursor: JSON.stringify(query) }),
      getProduct: (product): Effect.Effect<never, ProductNotFound> =>
        Effect.fail(new CatalogErrors.ProductNotFound({ product }))
    },
    catalogFiles: {
      importProducts: (source) =>
        Effect.promise(async () => {
          let text = ""
          for await (const piece of source) text += Buffer.from(piece).toString("utf8")
          return { lines: text.split("\n").length, products: { created: 1, updated: 0, unchanged: 0 }, failureCount: 0, failures: [], leftOut: [] }
        }),
      exportProducts: () => Stream.make("Handle,Title\r\n", "mug,Mug\r\n")
    },
    orders: { listMine: () => Effect.succeed({ items: [], nextCursor: null }) },
    auth: { logout: Effect.void }
  }),
  { accessLog: false }
)
afterAll(shop.close)

const inProcess = (async (input: RequestInfo | URL, init?: RequestInit) => {
  const request = new Request(input, init)
  requests.push(request)
  if (failures > 0) {
    failures -= 1
    throw new TypeError("the network is down")
  }
  return shop(request)
}) as typeof globalThis.fetch

type RequestInfo = string | Request

const client = (options: Partial<CreateClientOptions> = {}): Client =>
  createClient({ baseUrl: "http://shop.test", fetch: inProcess, ...options })

const caught = (promise: Promise<unknown>): Promise<unknown> => promise.then((value) => value, (error: unknown) => error)

describe("the client", () => {
  it("calls operations by their names, with typed requests and answers", async () => {
    const page = await client().products.list({ query: { limit: 2, onSale: true } })
    assert.deepStrictEqual(page, { items: [], nextCursor: "{\"limit\":2,\"onSale\":true}" })
    expectTypeOf(page.items).items.toHaveProperty("priceFrom")
    assert.deepStrictEqual(await client().system.health(), { status: "ok" })
  })

  it("needs no request where nothing has to be said", async () => {
    assert.deepStrictEqual(await client().products.list(), { items: [], nextCursor: "{}" })
    assert.deepStrictEqual(await client().products.list({ query: undefined }), { items: [], nextCursor: "{}" })
    assert.strictEqual((await client().orders.list()).nextCursor, null)
    expectTypeOf<Parameters<Client["products"]["get"]>[0]>().not.toBeUndefined()
    expectTypeOf<Parameters<Client["cart"]["addItem"]>[0]>().not.toBeUndefined()
  })

  it("throws problems, with the code of the engine and the id of the request", async () => {
    const error = await caught(client().products.get({ params: { idOrSlug: "mug" } }))
    assert.instanceOf(error, StoaProblem)
    assert.include(error, { code: "product_not_found", status: 404, detail: "There is no product mug" })
    assert.match(error.requestId, /^req_/)
    assert.strictEqual(error.problem["product"], "mug")
  })

  it("finds fault with input before sending it, in the words of the server", async () => {
    const before = requests.length
    const error = await caught(client().products.list({ query: { limit: 1_000 } }))
    assert.instanceOf(error, StoaProblem)
    assert.deepStrictEqual([error.code, error.errors[0]?.path], ["invalid_input", ["limit"]])
    assert.strictEqual(requests.length, before)
  })

  it("sends credentials, tokens and keys in their headers", async () => {
    await client({ token: async () => customerToken, cartToken: "cart_1", orderToken: () => "order_1" }).orders.list({ query: {} })
    const { headers } = requests.at(-1)!
    assert.strictEqual(headers.get("authorization"), `Bearer ${customerToken}`)
    assert.strictEqual(headers.get("stoa-cart"), "cart_1")
    assert.strictEqual(headers.get("stoa-order-token"), "order_1")
    assert.isNull(headers.get("idempotency-key"))
    await caught(client({ apiKey: staffKey }).products.get({ params: { idOrSlug: "a" } }, { ifMatch: "\"v1\"" }))
    assert.strictEqual(requests.at(-1)!.headers.get("x-api-key"), staffKey)
    assert.strictEqual(requests.at(-1)!.headers.get("if-match"), "\"v1\"")
  })

  it("names each POST, so that it can repeat it when the network fails", async () => {
    failures = 1
    const before = requests.length
    await client({ token: customerToken }).auth.logout()
    const keys = requests.slice(before).map(({ headers }) => headers.get("idempotency-key"))
    assert.strictEqual(keys.length, 2)
    assert.match(keys[0] ?? "", /^[0-9a-f]{32}$/)
    assert.strictEqual(keys[0], keys[1])
    await client({ token: customerToken }).auth.logout(undefined, { idempotencyKey: "mine" })
    assert.strictEqual(requests.at(-1)!.headers.get("idempotency-key"), "mine")
  })

  it("says so when nothing answers, or something that is not a shop", async () => {
    failures = 10
    const down = await caught(client({ retries: 0 }).system.health())
    failures = 0
    assert.instanceOf(down, StoaUnreachable)
    const proxy = async () => new Response("<h1>Bad gateway</h1>", { status: 502 })
    const strange = await caught(client({ retries: 0, fetch: proxy as typeof fetch }).system.health())
    assert.instanceOf(strange, StoaUnreachable)
    assert.strictEqual(strange.status, 502)
  })

  it("sends files while they are read and reads them while they come", async () => {
    const staff = client({ apiKey: staffKey })
    const pieces = async function*() {
      yield new TextEncoder().encode("Handle,Title\n")
      yield new TextEncoder().encode("mug,Mug")
    }
    assert.strictEqual((await staff.adminProducts.import({ query: {}, payload: pieces() })).lines, 2)
    assert.strictEqual(requests.at(-1)!.headers.get("content-type"), "text/csv")
    await staff.adminProducts.import({ query: { dryRun: true }, payload: "[]" }, { contentType: "application/json" })
    assert.strictEqual(requests.at(-1)!.headers.get("content-type"), "application/json")
    let text = ""
    for await (const piece of await staff.adminProducts.export({ query: {} })) text += new TextDecoder().decode(piece)
    assert.strictEqual(text, "Handle,Title\r\nmug,Mug\r\n")
  })

  it("gives up when it is told to", async () => {
    const controller = new AbortController()
    controller.abort()
    const error = await caught(client().system.health(undefined, { signal: controller.signal }))
    assert.instanceOf(error, Error)
  })

  it.effect("has effects as well, with the codes of each operation in the type", () =>
    Effect.gen(function*() {
      const shop = yield* make({ baseUrl: "http://shop.test" })
      const get = shop.products.get({ params: { idOrSlug: "mug" } })
      const error = yield* Effect.flip(get)
      assert.strictEqual(error.code, "product_not_found")
      type Code = Effect.Error<typeof get>["code"]
      expectTypeOf<"product_not_found">().toExtend<Code>()
      expectTypeOf<"unreachable">().toExtend<Code>()
      expectTypeOf<"cart_closed">().not.toExtend<Code>()
    }).pipe(Effect.provide(FetchHttpClient.layer), Effect.provideService(FetchHttpClient.Fetch, inProcess)))
})

describe("the client's code", () => {
  const packages = join(dirname(fileURLToPath(import.meta.url)), "../../..")
  const statement = /^(?:import|export)\s+(?!type\b)(?:([^"';]*?)\s+from\s+)?"([^"]+)"/gm

  /** Everything that loading a module loads, by the imports in its source. */
  const loaded = (entry: string): ReadonlyMap<string, ReadonlyArray<string>> => {
    const modules = new Map<string, Array<string>>()
    const visit = (file: string): void => {
      if (modules.has(file)) return
      const foreign: Array<string> = []
      modules.set(file, foreign)
      for (const [, names = "", specifier = ""] of readFileSync(file, "utf8").matchAll(statement)) {
        const only = /^\{([^}]*)\}$/.exec(names.trim())?.[1]?.split(",").map((name) => name.trim()).filter(Boolean)
        if (only !== undefined && only.every((name) => name.startsWith("type "))) continue
        if (specifier.startsWith(".")) visit(join(dirname(file), specifier))
        else if (specifier.startsWith("@stoa/core/")) visit(join(packages, "core/src", `${specifier.slice(11)}.ts`))
        else foreign.push(specifier)
      }
    }
    visit(entry)
    return modules
  }

  it("loads nothing of the server and nothing of Node, so that browsers can run it", () => {
    const modules = loaded(join(packages, "http/src/client/index.ts"))
    assert.isAbove(modules.size, 40)
    for (const [file, specifiers] of modules) {
      assert.isTrue(existsSync(file))
      for (const specifier of specifiers) {
        assert.match(specifier, /^effect\//, file)
        assert.notMatch(specifier, /HttpApiBuilder|HttpServer$|HttpRouter|platform-node/, file)
      }
      assert.notMatch(file, /packages\/http\/src\/(?!api|client)/, file)
    }
  })
})
