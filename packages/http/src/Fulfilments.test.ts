import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"
import { placed } from "./testing/PlacedOrder.ts"

describe("fulfilments over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signIn>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
    owner = await server.signInOwner()
  })
  afterAll(() => server.close())

  it("are begun, moved along at their version, and seen by the buyer", async () => {
    const { shop } = server
    const { headers, lineId, order } = await placed(shop, 2)
    const fulfilments = owner.as.fulfilments
    const params = { id: order.id }
    assert.deepStrictEqual(
      await problem(fulfilments.create({ params, payload: { lines: [{ lineId, quantity: 3 }] } })),
      [409, "exceeds_ordered"]
    )
    const parcel = await fulfilments.create({ params, payload: { lines: [{ lineId, quantity: 1 }] } })
    const its = { id: parcel.id }
    const shipped = await fulfilments.advance({
      params: its,
      payload: { event: "ship", tracking: [{ carrier: "Post", number: "RB1", url: null }] }
    }, { ifMatch: "\"v1\"" })
    assert.deepStrictEqual([shipped.status, shipped.version], ["shipped", 2])
    assert.deepStrictEqual(
      await problem(fulfilments.advance({ params: its, payload: { event: "deliver" } }, { ifMatch: "\"v1\"" })),
      [412, "version_conflict"]
    )
    assert.deepStrictEqual(await problem(fulfilments.advance({ params: its, payload: { event: "pick" } })), [409, "illegal_transition"])
    assert.deepStrictEqual((await fulfilments.list({ query: { status: "shipped" } })).items.map(({ id }) => id), [parcel.id])
    assert.strictEqual((await fulfilments.get({ params: its })).tracking[0]?.number, "RB1")
    const seen = await server.handler(
      new Request(`http://shop.test/api/v1/orders/${order.id}/fulfilments`, { headers })
    )
    assert.include(await seen.text(), "RB1")
    const { open, status } = await fulfilments.progress({ params })
    assert.deepStrictEqual([status, open.map(({ quantity }) => quantity)], ["partially_shipped", [1]])
    await fulfilments.advance({ params: its, payload: { event: "fail", reason: "nobody at home" } })
    const followed = await server.handler(
      new Request(`http://shop.test/api/v1/orders/${order.id}/tracking`, { headers })
    )
    assert.deepInclude(await followed.json(), { status: "processing", progress: "partially_shipped" })
    const pat = await server.signIn("pat@example.com")
    assert.deepStrictEqual(await problem(pat.as.fulfilments.create({ params, payload: {} })), [403, "forbidden"])
    assert.deepStrictEqual(await problem(pat.as.fulfilments.ofOrder({ params })), [404, "order_not_found"])
  })
})
