/**
 * Returns whose money goes onto credit instead of back the way it came, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { Documents } from "../documents/Documents.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import type { RefundTarget } from "../returns/Return.ts"
import { Returns } from "../returns/Returns.ts"
import { GiftCards } from "../value/GiftCards.ts"
import { StoreCredit } from "../value/StoreCredit.ts"
import * as Invariants from "./Invariants.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

const allIsWell = Effect.gen(function*() {
  yield* drain
  assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(yield* Shop.Bank) }), [])
})

export const returnCreditSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  const refundsOf = (orderId: string) => system(Effect.flatMap(Payments, (payments) => payments.refunds(orderId)))
  const creditOf = (customerId: string) =>
    Effect.map(system(Effect.flatMap(StoreCredit, (credit) => credit.of(customerId))), ({ balance }) => balance.amount)

  /** An order that has arrived, of which so many pieces have come back. */
  const received = Effect.fnUntraced(function*(
    buyer: Shop.Buyer,
    quantity: number,
    options: { readonly giftCards?: ReadonlyArray<string>; readonly storeCredit?: boolean; readonly refundTo?: RefundTarget } = {}
  ) {
    const returns = yield* Returns
    const { refundTo, ...paying } = options
    const { order, token } = yield* Shop.place(buyer, "sandbox_success", paying)
    for (const event of ["ship", "deliver"] as const) {
      yield* system(Effect.flatMap(Orders, (orders) => orders.changeStatus(order.id, { event })))
    }
    const lineId = order.lines[0]?.id as string
    const owner = Actor.as(order.customerId === null ? Actor.guest({ orderToken: token }) : buyer.actor)
    const back = Effect.fnUntraced(function*(pieces: number) {
      const asked = yield* owner(returns.request(order.id, {
        lines: [{ lineId, quantity: pieces, reason: "changed_mind" }],
        ...(refundTo === undefined ? {} : { refundTo })
      }))
      yield* system(returns.approve(asked.id))
      return yield* system(returns.receive(asked.id, { lines: [{ lineId, restock: pieces, scrap: 0 }] }))
    })
    return { order, back, came: yield* back(quantity) }
  })

  describe(`returns as credit on ${harness.name}`, () => {
    test(
      "what a customer gives back is theirs to spend, and the bank hears nothing of it",
      Effect.gen(function*() {
        const returns = yield* Returns
        const ada = yield* Shop.account("ada@example.com")
        const { variantId } = yield* Shop.product()
        const { came, order } = yield* received(yield* Shop.customer(ada, [variantId, 2]), 1, { refundTo: "store_credit" })
        assert.strictEqual(came.refundTo, "store_credit")
        yield* system(Effect.flatMap(Documents, (documents) => documents.invoice(order.id)))
        const refunded = yield* system(returns.refund(came.id))
        const [refund, ...others] = yield* refundsOf(order.id)
        assert.lengthOf(others, 0)
        assert.deepInclude(refund, { amount: Shop.usd(2_000), state: "succeeded", creditedTo: "store-credit" })
        assert.deepInclude(refunded, { status: "refunded", refundTo: "store_credit", refundId: refund?.id ?? null })
        assert.strictEqual(yield* creditOf(ada), 2_000)
        const after = yield* system(Effect.flatMap(Orders, (orders) => orders.get(order.id)))
        assert.deepStrictEqual([after.refunded.amount, after.paymentStatus], [2_000, "partially_refunded"])
        assert.lengthOf(yield* (yield* Shop.Bank).bank.refunds, 0)
        const again = yield* Effect.flip(system(returns.refund(came.id, { to: "original" })))
        assert.strictEqual(again._tag, "IllegalTransition")
        // it buys things as any credit does
        const { order: next } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 1]), "sandbox_success", { storeCredit: true })
        assert.deepStrictEqual([next.status, yield* creditOf(ada)], ["paid", 0])
        yield* drain
        const papers = yield* system((yield* Documents).ofOrder(order.id))
        assert.sameDeepMembers(papers.map(({ content, kind }) => [kind, content.total.amount]), [
          ["invoice", order.total.amount],
          ["credit_note", 2_000]
        ])
        yield* allIsWell
      })
    )

    it.effect("a guest is sent the code of a gift card", () => {
      const mailbox = Mailbox.make()
      return Effect.gen(function*() {
        yield* Shop.ships
        const returns = yield* Returns
        const { variantId } = yield* Shop.product()
        const { came, order } = yield* received(yield* Shop.guest([variantId, 2]), 2)
        yield* system(returns.refund(came.id, { to: "store_credit" }))
        assert.deepInclude((yield* refundsOf(order.id))[0], { amount: Shop.usd(4_000), creditedTo: "gift-card" })
        yield* drain
        const [card] = (yield* system(Effect.flatMap(GiftCards, (cards) => cards.list()))).items
        assert.deepInclude(card, { balance: Shop.usd(4_000), initial: Shop.usd(4_000), email: order.email })
        const told = mailbox.mails.map(({ text }) => text)
        const code = told.flatMap((text) => /[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}/.exec(text) ?? [])[0] ?? assert.fail("no code was sent")
        assert.deepInclude(yield* (yield* GiftCards).lookup(code), { balance: Shop.usd(4_000), status: "active" })
        assert.isTrue(told.some((text) => text.includes("on a gift card, whose code we send you")))
        yield* allIsWell
      }).pipe(Effect.provide(Layer.provide(Shop.layer(harness.storage()), Mailbox.layer(mailbox))))
    })

    test(
      "of an order that was paid by card, gift card and credit, no more goes back than was paid, whichever way",
      Effect.gen(function*() {
        const returns = yield* Returns
        const payments = yield* Payments
        const ada = yield* Shop.account("ada@example.com")
        yield* system(Effect.flatMap(StoreCredit, (credit) => credit.adjust(ada, { amount: Shop.usd(700), reason: "kindness" })))
        const card = yield* system(Effect.flatMap(GiftCards, (cards) => cards.create({ amount: Shop.usd(1_000) })))
        const { variantId } = yield* Shop.product()
        // 6500 with shipping: 4800 by card, 1000 by gift card, 700 by credit
        const { back, came, order } = yield* received(yield* Shop.customer(ada, [variantId, 3]), 1, {
          giftCards: [card.code ?? ""],
          storeCredit: true
        })
        yield* system(returns.refund(came.id, { to: "store_credit" }))
        const second = yield* back(1)
        yield* system(returns.refund(second.id))
        const third = yield* back(1)
        yield* system(returns.refund(third.id, { to: "store_credit" }))
        const gateways = new Map((yield* system(payments.list({ orderId: order.id }))).items.map(({ gateway, id }) => [id, gateway]))
        assert.sameDeepMembers(
          [...yield* refundsOf(order.id)].map(({ amount, creditedTo, paymentId }) => [gateways.get(paymentId), amount.amount, creditedTo]),
          [
            ["sandbox", 2_000, "store-credit"],
            ["sandbox", 2_000, undefined],
            ["sandbox", 800, "store-credit"],
            ["gift-card", 1_000, "store-credit"],
            ["store-credit", 200, "store-credit"]
          ]
        )
        assert.strictEqual(yield* creditOf(ada), 4_000)
        // shipping is left, and not a cent more
        const over = yield* Effect.flip(system(payments.refund(order.id, { amount: Shop.usd(501), reason: "" })))
        assert.strictEqual(over._tag, "RefundExceedsCaptured")
        yield* system(payments.refund(order.id, { reason: "shipping" }))
        yield* drain
        assert.strictEqual(yield* creditOf(ada), 4_500)
        assert.deepStrictEqual((yield* system(Effect.flatMap(Orders, (orders) => orders.get(order.id)))).refunded, order.total)
        yield* allIsWell
      })
    )

    test(
      "of many who give back the same return, as credit and as money at once, one does, and no more than is left",
      Effect.gen(function*() {
        const returns = yield* Returns
        const payments = yield* Payments
        const ada = yield* Shop.account("ada@example.com")
        const { variantId } = yield* Shop.product()
        const { came, order } = yield* received(yield* Shop.customer(ada, [variantId, 2]), 2)
        const outcomes = yield* Effect.all(
          Array.from({ length: 6 }, (_, index) =>
            Effect.exit(system(returns.refund(came.id, { to: index % 2 === 0 ? "store_credit" : "original" })))),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(outcomes.filter(Exit.isSuccess).length, 1)
        // 500 of shipping are left for both of these
        const more = yield* Effect.all(
          Array.from({ length: 3 }, () => Effect.exit(system(payments.refund(order.id, { amount: Shop.usd(300), reason: "" })))),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(more.filter(Exit.isSuccess).length, 1)
        yield* drain
        assert.strictEqual((yield* system(Effect.flatMap(Orders, (orders) => orders.get(order.id)))).refunded.amount, 4_300)
        yield* allIsWell
      })
    )

    test(
      "credit that would be more than is left, or for somebody whose account is gone, is refused with nothing changed",
      Effect.gen(function*() {
        const returns = yield* Returns
        const payments = yield* Payments
        const ada = yield* Shop.account("ada@example.com")
        const { variantId } = yield* Shop.product()
        const { came, order } = yield* received(yield* Shop.customer(ada, [variantId, 2]), 2)
        yield* system(payments.refund(order.id, { amount: Shop.usd(4_000), reason: "by hand" }))
        const over = yield* Effect.flip(system(returns.refund(came.id, { to: "store_credit" })))
        assert.strictEqual(over._tag, "RefundExceedsCaptured")
        const gone = yield* received(yield* Shop.customer("user_gone", [variantId, 1]), 1)
        assert.strictEqual((yield* Effect.flip(system(returns.refund(gone.came.id, { to: "store_credit" }))))._tag, "InvalidInput")
        for (const { id } of [came, gone.came]) {
          assert.deepInclude(yield* system(returns.get(id)), { status: "received", refundId: null })
        }
        assert.strictEqual(yield* creditOf(ada), 0)
        assert.strictEqual((yield* system(returns.refund(gone.came.id))).status, "refunded")
        yield* allIsWell
      })
    )
  })
}
