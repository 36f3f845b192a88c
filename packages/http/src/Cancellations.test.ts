import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"
import { placed } from "./testing/PlacedOrder.ts"

describe("cancelling a part of an order over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signIn>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
    owner = await server.signInOwner()
  })
  afterAll(() => server.close())

  it("is for the buyer until the order is worked on, and for staff until it is packed", async () => {
    const { headers, lineId, order } = await placed(server.shop, 4)
    const ask = async (quantity: number, more: Record<string, string>) => {
      const response = await server.handler(
        new Request(`http://shop.test/api/v1/orders/${order.id}/cancellations`, {
          method: "POST",
          headers: { "content-type": "application/json", ...more },
          body: JSON.stringify({ lines: [{ lineId, quantity }], reason: "too many" })
        })
      )
      return { status: response.status, body: await response.json() as Record<string, unknown> }
    }
    assert.strictEqual((await ask(1, {})).status, 404)
    const stale = await ask(1, { ...headers, "if-match": "\"v99\"" })
    assert.deepStrictEqual([stale.status, stale.body["code"]], [412, "version_conflict"])
    const whole = await ask(4, headers)
    assert.deepStrictEqual([whole.status, whole.body["code"]], [409, "cancellation_refused"])
    const done = await ask(1, headers)
    assert.strictEqual(done.status, 200)
    assert.strictEqual((done.body["lines"] as ReadonlyArray<{ readonly cancelled: number }>)[0]?.cancelled, 1)
    await server.shop.jobs.drain()
    assert.strictEqual((await server.shop.orders.get(order.id)).refunded.amount, 9_000)

    const params = { id: order.id }
    await owner.as.fulfilments.create({ params, payload: { lines: [{ lineId: lineId as never, quantity: 2 }] } })
    const late = await ask(1, headers)
    assert.deepStrictEqual([late.status, late.body["code"]], [409, "cancellation_refused"])
    const { cancellations } = owner.as
    assert.deepStrictEqual(
      await problem(cancellations.create({ params, payload: { lines: [{ lineId: lineId as never, quantity: 2 }] } })),
      [409, "cancellation_exceeds_order"]
    )
    const cancelled = await cancellations.create({ params, payload: { lines: [{ lineId: lineId as never, quantity: 1 }] } })
    assert.strictEqual(cancelled.lines[0]?.cancelled, 2)
    const pat = await server.signIn("pat@example.com")
    assert.deepStrictEqual(
      await problem(pat.as.cancellations.create({ params, payload: { lines: [{ lineId: lineId as never, quantity: 1 }] } })),
      [404, "order_not_found"]
    )
  })
})
