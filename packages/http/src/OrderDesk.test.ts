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

  it("finds orders by words, sorts them by tags, writes notes and saves views", async () => {
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

    const internal = await adminOrders.note({ params, payload: { text: "Sounds angry" } })
    const told = await adminOrders.note({ params, payload: { text: "It leaves on Monday", forCustomer: true } })
    assert.deepStrictEqual((await adminOrders.notes({ params, query: {} })).items.map(({ id }) => id).toSorted(), [internal.id, told.id].toSorted())
    const notes = await server.handler(new Request(`http://shop.test/api/v1/orders/${order.id}/notes`, { headers }))
    const { items } = await notes.json() as { readonly items: ReadonlyArray<{ readonly text: string; readonly author: string }> }
    assert.deepStrictEqual(items.map(({ author, text }) => [author, text]), [["staff", "It leaves on Monday"]])
    assert.deepStrictEqual(await problem(pat.as.adminOrders.notes({ params, query: {} })), [403, "forbidden"])
    assert.deepStrictEqual(await problem(pat.as.adminOrders.note({ params, payload: { text: "Hi" } })), [403, "forbidden"])

    const view = await adminOrders.createView({ payload: { name: "Gifts", filters: { tag: "gift", totalFrom: 100 }, shared: true } })
    assert.deepStrictEqual(await adminOrders.views(), { items: [view], nextCursor: null })
    const renamed = await adminOrders.updateView({ params: { id: view.id }, payload: { name: "Presents" } }, { ifMatch: "\"v1\"" })
    assert.deepStrictEqual([renamed.name, renamed.filters], ["Presents", { tag: "gift", totalFrom: 100 }])
    assert.deepStrictEqual(await problem(adminOrders.removeView({ params: { id: view.id } }, { ifMatch: "\"v1\"" })), [412, "version_conflict"])
    await adminOrders.removeView({ params: { id: view.id } })
    assert.deepStrictEqual(await problem(adminOrders.removeView({ params: { id: view.id } })), [404, "order_view_not_found"])
    assert.deepStrictEqual(await problem(pat.as.adminOrders.views()), [403, "forbidden"])
  })
})
