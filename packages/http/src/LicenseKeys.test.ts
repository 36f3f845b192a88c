import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("license keys, over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("are imported by staff, and read by who has paid and by nobody else", async () => {
    const clerk = await server.signIn("clerk@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["seller"] })
    const buyer = await server.signIn("ada@example.com")
    const plans = await server.shop.catalog.createProduct({
      title: "Plans", variants: [{ price: { amount: 900, currency: "USD" }, requiresShipping: false, trackStock: false }]
    })
    const id = plans.variants[0]?.id ?? assert.fail("no variant")
    const { licenseKeys } = clerk.as
    const imported = await licenseKeys.import({ params: { id }, payload: { keys: "KEY-1\nKEY-2\nKEY-1" } })
    assert.deepInclude(imported, { imported: 2, duplicates: [{ line: 3, of: "import" }] })
    assert.strictEqual((await licenseKeys.setPool({ params: { id }, payload: { lowAt: 1 } })).lowAt, 1)
    assert.deepStrictEqual(await problem(licenseKeys.list({ params: { id }, query: {} })), [403, "forbidden"])
    assert.deepStrictEqual(await problem(server.guest.licenseKeys.pool({ params: { id } })), [401, "unauthenticated"])
    await buyer.as.cart.create()
    await buyer.as.cart.addItem({ payload: { variantId: id, quantity: 1 } })
    const { order } = await buyer.as.checkout.place({
      payload: { email: "ada@example.com", payment: { gateway: "sandbox", method: "sandbox_success" } }
    })
    await server.shop.jobs.drain()
    const params = { id: order.id }
    assert.deepStrictEqual((await buyer.as.licenseKeys.ofOrder({ params })).items.map(({ key }) => key), ["KEY-1"])
    assert.deepStrictEqual((await licenseKeys.ofOrder({ params })).items.map(({ key }) => key), [null])
    assert.deepStrictEqual(await problem(server.guest.licenseKeys.ofOrder({ params })), [404, "order_not_found"])
    assert.deepInclude(await licenseKeys.pool({ params: { id } }), { free: 1, given: 1, lowAt: 1 })
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    const page = await licenseKeys.list({ params: { id }, query: { limit: 1 } })
    assert.deepStrictEqual(page.items.map(({ key, orderId }) => [key, orderId]), [["KEY-1", order.id]])
    assert.notStrictEqual(page.nextCursor, null)
  })
})
