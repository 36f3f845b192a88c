import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

const usd = (amount: number) => ({ amount, currency: "USD" as never })

describe("gift cards and store credit over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("are made by staff, looked up by their code, and pay at checkout without a gateway", async () => {
    const clerk = await server.signIn("clerk@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    const ada = await server.signIn("ada@example.com")
    const staff = clerk.as.storedValue
    const { code, giftCard } = await staff.createGiftCard({ payload: { amount: usd(1_500), note: "a prize" } })
    const params = { id: giftCard.id }
    assert.deepStrictEqual(await server.guest.storedValue.lookupGiftCard({ params: { code: code ?? "" } }), {
      lastFour: giftCard.lastFour ?? "",
      balance: giftCard.balance,
      status: "active",
      expiresAt: null
    })
    assert.deepStrictEqual(
      await problem(server.guest.storedValue.lookupGiftCard({ params: { code: "ABCD-ABCD-ABCD-ABCD" } })),
      [404, "gift_card_not_found"]
    )
    const product = await clerk.as.adminProducts.create({
      payload: { title: "Voucher", variants: [{ price: usd(2_000), stock: 9, requiresShipping: false }] }
    })
    await staff.adjustStoreCredit({
      params: { customerId: ada.user.id },
      payload: { amount: usd(900), reason: "for the delay" }
    })
    await ada.as.cart.create()
    await ada.as.cart.addItem({ payload: { variantId: product.variants[0]?.id ?? "", quantity: 1 } })
    const paid = { giftCards: [code ?? ""], storeCredit: true }
    const preview = await ada.as.checkout.preview({ payload: paid })
    assert.deepStrictEqual([preview.due.amount, preview.tenders.map(({ gateway }) => gateway)], [0, ["gift-card", "store-credit"]])
    const { order, payment } = await ada.as.checkout.place({ payload: paid })
    assert.deepStrictEqual([order.status, order.paid.amount, payment], ["paid", 2_000, null])
    assert.strictEqual((await ada.as.storedValue.myStoreCredit()).balance.amount, 400)
    assert.strictEqual((await staff.storeCredit({ params: { customerId: ada.user.id } })).balance.amount, 400)
    assert.strictEqual((await staff.storeCreditMovements({ params: { customerId: ada.user.id } })).items.length, 2)
    await server.shop.stores.update({ settings: { currencies: ["EUR"] } })
    const euros = { amount: 250, currency: "EUR" as never }
    await staff.adjustStoreCredit({ params: { customerId: ada.user.id }, payload: { amount: euros, reason: "for the delay" } })
    assert.deepStrictEqual((await ada.as.storedValue.myStoreCredit()).balances, [usd(400), euros])
    const inEuros = await staff.storeCreditMovements({ params: { customerId: ada.user.id }, query: { currency: "EUR" as never } })
    assert.deepStrictEqual(inEuros.items.map(({ amount }) => amount), [euros])
    assert.strictEqual((await staff.giftCardMovements({ params })).items.length, 2)
    assert.strictEqual((await staff.getGiftCard({ params })).balance.amount, 0)

    const cards = (await staff.listGiftCards()).items.length
    const once = { idempotencyKey: "a prize for Bob" }
    const other = await staff.createGiftCard({ payload: { amount: usd(100) } }, once)
    // its code is kept nowhere, and no second card is made
    assert.deepStrictEqual(await problem(staff.createGiftCard({ payload: { amount: usd(100) } }, once)), [409, "answer_not_kept"])
    assert.strictEqual((await staff.listGiftCards()).items.length, cards + 1)
    const otherParams = { id: other.giftCard.id }
    await staff.updateGiftCard({ params: otherParams, payload: { note: "lost" } }, { ifMatch: "\"v1\"" })
    assert.deepStrictEqual(
      await problem(staff.updateGiftCard({ params: otherParams, payload: { note: "late" } }, { ifMatch: "\"v1\"" })),
      [412, "version_conflict"]
    )
    assert.strictEqual((await staff.voidGiftCard({ params: otherParams })).status, "void")
    assert.strictEqual((await staff.listGiftCards()).items.length, 2)
    assert.deepStrictEqual(await problem(ada.as.storedValue.listGiftCards()), [403, "forbidden"])
    assert.deepStrictEqual(await problem(server.guest.storedValue.myStoreCredit()), [401, "unauthenticated"])
    // nobody pays with one by naming it as a gateway
    await ada.as.cart.create()
    await ada.as.cart.addItem({ payload: { variantId: product.variants[0]?.id ?? "", quantity: 1 } })
    assert.deepStrictEqual(
      await problem(ada.as.checkout.place({ payload: { payment: { gateway: "gift-card" } } })),
      [404, "gateway_not_found"]
    )
  })
})
