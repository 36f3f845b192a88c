import { assert, describe, it } from "@effect/vitest"
import { Actor, createStoa, definePlugin, Money, Stores } from "@stoa/core"
import { InvalidInput } from "@stoa/core/kernel/Input"
import { isStoaError } from "@stoa/core/kernel/StoaError"
import * as SandboxGateway from "@stoa/core/payments/SandboxGateway"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqlite } from "./index.ts"

const address = { name: "Ada", line1: "12 Mill Lane", city: "Graz", postalCode: "8010", country: "AT" }

describe("Two engines in one process", () => {
  it("share nothing: other currencies, stores and databases", async () => {
    const dollars = await createStoa({
      storage: sqlite({ filename: ":memory:" }),
      store: { code: "us", currency: "USD" },
      workers: false
    })
    const yen = await createStoa({
      storage: sqlite({ filename: ":memory:" }),
      store: { code: "jp", currency: "JPY", settings: { pricesIncludeTax: true } },
      workers: false
    })
    try {
      await dollars.taxes.create({ name: "Sales tax", taxClass: "standard", ratePpm: 100_000 })
      await yen.taxes.create({ name: "Consumption tax", taxClass: "standard", ratePpm: 100_000 })
      const sell = async (shop: typeof dollars, currency: string, amount: number) => {
        const product = await shop.catalog.createProduct({
          title: "Tea bowl",
          status: "active",
          variants: [{ price: { amount, currency }, stock: 3, requiresShipping: false }]
        })
        const { cart } = await shop.carts.create()
        await shop.carts.addItem(cart.id, { variantId: product.variants[0]!.id, quantity: 2 })
        const { order } = await shop.checkout.place({
          cartId: cart.id,
          email: "ada@example.com",
          shippingAddress: address,
          payment: { gateway: "sandbox" }
        })
        return order
      }
      const [inDollars, inYen] = await Promise.all([sell(dollars, "USD", 1050), sell(yen, "JPY", 1100)])

      assert.strictEqual(Money.format(inDollars.total, "en-US"), "$23.10")
      assert.strictEqual(Money.format(inDollars.tax, "en-US"), "$2.10")
      assert.strictEqual(Money.format(inYen.total, "en-US"), "¥2,200")
      assert.strictEqual(Money.format(inYen.tax, "en-US"), "¥200")
      assert.strictEqual((await dollars.catalog.listProducts()).items.length, 1)
      const strange = await dollars.orders.get(inYen.id).catch((error) => error.code)
      assert.strictEqual(strange, "order_not_found")
      assert.strictEqual((await yen.stores.current()).code, "jp")
    } finally {
      await Promise.all([dollars.close(), yen.close()])
    }
  })

  it("keep their stores apart in one database", async () => {
    const folder = mkdtempSync(join(tmpdir(), "stoa-"))
    const shop = await createStoa({ storage: sqlite({ filename: join(folder, "shop.db") }), workers: false })
    try {
      await shop.stores.create({ code: "outlet", name: "Outlet", currency: "EUR" })
      const outlet = await shop.inStore("outlet")
      const product = await outlet.catalog.createProduct({
        title: "Odd mug",
        status: "active",
        variants: [{ price: { amount: 500, currency: "EUR" }, stock: 1, sku: "MUG" }]
      })
      assert.strictEqual((await outlet.catalog.getProduct("odd-mug")).id, product.id)
      assert.strictEqual(await shop.catalog.getProduct("odd-mug").catch((error) => error.code), "product_not_found")
      assert.strictEqual(await shop.catalog.getProduct(product.id).catch((error) => error.code), "product_not_found")
      assert.deepStrictEqual((await shop.catalog.listProducts({ status: "any" })).items, [])
      // the same SKU and slug may be used again in another store
      await shop.catalog.createProduct({ title: "Odd mug", variants: [{ price: { amount: 1, currency: "USD" }, sku: "MUG" }] })
      assert.strictEqual(await shop.inStore("nowhere").then(() => "found", (error) => error.code), "store_not_found")
    } finally {
      await shop.close()
      rmSync(folder, { recursive: true })
    }
  })
})

