import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { createStoa, definePlugin } from "@stoa/core"
import { open, problem } from "./testing/People.ts"
import { placed } from "./testing/PlacedOrder.ts"

const inspected = { name: "inspected", base: "processing", to: ["shipped"], required: true, title: { en: "Inspected" } }
const inspection = definePlugin({
  name: "inspection",
  version: "1.0.0",
  states: {
    orders: [inspected],
    fulfilments: [{ name: "taped", base: "packed", forBuyers: true, permission: "inspections:write", title: { en: "Taped" } }]
  },
  permissions: { "inspections:write": "Say that goods were inspected" }
})

describe("states of plug-ins over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signIn>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }), { plugins: [inspection] })
    owner = await server.signInOwner()
  })
  afterAll(() => server.close())

  it("are taken by orders and parcels at their version, listed, and seen by whom they are for", async () => {
    const { headers, order } = await placed(server.shop, 1)
    const { adminOrders, fulfilments, orders } = owner.as
    const params = { id: order.id }
    await adminOrders.changeStatus({ params, payload: { event: "process" } })
    assert.deepStrictEqual(await problem(adminOrders.changeStatus({ params, payload: { event: "ship" } })), [409, "illegal_transition"])
    assert.deepStrictEqual(
      await problem(adminOrders.changeState({ params, payload: { state: "inspected" } }, { ifMatch: "\"v99\"" })),
      [412, "version_conflict"]
    )
    const { state, version } = await adminOrders.changeState({ params, payload: { state: "inspected" } })
    assert.strictEqual(state, "inspected")
    assert.strictEqual((await adminOrders.get({ params })).version, version)
    assert.deepStrictEqual((await adminOrders.list({ query: { state: "inspected" } })).items.map(({ id }) => id), [order.id])
    assert.deepStrictEqual(await problem(adminOrders.list({ query: { state: "painted" } })), [400, "invalid_input"])
    assert.deepStrictEqual(await problem(adminOrders.export({ query: { state: "painted" } })), [400, "invalid_input"])

    const parcel = await fulfilments.create({ params, payload: {} })
    const its = { id: parcel.id }
    await fulfilments.advance({ params: its, payload: { event: "pack" } })
    assert.strictEqual((await fulfilments.changeState({ params: its, payload: { state: "taped" } })).state, "taped")
    assert.deepStrictEqual(
      await problem(fulfilments.changeState({ params: its, payload: { state: "inspected" } })),
      [409, "illegal_transition"]
    )

    const seen = async (path: string) => (await server.handler(new Request(`http://shop.test/api/v1${path}`, { headers }))).json()
    assert.notProperty(await seen(`/orders/${order.id}`), "state")
    assert.notProperty(await seen(`/orders/${order.id}/tracking`), "state")
    assert.strictEqual((await fulfilments.ofOrder({ params })).items[0]?.state, "taped")
    assert.deepInclude(await seen(`/orders/${order.id}/fulfilments`), { nextCursor: null })
    assert.strictEqual((await orders.tracking({ params })).state, "inspected")
    assert.deepStrictEqual((await server.guest.orders.states({})).items, [])
    assert.deepStrictEqual((await orders.states({})).items.map(({ name, title }) => [name, title["en"]]), [["inspected", "Inspected"]])
    assert.deepStrictEqual((await server.guest.fulfilments.states({})).items.map(({ name }) => name), ["taped"])
    assert.deepStrictEqual(await problem(server.guest.adminOrders.changeState({ params, payload: { state: "processing" } })), [401, "unauthenticated"])
  })

  it("keep an engine from starting where they do not fit, and say why", async () => {
    const twice = definePlugin({ name: "again", version: "1.0.0", states: { orders: [inspected] } })
    const failed = await createStoa({ storage: sqlite({ filename: ":memory:" }), plugins: [inspection, twice] }).then(
      () => undefined,
      (error: unknown) => error
    )
    assert.include(String(failed), "states.orders.inspected: there is a state or an event of this name")
  })
})
