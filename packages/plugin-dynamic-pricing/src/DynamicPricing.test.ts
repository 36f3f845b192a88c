import { postgres } from "@stoa/adapter-postgres"
import { TestDatabase } from "@stoa/adapter-postgres/testing"
import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import { Jobs } from "@stoa/core/jobs/Jobs"
import * as Actor from "@stoa/core/kernel/Actor"
import { toFetchHandler } from "@stoa/http"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { DynamicPricing, dynamicPricing } from "./index.ts"

const usd = (amount: number) => ({ amount, currency: "USD" })

const settings = { store: { currency: "USD" }, plugins: [dynamicPricing()], workers: false } as const

const onSqlite = () => createStoa({ ...settings, storage: sqlite({ filename: ":memory:" }) })
const onPostgres = (url: string) => createStoa({ ...settings, storage: postgres({ url }) })

type Shop = Awaited<ReturnType<typeof onSqlite>>

const product = async (shop: Shop, title: string, stock: number, price = 1_000) => {
  const { variants } = await shop.catalog.createProduct({
    title,
    status: "active",
    variants: [{ price: usd(price), stock, requiresShipping: false }]
  })
  return variants[0]!.id
}

/** What one piece costs in a cart. */
const priceOf = async (shop: Shop, variantId: string) => {
  const { cart } = await shop.carts.create()
  const { pricing } = await shop.carts.addItem(cart.id, { variantId, quantity: 1 })
  return pricing.total.amount
}

const codeOf = (error: unknown) => (error as { readonly code?: string }).code

const refused = (call: Promise<unknown>) => call.then(() => "nothing was refused", codeOf)

const scarce = { name: "Nearly gone", trigger: { by: "stock", atMost: 5 }, changePpm: 200_000 } as const

const tests = (open: () => Promise<Shop>) => {
  it("writes what prices become into a price list, step by step, and says why", async () => {
    await using shop = await open()
    const pricing = shop.use(DynamicPricing)
    const [few, many, free] = [await product(shop, "Mug", 4), await product(shop, "Cup", 50), await product(shop, "Jug", 1)]
    await pricing.createRule(scarce)
    await pricing.setLimits({
      limits: [few, many].map((variantId) => ({ variantId, floor: 800, ceiling: 1_150, maxStepPpm: 100_000 }))
    })
    const preview = await pricing.preview({ limit: 1 })
    assert.strictEqual(preview.items.length, 1)
    const { items: [second], nextCursor } = await pricing.preview({ limit: 1, after: preview.nextCursor! })
    assert.deepStrictEqual([[preview.items[0]!.after, second!.after].toSorted(), nextCursor], [[1_000, 1_100], null])
    assert.strictEqual(await priceOf(shop, few), 1_000)

    assert.deepStrictEqual(await pricing.run(), { looked: 2, changed: 1 })
    assert.deepStrictEqual([await priceOf(shop, few), await priceOf(shop, many), await priceOf(shop, free)], [1_100, 1_000, 1_000])
    // however many run at once, each step is made once
    await Promise.all([pricing.run(), pricing.run(), pricing.run()])
    assert.deepStrictEqual(await pricing.run(), { looked: 2, changed: 0 })
    const { items } = await pricing.changes({ variantId: few })
    assert.deepStrictEqual(
      items.map(({ after, before, limitedBy, reasons }) => [before, after, limitedBy, reasons[0]?.because])
        .toSorted((a, b) => Number(a[0]) - Number(b[0])),
      [[1_000, 1_100, "step", "4 pieces left"], [1_100, 1_150, "ceiling", "4 pieces left"]]
    )

    // more comes in, and the price goes back to that of the catalog, which needs no entry
    await shop.inventory.adjust({ adjustments: [{ variantId: few, delta: 20 }], reason: "delivery" })
    await pricing.run()
    await pricing.run()
    assert.strictEqual(await priceOf(shop, few), 1_000)
    const [list] = (await shop.priceLists.list()).items
    assert.deepStrictEqual((await shop.priceLists.prices(list!.id)).items, [])
  })

  it("follows what was sold, without what was cancelled or is not paid, and leaves a variant alone that has no limits any more", async () => {
    await using shop = await open()
    const pricing = shop.use(DynamicPricing)
    const mug = await product(shop, "Mug", 50)
    await pricing.createRule({ name: "Wanted", trigger: { by: "demand", days: 7, atLeast: 3 }, changePpm: 500_000 })
    await pricing.setLimits({ limits: [{ variantId: mug, floor: 0, ceiling: 5_000, maxStepPpm: 1_000_000 }] })
    const buy = async (quantity: number, method = "sandbox_success") => {
      const { cart } = await shop.carts.create()
      await shop.carts.addItem(cart.id, { variantId: mug, quantity })
      return shop.checkout.place({ cartId: cart.id, email: "ada@example.com", payment: { gateway: "sandbox", method } })
    }
    const { order } = await buy(2)
    await shop.orders.cancel(order.id)
    assert.deepStrictEqual(
      [(await buy(3, "sandbox_decline")).order.status, (await buy(3, "sandbox_redirect")).order.status],
      ["failed", "pending"]
    )
    const { order: kept } = await buy(5)
    await shop.cancellations.cancel(kept.id, { lines: [{ lineId: kept.lines[0]!.id, quantity: 3 }], reason: "too many" })
    assert.strictEqual((await pricing.run()).changed, 0)
    await buy(1)
    assert.strictEqual((await pricing.run()).changed, 1)
    assert.strictEqual(await priceOf(shop, mug), 1_500)
    // all of them or none
    assert.strictEqual(await refused(pricing.removeLimits({ variantIds: [mug, "nothing" as never] })), "invalid_input")
    assert.strictEqual((await pricing.limits()).items.length, 1)
    await pricing.removeLimits({ variantIds: [mug] })
    assert.strictEqual(await priceOf(shop, mug), 1_000)
    assert.deepStrictEqual(await pricing.run(), { looked: 0, changed: 0 })
  })

  it("makes its list again that somebody deleted, changes no price in another store, and runs by itself", async () => {
    await using shop = await open()
    const pricing = shop.use(DynamicPricing)
    const mug = await product(shop, "Mug", 1)
    await pricing.createRule(scarce)
    await pricing.setLimits({ limits: [{ variantId: mug, floor: 0, ceiling: 5_000, maxStepPpm: 1_000_000 }] })
    await shop.jobs.runCron("dynamic-pricing.run")
    assert.strictEqual(await priceOf(shop, mug), 1_200)
    const [list] = (await shop.priceLists.list()).items
    await shop.priceLists.delete(list!.id)
    assert.strictEqual(await priceOf(shop, mug), 1_000)
    await shop.jobs.runCron("dynamic-pricing.run")
    assert.strictEqual(await priceOf(shop, mug), 1_200)

    await shop.stores.create({ code: "elsewhere", name: "Elsewhere", currency: "USD" })
    const elsewhere = (await shop.inStore("elsewhere")).use(DynamicPricing)
    assert.deepStrictEqual([await elsewhere.rules(), await elsewhere.run()], [[], { looked: 0, changed: 0 }])
    assert.strictEqual(
      await refused(elsewhere.setLimits({ limits: [{ variantId: mug, floor: 0, ceiling: 1, maxStepPpm: 1 }] })),
      "invalid_input"
    )
  })

}

