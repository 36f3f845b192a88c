import { sqlite } from "@stoa/adapter-sqlite"
import * as Actor from "@stoa/core/kernel/Actor"
import * as ParcelCarrier from "@stoa/core/testing/ParcelCarrier"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { open, problem } from "./testing/People.ts"

const from = { name: "Depot", line1: "1 Quay", city: "Portland", region: "OR", postalCode: "97201", country: "US" }

describe("shipping labels over HTTP", () => {
  const scope = Scope.makeUnsafe()
  let fake: ParcelCarrier.ParcelCarrier
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signIn>>
  beforeAll(async () => {
    fake = await Effect.runPromise(Scope.provide(scope)(ParcelCarrier.open()))
    server = await open(sqlite({ filename: ":memory:" }), { carriers: [fake.carrier] })
    owner = await server.signInOwner()
  })
  afterAll(async () => {
    await server.close()
    await Effect.runPromise(Scope.close(scope, Exit.void))
  })

  it("are bought, printed, and moved along by the carrier's signed webhooks", async () => {
    const { shop } = server
    const method = await owner.as.shippingAndTax.createShippingMethod({
      payload: {
        name: "Parcel",
        price: { amount: 900, currency: "USD" as never },
        carrier: { name: fake.carrier.name, service: "standard", from }
      }
    })
    assert.strictEqual(method.carrier?.service, "standard")
    const product = await shop.catalog.createProduct({
      title: "Lamp",
      variants: [{ price: { amount: 9_000, currency: "USD" as never }, stock: 3, weightGrams: 900 }]
    })
    const { cart, token: cartToken } = await shop.as(Actor.guest()).carts.create()
    const buyer = shop.as(Actor.guest({ cartToken }))
    await buyer.carts.addItem(cart.id, { variantId: product.variants[0]?.id ?? "", quantity: 1 })
    const { order, token } = await buyer.checkout.place({
      cartId: cart.id,
      email: "ada@example.com",
      shippingAddress: { ...from, name: "Ada" },
      payment: { gateway: "sandbox" }
    })
    // what the carrier asks, and not the method's own price
    assert.strictEqual(order.shippingTotal.amount, 500)
    const parcel = await owner.as.fulfilments.create({ params: { id: order.id }, payload: {} })
    const labels = owner.as.shippingLabels
    const params = { id: parcel.id }
    const parcels = [{ grams: 900, lengthMm: 300 }]
    const label = await labels.buy({ params, payload: { parcels } })
    assert.strictEqual(label.status, "bought")
    assert.deepStrictEqual(await problem(labels.buy({ params, payload: { parcels } })), [409, "shipping_label_taken"])
    assert.deepStrictEqual((await labels.ofFulfilment({ params })).items, [label])
    assert.deepStrictEqual(await labels.get({ params: { id: label.id } }), label)
    const path = `http://shop.test/api/v1/admin/shipping-labels/${label.id}/file`
    assert.strictEqual((await server.handler(new Request(path))).status, 401)
    const file = await server.handler(new Request(path, { headers: { authorization: `Bearer ${owner.accessToken}` } }))
    assert.deepStrictEqual([file.status, file.headers.get("content-type")], [200, "application/zpl"])
    assert.strictEqual(file.headers.get("content-disposition"), `attachment; filename="${label.id}.zpl"`)
    assert.include(await file.text(), "^XA")

    const post = async (body: Uint8Array, headers: Readonly<Record<string, string>>) => {
      const response = await server.handler(
        new Request(`http://shop.test/api/v1/webhooks/carriers/${fake.carrier.name}`, {
          method: "POST",
          body: new Uint8Array(body),
          headers: { "content-type": "application/json", ...headers }
        })
      )
      return [response.status, await response.json() as unknown] as const
    }
    const { body, headers } = await Effect.runPromise(fake.happen(label.reference ?? "", "in_transit"))
    assert.deepStrictEqual(await post(body, headers), [200, { duplicate: false }])
    assert.deepStrictEqual(await post(body, headers), [200, { duplicate: true }])
    assert.deepInclude((await post(body, {}))[1], { status: 400, code: "webhook_rejected" })
    assert.strictEqual((await owner.as.fulfilments.get({ params })).status, "shipped")
    await Effect.runPromise(fake.happen(label.reference ?? "", "delivered"))
    await labels.track({ params: { id: label.id } })
    assert.strictEqual((await owner.as.fulfilments.get({ params })).status, "delivered")
    const kept = await labels.giveBack({ params: { id: label.id } })
    assert.deepStrictEqual([kept.status, kept.failure?.includes("on its way")], ["bought", true])

    // its buyer sends it back, with a label that the shop buys
    const ordering = shop.as(Actor.guest({ orderToken: token }))
    const back = await ordering.returns.request(order.id, {
      lines: [{ lineId: order.lines[0]?.id ?? ("" as never), quantity: 1, reason: "damaged" }]
    })
    const returned = { params: { id: back.id } }
    const { returnLabels } = owner.as
    assert.deepStrictEqual(await problem(returnLabels.buy({ ...returned, payload: {} })), [409, "return_label_not_possible"])
    await owner.as.returns.approve({ ...returned, payload: {} })
    await shop.catalog.updateVariant(product.id, product.variants[0]?.id ?? "", { weightGrams: 0 })
    assert.deepStrictEqual(await problem(returnLabels.buy({ ...returned, payload: {} })), [409, "return_label_needs_parcels"])
    await shop.catalog.updateVariant(product.id, product.variants[0]?.id ?? "", { weightGrams: 900 })
    const way = await returnLabels.buy({ ...returned, payload: {} })
    assert.deepStrictEqual([way.status, way.to.line1, way.parcels], ["bought", "1 Quay", [{ grams: 900 }]])
    assert.deepStrictEqual(await problem(returnLabels.buy({ ...returned, payload: {} })), [409, "return_label_taken"])
    assert.deepStrictEqual((await returnLabels.ofReturn(returned)).items, [way])
    const own = `http://shop.test/api/v1/returns/${back.id}/label`
    assert.strictEqual((await server.handler(new Request(own))).status, 404)
    const printed = await server.handler(new Request(own, { headers: { "stoa-order-token": token } }))
    assert.deepStrictEqual([printed.status, printed.headers.get("content-type")], [200, "application/zpl"])
    assert.include(await printed.text(), "^XA")
    assert.strictEqual((await returnLabels.giveBack({ params: { id: way.id } })).status, "void")
    const pat = await server.signIn("pat@example.com")
    assert.deepStrictEqual(await problem(pat.as.shippingLabels.get({ params: { id: label.id } })), [403, "forbidden"])
  })
})
