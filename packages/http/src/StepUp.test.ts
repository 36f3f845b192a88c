import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import { open, password, problem } from "./testing/People.ts"

const portland = {
  name: "Ada Lovelace",
  line1: "12 Analytical Row",
  city: "Portland",
  region: "OR",
  postalCode: "97201",
  country: "US"
}
const usd = (amount: number) => ({ amount, currency: "USD" })

const stale = [403, "step_up_required"] as const

/** In a shop where every proof is stale at once. */
describe("attack 56, step-up bypass, over HTTP: with a session that was stolen a while ago", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }), {
      identity: { argon2: { memoryCost: 8, timeCost: 1, parallelism: 1 }, stepUpFreshness: Duration.zero }
    })
  })
  afterAll(() => server.close())

  it("no money is given back, for an order or for a payment", async () => {
    const { shop, signIn } = server
    const product = await shop.catalog.createProduct({ title: "Mug", variants: [{ price: usd(1000), stock: 9 }] })
    await shop.shipping.create({ name: "Post", price: usd(500) })
    const customer = await signIn("dora@example.com")
    await customer.as.cart.create()
    await customer.as.cart.addItem({ payload: { variantId: product.variants[0]!.id, quantity: 1 } })
    const { order } = await customer.as.checkout.place({
      payload: { shippingAddress: portland, payment: { gateway: "sandbox", method: "sandbox_success" } }
    })
    await shop.jobs.drain()
    const clerk = await signIn("clerk@example.com")
    await shop.users.assignRoles(clerk.user.id, { roles: ["owner"] })
    const [payment] = (await clerk.as.adminPayments.list({ query: {} })).items
    const params = { id: order.id }
    const refund = { amount: usd(100), reason: "" }
    assert.deepStrictEqual(await problem(clerk.as.adminOrders.refund({ params, payload: refund })), stale)
    assert.deepStrictEqual(
      await problem(clerk.as.adminPayments.refund({ params: { id: payment?.id ?? "" }, payload: refund })),
      stale
    )
    assert.deepStrictEqual(await shop.payments.refunds(order.id), [])
    assert.deepStrictEqual(await shop.payments.get(payment?.id ?? ""), payment)
    await shop.payments.refund(order.id, refund)
    assert.lengthOf(await shop.payments.refunds(order.id), 1)
  })

  it("no default address is moved, changed or deleted, and the others are", async () => {
    const { as } = await server.signIn("ada@example.com")
    const home = await as.addresses.create({ payload: { address: portland } })
    const office = await as.addresses.create({ payload: { address: { ...portland, company: "Engines Ltd" } } })
    const before = (await as.addresses.list()).items
    const mine = { params: { id: home.id } }
    const other = { params: { id: office.id } }
    assert.deepStrictEqual(await problem(as.addresses.setDefault({ ...other, payload: {} })), stale)
    assert.deepStrictEqual(await problem(as.addresses.update({ ...mine, payload: { address: portland } })), stale)
    assert.deepStrictEqual(await problem(as.addresses.delete(mine)), stale)
    assert.deepStrictEqual((await as.addresses.list()).items, before)
    // what is the default already is no change
    assert.isTrue((await as.addresses.setDefault({ ...mine, payload: {} })).defaultShipping)
    await as.addresses.update({ ...other, payload: { label: "Office" } })
    await as.addresses.delete(other)
    assert.lengthOf((await as.addresses.list()).items, 1)
  })

  it("the answer says what is to be proved", async () => {
    const { as } = await server.signIn("bob@example.com")
    const home = await as.addresses.create({ payload: { address: portland } })
    const error = await as.addresses.delete({ params: { id: home.id } }).then(() => undefined, (error: unknown) => error)
    assert.deepInclude((error as { readonly problem: object }).problem, { code: "step_up_required", secondFactor: false })
    // it is proved, and here it is stale again at once
    await as.mfa.verify({ payload: { method: "password", code: password } })
  })
})