describe("A plug-in", () => {
  it("hears of events in their own store, as the system, and may come only after what it requires", async () => {
    const heard: Array<string> = []
    const listener = definePlugin({
      name: "listener",
      version: "1.0.0",
      subscribers: [{
        name: "listener:products",
        types: ["product.created"],
        handle: () =>
          Effect.gen(function*() {
            const stores = yield* Stores.Stores
            const store = yield* stores.current
            heard.push(`${store.code} ${Actor.describe(yield* Actor.CurrentActor)}`)
          })
      }]
    })
    const shop = await createStoa({ storage: sqlite({ filename: ":memory:" }), workers: false, plugins: [listener] })
    try {
      await shop.stores.create({ code: "outlet", name: "Outlet", currency: "EUR" })
      const outlet = await shop.inStore("outlet")
      await outlet.catalog.createProduct({ title: "x", variants: [{ price: { amount: 1, currency: "EUR" } }] })
      await shop.catalog.createProduct({ title: "x", variants: [{ price: { amount: 1, currency: "USD" } }] })
      await shop.jobs.drain()
      assert.deepStrictEqual([...heard].sort(), ["main system:event:listener:products", "outlet system:event:listener:products"])
    } finally {
      await shop.close()
    }

    const needy = definePlugin({ name: "needy", version: "1.0.0", requires: ["listener"] })
    const opened = await createStoa({ storage: sqlite({ filename: ":memory:" }), plugins: [needy, listener] })
      .then(() => "opened", (error: Error) => error.message)
    assert.strictEqual(opened, "The plug-in needy needs listener before it")
  })
})

describe("The promise face", () => {
  it("guards calls that are made as somebody", async () => {
    const shop = await createStoa({ storage: sqlite({ filename: ":memory:" }), workers: false })
    try {
      const guest = shop.as(Actor.guest())
      const codes = await Promise.all([
        guest.catalog.createProduct({ title: "x", variants: [{ price: { amount: 1, currency: "USD" } }] }),
        guest.orders.list(),
        guest.inventory.list(),
        guest.payments.balances(),
        guest.apiKeys.create({ name: "mine", permissions: ["*"] }),
        guest.stores.update({ name: "mine" }),
        guest.jobs.drain(),
        guest.payments.recover(),
        guest.carts.deleteExpired()
      ].map((call) => (call as Promise<unknown>).then(() => "allowed", (error) => error.code)))
      assert.deepStrictEqual(codes, Array.from(codes, () => "unauthenticated"))
      const clerk = shop.as(Actor.staff("key_1", ["orders:read"]))
      assert.deepStrictEqual((await clerk.orders.list()).items, [])
      assert.strictEqual(await clerk.payments.balances().catch((error) => error.code), "forbidden")
    } finally {
      await shop.close()
    }
  })

  it("counts failed sign-ins of a network by where calls come from, whatever the account", async () => {
    await using shop = await createStoa({ storage: sqlite({ filename: ":memory:" }), workers: false, identity: { argon2: { memoryCost: 8, timeCost: 1, parallelism: 1 } } })
    const from = shop.calledFrom({ address: "203.0.113.9", userAgent: null })
    const elsewhere = shop.calledFrom({ address: "198.51.100.7", userAgent: null })
    const code = (caller: typeof shop, number: number) =>
      caller.auth.login({ email: `nobody-${number}@example.com`, password: "tulip lamp seven" }).then(() => "in", (error) => error.code)
    for (let number = 0; number < 50; number++) assert.strictEqual(await code(from, number), "invalid_credentials")
    assert.strictEqual(await code(from, 50), "too_many_attempts")
    assert.strictEqual(await code(elsewhere, 50), "invalid_credentials")
    assert.throws(() => shop.calledFrom("203.0.113.9" as never), /Expected an object/)
  })

  it("tells listeners what happened", async () => {
    const heard: Array<string> = []
    const shop = await createStoa({
      storage: sqlite({ filename: ":memory:" }),
      workers: false,
      on: { "product.created": (event) => void heard.push(event.subject) }
    })
    try {
      const { id } = await shop.catalog.createProduct({ title: "x", variants: [{ price: { amount: 1, currency: "USD" } }] })
      await shop.jobs.drain()
      assert.deepStrictEqual(heard, [id])
    } finally {
      await shop.close()
    }
  })

  it("is not made with a listener for what never happens, nor with a plug-in that cannot start", async () => {
    const storage = sqlite({ filename: ":memory:" })
    const failure = (shop: Promise<unknown>) => shop.then(() => undefined, (error: unknown) => error)
    const misspelt = await failure(createStoa({
      storage,
      workers: false,
      // @ts-expect-error There is no event of this name.
      on: { "order.payed": () => {} }
    }))
    assert.instanceOf(misspelt, InvalidInput)
    assert.deepStrictEqual(misspelt.faults.map(({ path }) => path), [["on", "order.payed"]])
    const broken = definePlugin({
      name: "broken",
      version: "1.0.0",
      layer: Layer.effectDiscard(Effect.fail("no coffee"))
    })
    const failed = await failure(createStoa({ storage, workers: false, plugins: [broken] }))
    assert(isStoaError(failed))
    assert.deepStrictEqual([failed.code, failed.message], ["plugin_failed", "The plug-in broken could not start: no coffee"])
  })

  it("grants the permissions that there are, a plug-in's among them", async () => {
    const notes = definePlugin({ name: "notes", version: "1.0.0", permissions: { "notes:write": "Write notes" } })
    await using shop = await createStoa({ storage: sqlite({ filename: ":memory:" }), workers: false, plugins: [notes] })
    const permissions = ["notes:write", "notes:*", "orders:*"]
    const { apiKey } = await shop.apiKeys.create({ name: "notes", permissions })
    assert.deepStrictEqual(apiKey.permissions, permissions)
    const error = await shop.apiKeys.create({ name: "k", permissions: ["orders:read", "poems:write"] }).catch((error) => error)
    assert.deepStrictEqual(error.faults.map(({ path }: { path: unknown }) => path), [["permissions", 1]])
  })

  it("is gone after close, and closing again does nothing", async () => {
    const shop = await createStoa({ storage: sqlite({ filename: ":memory:" }) })
    await shop.close()
    await shop.close()
    const answer = await shop.catalog.listProducts().then(() => "answered", () => "failed")
    assert.strictEqual(answer, "failed")
  })
})

