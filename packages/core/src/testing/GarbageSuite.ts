import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { setTimeout } from "node:timers/promises"
import { createStoa } from "../engine/Stoa.ts"
import { InvalidInput } from "../kernel/Input.ts"
import { isStoaError } from "../kernel/StoaError.ts"
import * as MemoryMedia from "./MemoryMedia.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** What a program without a type checker may hand over instead of what was asked for. */
const garbage: ReadonlyArray<readonly [name: string, value: unknown]> = [
  ["undefined", undefined],
  ["null", null],
  ["a boolean", true],
  ["a number", 7],
  ["no number", Number.NaN],
  ["a bigint", 3n],
  ["a symbol", Symbol("id")],
  ["an empty text", ""],
  ["a NUL character", "\0"],
  ["half a character", "\ud800"],
  ["a very long text", "x".repeat(20_000)],
  ["an object", {}],
  ["an object without a prototype", Object.create(null)],
  ["an object of bigints", { id: 3n, version: 3n, limit: 3n }],
  ["a list", []],
  ["a list of nothing", [null]],
  ["a function", () => 1],
  ["a date", new Date(0)],
  ["a map", new Map([["id", 1]])]
]

/** Text that no database keeps as it is, though callers can send it. */
const broken: ReadonlyArray<readonly [name: string, text: string]> = [
  ["a NUL character", "mug\0"],
  ["half a character", "mug\ud800"],
  ["the other half", "\udfffmug"]
]

type Shop = Awaited<ReturnType<typeof createStoa>>

