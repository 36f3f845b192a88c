import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open } from "./testing/People.ts"
import { placed } from "./testing/PlacedOrder.ts"

describe("exchanges over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("are asked for by whoever has the token, who sees the new order with it", async () => {
    const { shop } = server
    const staff = (await server.signInOwner()).as.returns
    const { headers, lineId, order, variantId } = await placed(shop, 2)
    for (const event of ["ship", "deliver"] as const) await shop.orders.changeStatus(order.id, { event })
    const response = await server.handler(
      new Request(`http://shop.test/api/v1/orders/${order.id}/returns`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({
          lines: [{ lineId, quantity: 1, reason: "does_not_fit" }],
          exchange: [{ variantId, quantity: 1 }]
        })
      })
    )
    assert.strictEqual(response.status, 201)
    const one = { params: { id: String(((await response.json()) as Record<string, unknown>)["id"]) } }
    const approved = await staff.approve({ ...one, payload: {} })
    const newOrder = `http://shop.test/api/v1/orders/${approved.exchange?.orderId}`
    const see = (given: Record<string, string>) => server.handler(new Request(newOrder, { headers: given }))
    assert.strictEqual((await see({})).status, 404)
    assert.deepInclude(await (await see(headers)).json(), { status: "pending", total: { amount: 9_000, currency: "USD" } })
    const received = await staff.receive({ ...one, payload: { lines: [{ lineId, restock: 1, scrap: 0 }] } })
    assert.deepStrictEqual([received.status, received.exchange?.credit?.amount], ["exchanged", 9_000])
    assert.deepInclude(await (await see(headers)).json(), { status: "paid" })
  })
})
