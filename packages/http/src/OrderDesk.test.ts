import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import type { ListOrders } from "@stoa/core/orders/Order"
import { open, problem } from "./testing/People.ts"
import { placed } from "./testing/PlacedOrder.ts"

describe("the desk of staff over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signIn>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
    owner = await server.signInOwner()
  })
  afterAll(() => server.close())

  it("finds orders by words, and sorts them by tags at their version", async () => {
    const { headers, order } = await placed(server.shop, 1)
    const { adminOrders } = owner.as
    const params = { id: order.id }
    const found = async (query: ListOrders) =>
      (await adminOrders.list({ query })).items.map(({ id }) => id)
    assert.deepStrictEqual(await found({ search: "lovelace lamp", fulfilmentStatus: "unfulfilled" }), [order.id])
    assert.deepStrictEqual(await found({ search: "babbage" }), [])
    const { version } = await adminOrders.get({ params })
    const tagged = await adminOrders.tag({ params, payload: { tags: ["vip"] } }, { ifMatch: `"v${version}"` })
    assert.deepStrictEqual(tagged.tags, ["vip"])
    assert.deepStrictEqual(await found({ tag: "vip" }), [order.id])
    assert.deepStrictEqual(
      await problem(adminOrders.tag({ params, payload: { tags: [] } }, { ifMatch: `"v${version}"` })),
      [412, "version_conflict"]
    )
    assert.deepStrictEqual(await problem(adminOrders.tag({ params, payload: { tags: ["VIP"] } })), [400, "invalid_input"])
    const seen = await server.handler(new Request(`http://shop.test/api/v1/orders/${order.id}`, { headers }))
    assert.notProperty(await seen.json(), "tags")
    const pat = await server.signIn("pat@example.com")
    assert.deepStrictEqual(await problem(pat.as.adminOrders.tag({ params, payload: { tags: [] } })), [403, "forbidden"])
  })
})
