import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

const address = { name: "Ada Lovelace", line1: "12 Analytical Row", city: "Portland", region: "OR", postalCode: "97201", country: "US" }

describe("draft orders over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signInOwner>>
  let variantId: string
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
    owner = await server.signInOwner()
    await server.shop.shipping.create({ name: "Post", price: { amount: 500, currency: "USD" } })
    const product = await server.shop.catalog.createProduct({
      title: "Lamp",
      variants: [{ price: { amount: 4_500, currency: "USD" }, stock: 5 }]
    })
    variantId = product.variants[0]?.id ?? ""
  })
  afterAll(() => server.close())

  it("are told where they go only by who has the link", async () => {
    assert.deepStrictEqual(
      await problem(server.guest.draftOffers.address({ payload: { token: "drf_1-x", shippingAddress: address } })),
      [404, "draft_link_invalid"]
    )
  })

  it("are put together, tried out, held, changed at the version that was seen, and become one order", async () => {
    const { draftOrders } = owner.as
    const payload = {
      email: "ada@example.com" as never,
      shippingAddress: address,
      lines: [
        { variantId: variantId as never, quantity: 2, price: { amount: { amount: 4_000, currency: "USD" as never }, reason: "Agreed" } },
        { custom: { title: "Engraving", price: { amount: 1_000, currency: "USD" as never } }, quantity: 1 }
      ]
    }
    const said = await draftOrders.preview({ payload })
    assert.strictEqual(said.total.amount, 9_500)
    const draft = await draftOrders.create({ payload })
    const params = { id: draft.id }
    assert.deepStrictEqual((await draftOrders.list({ query: {} })).items.map(({ id }) => id), [draft.id])
    const held = await draftOrders.reserve({ params, payload: { minutes: 30 } }, { ifMatch: `"v${draft.version}"` })
    assert.deepStrictEqual(
      await problem(draftOrders.update({ params, payload: { note: "late" } }, { ifMatch: `"v${draft.version}"` })),
      [412, "version_conflict"]
    )
    assert.deepStrictEqual(
      await problem(draftOrders.update({ params, payload: { lines: [{ variantId: variantId as never, quantity: 6 }] } })),
      [409, "insufficient_stock"]
    )
    const changed = await draftOrders.update({ params, payload: { note: "Ring twice" } }, { ifMatch: `"v${held.version}"` })
    assert.deepStrictEqual([changed.total.amount, changed.reservedUntil], [9_500, held.reservedUntil])
    assert.strictEqual((await draftOrders.release({ params })).reservedUntil, null)
    const order = await draftOrders.complete({ params, payload: { payment: "outside", reference: "Receipt 7" } })
    assert.deepStrictEqual([order.status, order.total.amount, order.note], ["paid", 9_500, "Ring twice"])
    assert.deepStrictEqual(await problem(draftOrders.complete({ params, payload: { payment: "later" } })), [409, "draft_order_closed"])
    assert.deepStrictEqual(await problem(draftOrders.delete({ params })), [409, "draft_order_closed"])
    assert.strictEqual((await draftOrders.get({ params })).orderId, order.id)
    assert.deepStrictEqual(await problem(draftOrders.get({ params: { id: "drf_00000000000000000000000000" } })), [404, "draft_order_not_found"])
    const other = await draftOrders.create({ payload: {} })
    await draftOrders.delete({ params: { id: other.id } })
    assert.deepStrictEqual(await problem(draftOrders.get({ params: { id: other.id } })), [404, "draft_order_not_found"])
  })

  it("are in another currency of the store where staff say so", async () => {
    const { draftOrders } = owner.as
    await server.shop.stores.update({ settings: { currencies: ["EUR"] } })
    const custom = (currency: string) => ({
      payload: { currency: currency as never, lines: [{ custom: { title: "Engraving", price: { amount: 900, currency: currency as never } }, quantity: 2 }] }
    })
    const draft = await draftOrders.create(custom("EUR"))
    assert.deepStrictEqual([draft.currency, draft.total], ["EUR", { amount: 1_800, currency: "EUR" }])
    assert.deepStrictEqual((await draftOrders.list({ query: {} })).items[0]?.total, draft.total)
    assert.deepStrictEqual(await problem(draftOrders.create(custom("CHF"))), [400, "invalid_input"])
    await draftOrders.delete({ params: { id: draft.id } })
  })

  it("are seen and paid by who has the link, and no link is guessed", async () => {
    const { draftOrders } = owner.as
    const draft = await draftOrders.create({
      payload: { email: "ada@example.com" as never, shippingAddress: address, lines: [{ variantId: variantId as never, quantity: 1 }] }
    })
    const params = { id: draft.id }
    // this shop has nothing to write mails with
    assert.deepStrictEqual(await problem(draftOrders.send({ params, payload: {} })), [409, "draft_order_not_sent"])
    const guest = (path: string, body: unknown) =>
      server.handler(
        new Request(`http://shop.test/api/v1/draft-orders/${path}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body)
        })
      )
    for (const token of [draft.id, `${draft.id}-${"A".repeat(43)}`, "drf_00000000000000000000000000-x"]) {
      for (const path of ["show", "pay"]) {
        const answer = await guest(path, { token })
        assert.deepStrictEqual(
          [answer.status, (await answer.json() as { readonly code: string }).code],
          [404, "draft_link_invalid"]
        )
      }
    }
  })

  it("are for staff only", async () => {
    const pat = await server.signIn("pat@example.com")
    const { draftOrders } = pat.as
    assert.deepStrictEqual(await problem(draftOrders.list({ query: {} })), [403, "forbidden"])
    assert.deepStrictEqual(await problem(draftOrders.create({ payload: {} })), [403, "forbidden"])
    assert.deepStrictEqual(await problem(draftOrders.preview({ payload: {} })), [403, "forbidden"])
    const params = { id: "drf_00000000000000000000000000" }
    assert.deepStrictEqual(await problem(draftOrders.complete({ params, payload: { payment: "later" } })), [403, "forbidden"])
  })
})