describe("An engine that is made wrongly", () => {
  /** What a program that no type checker has read is told. */
  const refusal = async (options: unknown): Promise<string> => {
    const error: unknown = await createStoa(options as Parameters<typeof createStoa>[0]).then((shop) => shop.close(), (error) => error)
    if (!isStoaError(error)) throw new Error("it was made, or broke", { cause: error })
    return error.message
  }
  const storage = sqlite({ filename: ":memory:" })
  const open = sqlite as (options?: unknown) => typeof storage

  it("says what its storage should be", async () => {
    for (const options of [undefined, null, "shop.db"]) assert.include(await refusal(options), "createStoa({ storage: ... })")
    assert.match(await refusal({}), /^storage: is missing\. .*sqlite\(\{ filename: "shop\.db" \}\)/)
    assert.include(await refusal({ storage: "shop.db" }), "storage: is no storage")
    assert.include(await refusal({ storage: sqlite }), "storage: is no storage")
    assert.include(await refusal({ storage: Promise.resolve(storage) }), "storage: is a promise")
    for (const named of [open(), open("shop.db"), open({ filename: 4 }), open({ filename: "" })]) {
      assert.include(await refusal({ storage: named }), "sqlite({ filename: \"shop.db\" })")
    }
  })

  it("does not go on without what a wrong name was meant to give it", async () => {
    assert.strictEqual(await refusal({ storage, gateway: [], secrets: "x" }), "gateway: is not known here; secrets: is not known here")
    assert.strictEqual(await refusal({ storage, gateways: {} }), "gateways: Expected array")
    const { refund: _, ...gateway } = SandboxGateway.make()
    assert.strictEqual(await refusal({ storage, gateways: [SandboxGateway.make] }), "gateways.0: is a function. Call it with its options, and give what it returns")
    assert.strictEqual(await refusal({ storage, gateways: [gateway] }), "gateways.0.refund: is missing")
    const odd = { ...SandboxGateway.make(), name: "My Bank", capabilities: { ...gateway.capabilities, currencies: ["eur"] }, setup: undefined }
    assert.strictEqual(
      await refusal({ storage, gateways: [odd] }),
      "gateways.0.name: Expected at most 50 lower-case letters, digits, - and _, such as \"stripe\"; "
        + "gateways.0.capabilities.currencies: holds what is no currency of ISO 4217: eur; "
        + "gateways.0.setup: is missing: setup and retrieveSetup come together"
    )
    assert.include(await refusal({ storage, gateways: [{ name: "bank" }] }), "gateways.0.capabilities: Expected what it can do")
    assert.include(await refusal({ storage, mailer: { name: "post" } }), "mailer: is no mailer. Expected one with name and send")
    assert.include(await refusal({ storage, secret: "short" }), "at least 32 characters; `openssl rand -base64 32` makes one")
    await using shop = await createStoa({ storage, workers: false, ...({ mailer: undefined, plugins: undefined } as object) })
    assert.include(await shop.stores.current().then(({ code }) => code), "main")
  })

  it("says, once it was closed, that this may be why nothing answers", async () => {
    const shop = await createStoa({ storage, workers: false })
    await shop.close()
    const error: unknown = await shop.catalog.listProducts().catch((error) => error)
    assert.include(isStoaError(error) ? error.message : "", "the engine was closed")
  })

  it("names the ways to say who is calling", async () => {
    await using shop = await createStoa({ storage, workers: false })
    assert.throws(() => shop.as("ada" as unknown as Actor.Actor), /Actor\.customer\(id\)/)
  })
})