/** Every place where a caller names something, searches for something or proves something, and the texts that are kept. */
const placesFor = (shop: Shop, text: string): Readonly<Record<string, () => unknown>> => {
  const id = (prefix: string) => `${prefix}_${text}`
  const email = `${text}@example.com`
  const password = "correct horse battery"
  const address = { name: "Ada", line1: text, city: "Portland", region: "OR", postalCode: "97201", country: "US" }
  const price = { amount: 100, currency: "USD" }
  const guest = shop.as({ _tag: "guest", cartToken: text, orderToken: text })
  return {
    "the slug of a product": () => shop.catalog.getProduct(text),
    "the id of a product": () => shop.catalog.getProduct(id("prod")),
    "a search": () => shop.catalog.listProducts({ search: text }),
    "a search with stock": () => shop.catalog.listProducts({ search: text, sort: "relevance", available: true }),
    "the start of a word": () => shop.catalog.suggest(text),
    "a category": () => shop.catalog.listProducts({ category: text }),
    "a tag": () => shop.catalog.listProducts({ tag: text }),
    "a vendor": () => shop.catalog.listProducts({ vendor: text }),
    "a cursor": () => shop.catalog.listProducts({ after: text }),
    "the slug of a category": () => shop.catalog.getCategory(text),
    "the title of a product": () => shop.catalog.createProduct({ title: text, variants: [{ price }] }),
    "the text of a product": () =>
      shop.catalog.createProduct({ title: "Mug", description: text, variants: [{ price, sku: text }] }),
    "the token of a cart": () => guest.carts.get("mine" as never),
    "the id of a cart": () => guest.carts.get(id("cart")),
    "a line of a cart": () => shop.carts.updateItem(id("cart"), id("line"), { quantity: 1 }),
    "carts that become one": () => shop.as({ _tag: "customer", customerId: "user_ada" }).carts.merge(text),
    "the cart of an order": () => guest.checkout.place({ cartId: id("cart"), email, payment: { gateway: "sandbox" } }),
    "a gateway": () => guest.checkout.place({ email: "ada@example.com", payment: { gateway: text, method: text } }),
    "the token of an order": () => guest.orders.get("ord_01jd0000000000000000000000"),
    "the id of an order": () => guest.orders.get(id("ord")),
    "orders of an address": () => shop.orders.list({ email: text }),
    "orders of a customer": () => shop.orders.list({ customerId: text }),
    "the reason of a cancellation": () => shop.orders.cancel(id("ord"), { reason: text }),
    "the reference of a payment": () => shop.payments.verify(text),
    "the id of a payment": () => shop.payments.get(id("pay")),
    "payments of a gateway": () => shop.payments.list({ gateway: text }),
    "a webhook of nobody": () => shop.payments.receiveWebhook(text, { body: new TextEncoder().encode(text), headers: {} }),
    "what a webhook says": () =>
      shop.payments.receiveWebhook("sandbox", { body: new TextEncoder().encode(text), headers: { "sandbox-signature": text } }),
    "stock of a variant": () => shop.inventory.levels(id("var")),
    "the name of a location": () => shop.inventory.createLocation({ code: "north", name: text }),
    "the reason of an adjustment": () => shop.inventory.adjust({ adjustments: [], reason: text }),
    "the address of a sign-in": () => shop.auth.login({ email, password }),
    "the password of a sign-in": () => shop.auth.login({ email: "ada@example.com", password: text }),
    "the address of a registration": () => shop.auth.register({ email, password }),
    "the name of a registration": () => shop.auth.register({ email: "ada@example.com", password, name: text }),
    "the password of a registration": () => shop.auth.register({ email: "eve@example.com", password: `${password}${text}` }),
    "the address that a code is for": () => shop.auth.startPasswordless({ email }),
    "the number that a code is for": () => shop.auth.startPasswordless({ phone: text }),
    "the token of a link": () => shop.auth.verifyPasswordless({ token: text }),
    "the token of an address": () => shop.auth.verifyEmail({ token: text }),
    "a forgotten password": () => shop.auth.forgotPassword({ email }),
    "the token of a new password": () => shop.auth.resetPassword({ token: text, password }),
    "a refresh token": () => shop.auth.refresh({ refreshToken: text }),
    "an access token": () => shop.auth.authenticate(text),
    "the key of a program": () => shop.apiKeys.authenticate(`sk_${text}`),
    "the name of a key": () => shop.apiKeys.create({ name: text, permissions: ["orders:read"] }),
    "the permission of a key": () => shop.apiKeys.create({ name: "till", permissions: [text] }),
    "the id of a key": () => shop.apiKeys.revoke(id("key")),
    "a search for people": () => shop.accounts.list({ search: text }),
    "people of a role": () => shop.accounts.list({ role: text }),
    "the id of a user": () => shop.accounts.get(id("user")),
    "a new user": () => shop.users.create({ email, name: text }),
    "the name of a role": () => shop.roles.get(text),
    "the title of a role": () => shop.roles.create({ name: "night-shift", title: text, permissions: [] }),
    "a saved payment method": () => shop.as({ _tag: "customer", customerId: "user_ada" }).savedMethods.get(id("saved")),
    "a payment method to save": () =>
      shop.as({ _tag: "customer", customerId: "user_ada" }).savedMethods.add({ gateway: text, method: text, consent: true }),
    "an order that a saved payment method pays": () =>
      shop.as({ _tag: "customer", customerId: "user_ada" }).payments.initialize({
        orderId: "ord_01jd0000000000000000000000",
        savedMethodId: id("saved")
      }),
    "an address in the book": () => shop.as({ _tag: "customer", customerId: "user_ada" }).addresses.create({ address }),
    "an address to check": () => shop.addresses.validate({ address }),
    "the name of a tax": () => shop.taxes.create({ name: text, rate: "0.08" } as never),
    "the reason of an exemption": () => shop.taxExemptions.exempt(id("user"), { reason: text }),
    "who is exempt": () => shop.taxExemptions.get(id("user")),
    "a VAT id": () => shop.taxExemptions.setVatId(id("user"), { number: `DE${text}` }),
    "the name of a file": () => shop.media.upload(new TextEncoder().encode("%PDF-1.7"), { name: text, alt: text }),
    "the address of a file": () => shop.media.content(text, { expires: 1, signature: text }),
    "the token of an upload": () => shop.media.receiveUpload(text, new TextEncoder().encode("%PDF-1.7")),
    "the id of a file": () => shop.media.get(id("media")),
    "the name of a vendor": () => shop.vendors.create({ name: text, slug: text, description: text, email }),
    "the id of a vendor": () => shop.vendors.show(id("ven")),
    "who works for a vendor": () => shop.vendors.addMember(id("ven"), { userId: text }),
    "the order of a vendor": () => shop.as({ _tag: "customer", customerId: text, permissions: ["vendors:sell"] }).vendorDesk.order(id("ord")),
    "the name of a zone": () => shop.zones.create("tax", { name: text, areas: [{ country: "US", region: text }] }),
    "the id of a zone": () => shop.zones.get("tax", id("zone")),
    "the name of a method": () => shop.shipping.create({ name: text, price }),
    "the name of a store": () => shop.stores.update({ name: text }),
    "the code of a store": () => shop.inStore(text),
    "a job": () => shop.jobs.redrive(text),
    "a cron job": () => shop.jobs.runCron(text),
    "the subject of an audit": () => shop.audit.list({ subject: text, action: text }),
    "a customer who acts": () => shop.as({ _tag: "customer", customerId: text }).carts.create(),
    "staff who act": () =>
      shop.as({ _tag: "staff", id: text, permissions: ["*"] }).apiKeys.create({ name: "till", permissions: ["orders:read"] }),
    "the name of what acts": () => shop.as({ _tag: "system", name: text }).stores.update({ name: "Main store" }),
    "a product file": () =>
      shop.catalog.importProducts(
        [`Handle,Title,Variant Price\n${text},${text},1.00\n`] as never,
        { format: "csv" }
      )
  }
}

