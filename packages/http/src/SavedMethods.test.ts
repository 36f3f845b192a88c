import { sqlite } from "@stoa/adapter-sqlite"
import type { PlaceOrder } from "@stoa/core/checkout/CheckoutInput"
import * as SandboxGateway from "@stoa/core/payments/SandboxGateway"
import { address } from "@stoa/core/testing/Shop"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { open, problem } from "./testing/People.ts"

const usd = (amount: number) => ({ amount, currency: "USD" as never })
const sandbox = SandboxGateway.make()

describe("saved payment methods over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let variantId: string
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }), { gateways: [sandbox] })
    await server.shop.shipping.create({ name: "Post", price: usd(500) })
    const product = await server.shop.catalog.createProduct({ title: "Lamp", variants: [{ price: usd(2_000), stock: 50 }] })
    variantId = product.variants[0]?.id ?? ""
  })
  afterAll(() => server.close())

  type Client = Awaited<ReturnType<typeof server.signIn>>["as"]

  const orders = async (client: Client, payment: (typeof PlaceOrder.Encoded)["payment"]) => {
    await client.cart.create()
    await client.cart.addItem({ payload: { variantId: variantId as never, quantity: 1 } })
    return client.checkout.place({ payload: { email: "ada@example.com" as never, shippingAddress: address, ...(payment === undefined ? {} : { payment }) } })
  }

  it("are kept at checkout, paid with, listed, preferred and removed by their owner", async () => {
    const ada = (await server.signIn("ada.cards@example.com")).as
    const kept = await orders(ada, { gateway: "sandbox", method: "sandbox_success", saveMethod: true })
    assert.strictEqual(kept.order.status, "paid")
    const { items: [first, ...others] } = await ada.paymentMethods.list()
    assert.lengthOf(others, 0)
    if (first === undefined) return assert.fail("it was kept")
    assert.deepInclude(first, { gateway: "sandbox", status: "active", last4: "0000", isDefault: true })
    assert.notMatch(JSON.stringify([kept, first]), /sandbox_saved_|token"?:\s*"sandbox/)
    const paid = await orders(ada, { savedMethodId: first.id })
    assert.deepStrictEqual([paid.order.status, paid.payment?.savedMethodId], ["paid", first.id])

    const failed = await orders(ada, { gateway: "sandbox", method: "sandbox_decline" })
    const again = await ada.payments.initialize({ payload: { orderId: failed.order.id, savedMethodId: first.id } })
    assert.strictEqual(again.state, "captured")

    const second = await ada.paymentMethods.add({ payload: { method: "sandbox_authorize", consent: true } })
    assert.deepStrictEqual([second.status, second.isDefault], ["active", false])
    const params = { id: second.id }
    assert.isTrue((await ada.paymentMethods.setDefault({ params })).isDefault)
    assert.deepStrictEqual(await ada.paymentMethods.get({ params: { id: first.id } }), { ...first, isDefault: false })
    await ada.paymentMethods.remove({ params })
    assert.deepStrictEqual(await problem(ada.paymentMethods.get({ params })), [404, "payment_method_not_found"])
    assert.deepStrictEqual(await problem(orders(ada, { savedMethodId: second.id })), [404, "payment_method_not_found"])
    await server.shop.jobs.drain()
  })

  it("are added without a payment once the bank's page was visited, and nobody else's business", async () => {
    const bea = (await server.signIn("bea.cards@example.com")).as
    const returnUrl = "https://shop.example/account"
    const away = await bea.paymentMethods.add({ payload: { method: "sandbox_redirect", consent: true, returnUrl } })
    assert.strictEqual(away.status, "requires_action")
    const params = { id: away.id }
    const reference = decodeURIComponent(away.nextAction?.url.split("/").at(-1) ?? "")
    const cleo = (await server.signIn("cleo.cards@example.com")).as
    for (
      const attempt of [
        () => cleo.paymentMethods.get({ params }),
        () => cleo.paymentMethods.confirm({ params }),
        () => cleo.paymentMethods.setDefault({ params }),
        () => cleo.paymentMethods.remove({ params }),
        () => orders(cleo, { savedMethodId: away.id })
      ]
    ) {
      assert.deepStrictEqual(await problem(attempt()), [404, "payment_method_not_found"])
    }
    assert.deepStrictEqual(await problem(server.guest.paymentMethods.list()), [401, "unauthenticated"])
    assert.deepStrictEqual(await problem(bea.paymentMethods.setDefault({ params })), [404, "payment_method_not_found"])
    await Effect.runPromise(sandbox.answerSetup(reference, true))
    assert.strictEqual((await bea.paymentMethods.confirm({ params })).status, "active")
    const declined = await bea.paymentMethods.add({ payload: { method: "sandbox_decline", consent: true } })
    assert.deepStrictEqual([declined.status, declined.failure?.advice], ["failed", "other_method"])
    const unknown = bea.paymentMethods.add({ payload: { method: "4242424242424242", consent: true } })
    assert.deepStrictEqual(await problem(unknown), [400, "payment_method_unknown"])
    const unasked = bea.paymentMethods.add({ payload: { method: "sandbox_success" } as never })
    assert.deepStrictEqual(await problem(unasked), [400, "invalid_input"])
  })

  it("answer the same to an Idempotency-Key that comes again, and keep one", async () => {
    const dan = (await server.signIn("dan.cards@example.com")).as
    const payload = { method: "sandbox_success", consent: true } as const
    const both = [
      await dan.paymentMethods.add({ payload }, { idempotencyKey: "add-card-1" }),
      await dan.paymentMethods.add({ payload }, { idempotencyKey: "add-card-1" })
    ]
    assert.deepStrictEqual(both[0], both[1])
    assert.lengthOf((await dan.paymentMethods.list()).items, 1)
  })
})
