import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"
import { placed } from "./testing/PlacedOrder.ts"

describe("returns over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signIn>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
    owner = await server.signInOwner()
  })
  afterAll(() => server.close())

  it("begin with the buyer who has the token, and end with money going back", async () => {
    const { shop } = server
    const { headers: mine, lineId, order } = await placed(shop, 1)
    const ask = async (headers: Record<string, string>) => {
      const response = await server.handler(
        new Request(`http://shop.test/api/v1/orders/${order.id}/returns`, {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: JSON.stringify({ lines: [{ lineId, quantity: 1, reason: "damaged", pictures: ["media_1"] }] })
        })
      )
      return { status: response.status, body: await response.json() as Record<string, unknown> }
    }
    const early = await ask(mine)
    assert.deepStrictEqual([early.status, early.body["code"]], [409, "return_refused"])
    for (const event of ["ship", "deliver"] as const) await shop.orders.changeStatus(order.id, { event })
    assert.strictEqual((await ask({})).status, 404)
    const asked = await ask(mine)
    assert.deepStrictEqual([asked.status, asked.body["status"]], [201, "requested"])
    const twice = await ask(mine)
    assert.deepStrictEqual([twice.status, twice.body["code"]], [409, "return_exceeds_order"])

    const one = { params: { id: String(asked.body["id"]) } }
    const staff = owner.as.returns
    const approved = await staff.approve({ ...one, payload: { restockingFee: { amount: 500, currency: "USD" } } })
    assert.strictEqual(approved.status, "approved")
    assert.deepStrictEqual(
      await problem(staff.receive({ ...one, payload: { lines: [{ lineId, restock: 2, scrap: 0 }] } })),
      [409, "return_exceeds_order"]
    )
    const received = await staff.receive({ ...one, payload: { lines: [{ lineId, restock: 1, scrap: 0 }] } })
    assert.strictEqual(received.amount?.amount, 8_500)
    assert.deepStrictEqual((await staff.list({ query: { status: "received" } })).items, [received])
    const refunded = await staff.refund({ ...one, payload: {} })
    assert.strictEqual(refunded.status, "refunded")
    assert.deepStrictEqual(await staff.get(one), refunded)
    assert.deepStrictEqual(await problem(staff.refund({ ...one, payload: {} })), [409, "illegal_transition"])
    assert.strictEqual((await shop.orders.get(order.id)).refunded.amount, 8_500)

    const listed = await server.handler(
      new Request(`http://shop.test/api/v1/orders/${order.id}/returns`, { headers: mine })
    )
    assert.deepStrictEqual(
      ((await listed.json()) as { readonly items: ReadonlyArray<{ readonly id: string }> }).items.map(({ id }) => id),
      [one.params.id]
    )
    const pat = await server.signIn("pat@example.com")
    assert.deepStrictEqual(await problem(pat.as.returns.get(one)), [403, "forbidden"])
    assert.deepStrictEqual(await problem(pat.as.returns.approve({ ...one, payload: {} })), [403, "forbidden"])
  })
})