type Methods = Readonly<Record<string, (...args: ReadonlyArray<unknown>) => unknown>>

/** Whoever follows what happens is told nothing while nothing does; garbage would have been refused by then. */
const patience = 50

/** What became of a call: how it failed, if it did. */
const outcome = async (call: () => unknown): Promise<unknown> => {
  try {
    const answer = await call()
    if (typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer) {
      const items = (answer as AsyncIterable<unknown>)[Symbol.asyncIterator]()
      await Promise.race([items.next(), setTimeout(patience)])
      await items.return?.()
    }
    return undefined
  } catch (error) {
    return error
  }
}

/** Whoever calls the engine with what is no input of its methods is told so, and nothing breaks. */
export const garbageSuite = ({ name, storage }: StorageHarness): void => {
  describe(`garbage as input in ${name}`, () => {
    const withShop = (test: (shop: Shop) => Promise<void>) =>
      Effect.promise(async () => {
        await using shop = await createStoa({
          storage: { layer: () => Layer.orDie(storage()) },
          media: { storage: MemoryMedia.make().storage },
          workers: false
        })
        await test(shop)
      })

    const methodsOf = (shop: object): ReadonlyArray<readonly [string, (...args: ReadonlyArray<unknown>) => unknown]> =>
      Object.entries(shop).filter(([part]) => part !== "context").flatMap(([part, service]) =>
        typeof service !== "object" || service === null
          ? []
          : Object.entries(service as Methods).filter(([, method]) => typeof method === "function").map((
            [method, call]
          ) => [`${part}.${method}`, call] as const)
      )

    it.live("is refused by every method of every service with an error of the engine", () =>
      withShop(async (shop) => {
        const methods = methodsOf(shop)
        assert.isAbove(methods.length, 80)
        const failed: Array<string> = []
        for (const [place, [method, call]] of methods.entries()) {
          for (const [index, [what, value]] of garbage.entries()) {
            // every method as its first argument, and every third one as each of the others
            const others = [[value, value, value], ["x", value], ["x", "x", value]][(place + index) % 3] ?? []
            for (const args of [[value], others]) {
              const error = await outcome(() => call(...args))
              if (error === undefined || (isStoaError(error) && error.kind !== "unavailable")) continue
              failed.push(`${method} with ${what} as its argument ${args.length}: ${String(error)}`)
            }
          }
        }
        assert.deepStrictEqual(failed, [])
      }))

    it.live("is refused, or found nowhere, if it is text that no database keeps", () =>
      withShop(async (shop) => {
        const failed: Array<string> = []
        for (const [what, text] of broken) {
          for (const [place, call] of Object.entries(placesFor(shop, text))) {
            const error = await outcome(call)
            if (error === undefined || (isStoaError(error) && error.kind !== "unavailable")) continue
            failed.push(`${place} with ${what}: ${String(error)}`)
          }
        }
        assert.deepStrictEqual(failed, [])
        assert.deepStrictEqual(await outcome(() => shop.jobs.drain()), undefined)
        assert.deepStrictEqual((await shop.jobs.dead({})).items, [])
      }))

    it.live("is named by the parameter that it was given for", () =>
      withShop(async (shop) => {
        // the system has neither an account nor a cart of its own and works for no vendor, nothing is no credential, nothing was sold yet, and
        // a shop without pages has no sitemap
        const expected = new Set(["invalid_input", "unauthenticated", "forbidden", "cart_not_found", "invalid_token", "history_too_short", "sitemap_not_found"])
        const failed: Array<string> = []
        for (const [method, call] of methodsOf(shop)) {
          const error = await outcome(() => call())
          if (error === undefined) continue
          assert(isStoaError(error), `${method}: ${String(error)}`)
          if (!expected.has(error.code)) failed.push(`${method}: ${error.code}`)
        }
        assert.deepStrictEqual(failed, [])
        const pathsOf = async (call: () => unknown) => {
          const error = await outcome(call)
          return error instanceof InvalidInput ? error.faults.map(({ path }) => path.join(".")) : error
        }
        assert.deepStrictEqual(await pathsOf(() => shop.catalog.getProduct(undefined as never)), ["idOrSlug"])
        assert.deepStrictEqual(
          await pathsOf(() => shop.carts.updateItem(7 as never, null as never, { quantity: 1 })),
          ["cart", "lineId"]
        )
        assert.deepStrictEqual(await pathsOf(() => shop.inStore(7 as never)), ["code"])
        assert.deepStrictEqual(await pathsOf(() => shop.as({ _tag: "customer" } as never)), ["customerId"])
      }))
  })
}
