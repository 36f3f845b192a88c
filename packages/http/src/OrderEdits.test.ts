import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"
import { placed } from "./testing/PlacedOrder.ts"

describe("editing orders over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signIn>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
    owner = await server.signInOwner()
  })
  afterAll(() => server.close())

  it("is tried out, made once for the version that was looked at, paid by the buyer, and for staff only", async () => {
    const { headers, lineId, order, variantId } = await placed(server.shop, 2)
    const { orderEdits } = owner.as
    const params = { id: order.id }
    const payload = { add: [{ variantId: variantId as never, quantity: 1 }], reason: "asked by telephone" }
    const said = await orderEdits.preview({ params, payload })
    assert.deepStrictEqual([said.difference.amount, said.due.amount, said.refund.amount], [9_000, 9_000, 0])
    assert.deepStrictEqual(said.stock, [{ variantId, change: -1, available: 8 }])
    const stale = `"v${said.version - 1}"`
    assert.deepStrictEqual(await problem(orderEdits.create({ params, payload }, { ifMatch: stale })), [412, "version_conflict"])
    const { edit, order: edited } = await orderEdits.create({ params, payload }, { ifMatch: `"v${said.version}"` })
    assert.deepStrictEqual([edited.total, edited.open.amount, edit.number], [said.order.total, 9_000, 1])
    assert.deepStrictEqual((await orderEdits.list({ params })).items, [edit])
    assert.deepStrictEqual(
      await problem(orderEdits.create({ params, payload: { lines: [{ lineId: lineId as never, quantity: 11 }] } })),
      [409, "insufficient_stock"]
    )
    const paid = await server.handler(
      new Request("http://shop.test/api/v1/payments/initialize", {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ orderId: order.id, gateway: "sandbox" })
      })
    )
    assert.strictEqual((await paid.json() as { readonly state: string }).state, "captured")
    const after = await server.shop.orders.get(order.id)
    assert.deepStrictEqual([after.paid, after.open.amount, after.paymentStatus], [after.total, 0, "paid"])

    const pat = await server.signIn("pat@example.com")
    assert.deepStrictEqual(await problem(pat.as.orderEdits.preview({ params, payload })), [403, "forbidden"])
    assert.deepStrictEqual(await problem(pat.as.orderEdits.create({ params, payload })), [403, "forbidden"])
    assert.deepStrictEqual(await problem(pat.as.orderEdits.list({ params })), [403, "forbidden"])
    assert.strictEqual((await server.shop.orders.get(order.id)).edits, 1)
  })
})
