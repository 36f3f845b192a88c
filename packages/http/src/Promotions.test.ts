import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { definePlugin, PromotionKind } from "@stoa/core"
import * as Schema from "effect/Schema"
import { open, problem } from "./testing/People.ts"

const inRain = PromotionKind.condition({
  type: "weather:rain",
  description: "It rains where the goods go",
  args: Schema.Struct({ countries: Schema.Array(Schema.String).annotate({ description: "Where it has to rain" }) }),
  prepare: ({ countries }) => ({ snapshot }) =>
    countries.includes(snapshot.country) ? undefined : { message: () => "Wait for rain" }
})

const usd = (amount: number) => ({ amount, currency: "USD" as never })

describe("promotions over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signIn>>
  let pat: Awaited<ReturnType<typeof server.signIn>>
  let variantId: string
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }), {
      plugins: [definePlugin({ name: "weather", version: "1.0.0", promotions: { conditions: [inRain] } })]
    })
    owner = await server.signInOwner()
    pat = await server.signIn("pat@example.com")
    const product = await server.shop.catalog.createProduct({ title: "Mug", variants: [{ price: usd(2_000), stock: 50 }] })
    variantId = product.variants[0]?.id ?? ""
  })
  afterAll(() => server.close())

  it("are set up, changed by version, listed to buyers without their codes, and deleted", async () => {
    const promotions = owner.as.promotions
    const created = await promotions.create({
      payload: {
        name: "Ten off",
        code: "ten",
        listed: true,
        action: { type: "percent_off_order", args: { ratePpm: 100_000 } },
        usageLimit: 10
      }
    })
    assert.deepStrictEqual([created.code, created.class, created.use.used], ["TEN", "order", 0])
    const params = { id: created.id }
    const { items } = await server.guest.offers.list({})
    assert.deepStrictEqual(items.map(({ name }) => name), ["Ten off"])
    assert.notInclude(JSON.stringify(items), "TEN")
    assert.deepStrictEqual(
      await problem(promotions.update({ params, payload: { name: "Old" } }, { ifMatch: "\"v9\"" })),
      [412, "version_conflict"]
    )
    assert.strictEqual((await promotions.update({ params, payload: { priority: 3 } })).priority, 3)
    assert.strictEqual((await promotions.get({ params })).priority, 3)
    assert.strictEqual((await promotions.list({ query: {} })).items.length, 1)
    assert.deepStrictEqual(await problem(promotions.create({
      payload: { name: "Twice", code: "TEN", action: { type: "free_shipping", args: {} } }
    })), [409, "code_taken"])
    assert.deepStrictEqual(await problem(promotions.create({
      payload: { name: "Too much", action: { type: "percent_off_order", args: { ratePpm: 1_000_001 } } }
    })), [400, "invalid_input"])
    const { actions, conditions } = await promotions.kinds({})
    assert.isTrue(actions.every(({ description }) => description !== "") && conditions.length > 5)
    await promotions.delete({ params })
    assert.deepStrictEqual(await problem(promotions.get({ params })), [404, "promotion_not_found"])
  })

  it("reach a cart by codes, which say what is missing", async () => {
    const { id } = await owner.as.promotions.create({
      payload: {
        name: "Big",
        trigger: "code",
        action: { type: "fixed_off_order", args: { amount: usd(500) } },
        conditions: [{ type: "subtotal", args: { minimum: usd(3_000) } }]
      }
    })
    const { codes: [code = ""] } = await owner.as.promotions.createCodes({ params: { id }, payload: { count: 2 } })
    await pat.as.cart.create({})
    await pat.as.cart.addItem({ payload: { variantId: variantId as never, quantity: 1 } })
    const check = await pat.as.offers.check({ payload: { code: code.toLowerCase() } })
    assert.deepStrictEqual([check.applied, check.message], [false, "Spend 10.00 USD more"])
    const cart = await pat.as.cart.addCoupon({ payload: { code } })
    assert.deepStrictEqual(cart.notices.map(({ _tag }) => _tag), ["coupon_not_applied"])
    await pat.as.cart.addItem({ payload: { variantId: variantId as never, quantity: 1 } })
    const totals = await pat.as.cart.totals({})
    assert.deepStrictEqual([totals.discount.amount, totals.promotions[0]?.name], [500, "Big"])
    const dry = await owner.as.promotions.dryRun({
      payload: { cartId: cart.id, promotions: [{ name: "More", action: { type: "percent_off_order", args: { ratePpm: 500_000 } } }] }
    })
    assert.deepStrictEqual(dry.promotions.map(({ applied, name }) => [name, applied]), [["Big", true], ["More", true]])
    assert.strictEqual((await pat.as.cart.removeCoupon({ params: { code } })).pricing.discount.amount, 0)
    assert.deepStrictEqual(await problem(pat.as.cart.removeCoupon({ params: { code } })), [404, "coupon_not_in_cart"])
    assert.deepStrictEqual(await problem(pat.as.cart.addCoupon({ payload: { code: "NEVER" } })), [409, "coupon_refused"])
  })

  it("are made of what plug-ins know, too", async () => {
    const args = (countries: unknown) => [{ type: "weather:rain", args: { countries: countries as never } }]
    const action = { type: "percent_off_order", args: { ratePpm: 100_000 } }
    const create = (code: string, countries: unknown) =>
      owner.as.promotions.create({ payload: { name: "Rain", code, action, conditions: args(countries) } })
    await create("DRY", ["GB"])
    await create("WET", ["US"])
    assert.deepStrictEqual(await problem(create("NONE", 7)), [400, "invalid_input"])
    const { conditions } = await owner.as.promotions.kinds({})
    assert.include(JSON.stringify(conditions.find(({ type }) => type === "weather:rain")?.args), "Where it has to rain")
    assert.strictEqual((await pat.as.offers.check({ payload: { code: "dry" } })).message, "Wait for rain")
    assert.strictEqual((await pat.as.offers.check({ payload: { code: "wet" } })).applied, true)
  })

  it("and the lowest prices are for staff only", async () => {
    const { promotions } = pat.as
    for (
      const refused of [
        () => promotions.list({ query: {} }),
        () => promotions.kinds({}),
        () => promotions.setPriceFloor({ params: { id: "prod_01jd0000000000000000000000" }, payload: { minimum: usd(1) } }),
        () => promotions.dryRun({ payload: { cartId: "cart_01jd0000000000000000000000" as never } })
      ]
    ) assert.deepStrictEqual(await problem(refused()), [403, "forbidden"])
  })
})