describe("dynamic pricing on SQLite", () => tests(onSqlite))

describe("dynamic pricing on PostgreSQL", () => {
  const databases = Effect.runSync(Scope.make())
  let urls: Array<string> = []
  beforeAll(async () => {
    urls = await Effect.runPromise(Scope.provide(Effect.all([TestDatabase.empty, TestDatabase.empty, TestDatabase.empty]), databases))
  })
  afterAll(() => Effect.runPromise(Scope.close(databases, Exit.void)))
  tests(() => onPostgres(urls.pop() ?? ""))
})

describe("dynamic pricing", () => {
  it("refuses what is no rule and no limit, and whoever may not", async () => {
    await using shop = await onSqlite()
    const pricing = shop.use(DynamicPricing)
    const mug = await product(shop, "Mug", 1)
    const rules: ReadonlyArray<unknown> = [
      undefined,
      { ...scarce, changePpm: -1_000_001 },
      { ...scarce, trigger: { by: "stock" } },
      { ...scarce, trigger: { by: "stock", atLeast: 5, atMost: 4 } },
      { ...scarce, trigger: { by: "moon" } },
      { ...scarce, trigger: { by: "time", weekdays: [8], from: 0, to: 24, timeZone: "UTC" } },
      { ...scarce, trigger: { by: "time", weekdays: [1], from: 0, to: 24, timeZone: "Moon/Crater" } }
    ]
    for (const rule of rules) assert.strictEqual(await refused(pricing.createRule(rule as never)), "invalid_input")
    const limit = { variantId: mug, floor: 10, ceiling: 20, maxStepPpm: 1 }
    const all: ReadonlyArray<unknown> = [
      undefined,
      { limits: [] },
      { limits: [{ ...limit, ceiling: 9 }] },
      { limits: [limit, limit] },
      { limits: [{ ...limit, variantId: "nothing" }] }
    ]
    for (const limits of all) assert.strictEqual(await refused(pricing.setLimits(limits as never)), "invalid_input")
    assert.deepStrictEqual((await pricing.limits()).items, [])
    const { id, version } = await pricing.createRule(scarce)
    assert.strictEqual((await pricing.updateRule(id, { enabled: false, version })).enabled, false)
    assert.strictEqual(await refused(pricing.updateRule(id, { enabled: true, version })), "version_conflict")
    assert.strictEqual(await refused(pricing.deleteRule("nothing")), "price_rule_not_found")
    await pricing.deleteRule(id)
    assert.strictEqual(await refused(pricing.updateRule(id, {})), "price_rule_not_found")
    const guest = shop.as({ _tag: "guest" }).use(DynamicPricing)
    const calls = [guest.rules(), guest.run(), guest.preview(), guest.changes(), guest.createRule(scarce), guest.deleteRule(id)]
    assert.deepStrictEqual([...new Set(await Promise.all(calls.map(refused)))], ["unauthenticated"])
  })

  it.effect("keeps for 400 days what was changed, and why", () =>
    Effect.gen(function*() {
      const shop = yield* Effect.acquireRelease(Effect.promise(onSqlite), (shop) => Effect.promise(() => shop.close()))
      const mug = yield* Effect.promise(() => product(shop, "Mug", 1))
      yield* Effect.gen(function*() {
        const pricing = yield* DynamicPricing
        yield* pricing.createRule(scarce)
        yield* pricing.setLimits({ limits: [{ variantId: mug, floor: 0, ceiling: 5_000, maxStepPpm: 1_000_000 }] })
        yield* pricing.run
        const kept = Effect.andThen(
          Effect.flatMap(Jobs, (jobs) => jobs.runCron("dynamic-pricing.forget")),
          Effect.map(pricing.changes(), ({ items }) => items.length)
        )
        yield* TestClock.adjust("400 days")
        assert.strictEqual(yield* kept, 1)
        yield* TestClock.adjust("1 second")
        assert.strictEqual(yield* kept, 0)
      }).pipe(Actor.as(Actor.system("test")), Effect.provideContext(shop.context))
    }).pipe(Effect.scoped))

  it("is served beside the API, with its permissions and problems", async () => {
    await using shop = await onSqlite()
    const mug = await product(shop, "Mug", 1)
    const { secret } = await shop.apiKeys.create({ name: "till", permissions: ["dynamic-pricing:*"] })
    const api = toFetchHandler(shop, { accessLog: false })
    const call = async (method: string, path: string, body?: unknown, key: string | undefined = secret) => {
      const response = await api(
        new Request(`http://shop.test/api/v1/admin/dynamic-pricing${path}`, {
          method,
          headers: { "content-type": "application/json", ...(key === "" ? {} : { authorization: `Bearer ${key}` }) },
          ...(body === undefined ? {} : { body: JSON.stringify(body) })
        })
      )
      const text = await response.text()
      return [response.status, text === "" ? undefined : JSON.parse(text)] as const
    }
    const [created, rule] = await call("POST", "/rules", scarce)
    assert.strictEqual(created, 201)
    assert.strictEqual((await call("PATCH", `/rules/${rule.id}`, { changePpm: 100_000 }))[1].changePpm, 100_000)
    assert.deepStrictEqual(
      await call("PUT", "/limits", { limits: [{ variantId: mug, floor: 0, ceiling: 5_000, maxStepPpm: 1_000_000 }] }),
      [204, undefined]
    )
    assert.strictEqual((await call("GET", "/preview?limit=10"))[1].items[0].after, 1_100)
    assert.deepStrictEqual(await call("POST", "/runs"), [201, { looked: 1, changed: 1 }])
    assert.strictEqual((await call("GET", `/changes?variantId=${mug}`))[1].items[0].reasons[0].because, "1 piece left")
    const problem = async (...args: Parameters<typeof call>) => {
      const [status, body] = await call(...args)
      return [status, body.code]
    }
    assert.deepStrictEqual(await problem("POST", "/rules", { name: "x" }), [400, "invalid_input"])
    assert.deepStrictEqual(await problem("GET", "/limits?limit=many"), [400, "invalid_input"])
    assert.deepStrictEqual(await problem("DELETE", "/rules/nothing"), [404, "price_rule_not_found"])
    assert.deepStrictEqual(await problem("GET", "/rules", undefined, ""), [401, "unauthenticated"])
    assert.deepStrictEqual(await call("DELETE", "/limits", { variantIds: [mug] }), [204, undefined])
    assert.deepStrictEqual((await call("GET", "/limits"))[1].items, [])
    assert.deepStrictEqual(await call("DELETE", `/rules/${rule.id}`), [204, undefined])
    assert.deepStrictEqual((await call("GET", "/rules"))[1], { items: [], nextCursor: null })
  })
})
