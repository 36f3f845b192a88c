import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

const usd = (amount: number) => ({ amount, currency: "USD" })

describe("loyalty points over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("are earned by an order and become credit, by a program that staff set", async () => {
    const clerk = await server.signIn("clerk@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    const ada = await server.signIn("ada@example.com")
    const payload = {
      active: true,
      pointsPer100: 5,
      confirmedBy: "paid",
      expireDays: null,
      pointValue: 1,
      tiers: []
    } as const
    await clerk.as.loyalty.setProgram({ payload })
    assert.deepStrictEqual(
      await problem(clerk.as.loyalty.setProgram({ payload }, { ifMatch: "\"v7\"" })),
      [412, "version_conflict"]
    )
    assert.strictEqual((await clerk.as.loyalty.program()).pointsPer100, 5)
    const product = await server.shop.catalog.createProduct({
      title: "Voucher",
      variants: [{ price: usd(2_000), stock: 9, requiresShipping: false }]
    })
    await ada.as.cart.create()
    await ada.as.cart.addItem({ payload: { variantId: product.variants[0]?.id ?? "", quantity: 1 } })
    await ada.as.checkout.place({ payload: { payment: { gateway: "sandbox" } } })
    await server.shop.jobs.drain()
    assert.strictEqual((await ada.as.loyalty.mine()).balance, 100)
    assert.strictEqual((await ada.as.loyalty.redeem({ payload: { points: 40 } })).balance.amount, 40)
    assert.deepStrictEqual(await problem(ada.as.loyalty.redeem({ payload: { points: 61 } })), [409, "points_short"])
    assert.deepStrictEqual(await problem(server.guest.loyalty.mine()), [401, "unauthenticated"])
    assert.deepStrictEqual(await problem(ada.as.loyalty.program()), [403, "forbidden"])
  })
})
