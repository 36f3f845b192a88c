/**
 * What gift cards and store credit must do on any storage: pay for orders with what is there, once, and come back.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { Checkout } from "../checkout/Checkout.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { Promotions } from "../promotions/Promotions.ts"
import { Stores } from "../stores/Stores.ts"
import { Taxes } from "../tax/Taxes.ts"
import { GiftCards } from "../value/GiftCards.ts"
import { StoreCredit } from "../value/StoreCredit.ts"
import { StoredValueRepository } from "../value/StoredValueRepository.ts"
import * as Mailbox from "./Mailbox.ts"
import { faultsAt } from "./CartFixture.ts"
import * as Invariants from "./Invariants.ts"
import { usd } from "./Shop.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const sent = (input: unknown) => input as never
const staff = Actor.as(Actor.system("test"))

/** What the books say that the shop owes on gift cards or credit. */
const owed = (gateway: string) =>
  Effect.gen(function*() {
    const balances = yield* staff((yield* Payments).balances)
    return -(balances.find(({ account }) => account === `gateway:${gateway}`)?.balance.amount ?? 0)
  })

const sound = Effect.gen(function*() {
  const bank = yield* Shop.Bank
  assert.deepStrictEqual(
    yield* Invariants.violations({ bank: Shop.bankRecords(bank) }),
    []
  )
})

export const storedValueSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(body, Shop.layer(harness.storage())))

  const card = (amount: number, more: object = {}) =>
    Effect.gen(function*() {
      const { code, giftCard } = yield* staff((yield* GiftCards).create({ amount: usd(amount), ...more }))
      return { id: giftCard.id, code: code ?? "" }
    })

  const left = (id: string) =>
    Effect.map(Effect.flatMap(GiftCards, (cards) => staff(cards.get(id))), ({ balance }) => balance.amount)

  describe(`gift cards and store credit, on ${harness.name}`, () => {
    test(
      "pay for an order in part, before the gateway is asked for the rest",
      Effect.gen(function*() {
        yield* Shop.ships
        const { variantId } = yield* Shop.product({ price: usd(2_000) })
        const { code, id } = yield* card(700)
        const buyer = yield* Shop.guest([variantId, 1])
        const preview = yield* Actor.as(buyer.actor)(
          Effect.flatMap(Checkout, (checkout) => checkout.preview({ shippingAddress: Shop.address, giftCards: [code] }))
        )
        assert.deepStrictEqual(preview.tenders, [{ gateway: "gift-card", lastFour: code.slice(-4), amount: usd(700) }])
        assert.deepStrictEqual(preview.due, usd(1_800))
        // as people type
        const typed = ` ${code.toLowerCase().replaceAll("-", " ")}`
        const { order, payment } = yield* Shop.place(buyer, "sandbox_success", { giftCards: [typed] })
        assert.deepStrictEqual([order.status, order.paymentStatus, order.total.amount, order.paid.amount], [
          "paid",
          "paid",
          2_500,
          2_500
        ])
        assert.strictEqual(payment?.amount.amount, 1_800)
        assert.strictEqual(yield* left(id), 0)
        assert.strictEqual(yield* owed("gift-card"), 0)
        const entries = yield* staff(Effect.flatMap(Payments, (payments) => payments.ledger(order.id)))
        assert.strictEqual(entries.reduce((sum, { account, amount }) => account === "sales" ? sum + amount.amount : sum, 0), -2_500)
        yield* sound
      })
    )

    test(
      "move once for each key, however often they are told to, and never below nothing",
      Effect.gen(function*() {
        const { move } = yield* StoredValueRepository
        const { transaction } = yield* Transactor
        const { id } = yield* card(1_000)
        const at = yield* Timestamp.now
        const spend = (key: string, amount: number) =>
          transaction(Effect.filterOrFail(
            move({ key, valueId: id, kind: "spend", amount: -amount, orderId: null, reason: null, at }, { spending: true }),
            (moved) => moved,
            () => "short" as const
          ))
        for (let time = 0; time < 3; time++) yield* spend("one", 300)
        assert.strictEqual(yield* left(id), 700)
        assert.strictEqual(yield* Effect.flip(spend("two", 701)), "short")
        yield* spend("two", 700)
        assert.strictEqual(yield* left(id), 0)
      })
    )

    test(
      "pay for a whole order without any gateway, and keep what is left",
      Effect.gen(function*() {
        yield* Shop.ships
        const { variantId } = yield* Shop.product({ price: usd(2_000), stock: 10 })
        const first = yield* card(1_000)
        const second = yield* card(5_000)
        const buyer = yield* Shop.guest([variantId, 1])
        const { payment: _, ...input } = Shop.order(buyer)
        const placed = yield* Actor.as(buyer.actor)(
          Effect.flatMap(Checkout, (checkout) => checkout.place({ ...input, giftCards: [first.code, second.code] }))
        )
        assert.strictEqual(placed.payment, null)
        assert.deepStrictEqual([placed.order.status, placed.order.paid.amount], ["paid", 2_500])
        assert.deepStrictEqual([yield* left(first.id), yield* left(second.id)], [0, 3_500])
        assert.strictEqual(yield* owed("gift-card"), 3_500)
        const movements = yield* staff(Effect.flatMap(GiftCards, (cards) => cards.movements(second.id)))
        assert.deepStrictEqual(movements.items.map(({ amount, kind }) => [kind, amount.amount]).sort(), [
          ["issue", 5_000],
          ["spend", -1_500]
        ])
        assert.strictEqual((yield* Shop.stockOf(variantId)).available, 9)
        yield* sound
      })
    )

    test(
      "attack 23, gift card race: of a hundred dollars are never spent for more, however many buyers come at once",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ price: usd(3_000), stock: 50, requiresShipping: false })
        const { code, id } = yield* card(10_000)
        const buyers = yield* Effect.forEach(Array.from({ length: 20 }), () => Shop.guest([variantId, 1]))
        const placed = yield* Effect.forEach(
          buyers,
          (buyer) => Effect.result(Shop.place(buyer, "sandbox_success", { giftCards: [code] })),
          { concurrency: "unbounded" }
        )
        yield* staff(Effect.flatMap(Jobs, (jobs) => jobs.drain))
        let tendered = 0
        for (const result of placed) {
          if (result._tag === "Failure") {
            assert.include(["StoredValueSpent", "GiftCardUnusable"], result.failure._tag)
            continue
          }
          const { order, payment } = result.success
          assert.strictEqual(order.status, "paid")
          tendered += order.total.amount - (payment?.amount.amount ?? 0)
        }
        assert.isAtMost(tendered, 10_000)
        assert.isAtLeast(tendered, 9_000)
        assert.strictEqual(yield* left(id), 10_000 - tendered)
        assert.strictEqual(yield* owed("gift-card"), 10_000 - tendered)
        yield* sound
      })
    )

    test(
      "come back when the order is cancelled, and when it is refunded",
      Effect.gen(function*() {
        yield* Shop.ships
        const { variantId } = yield* Shop.product({ price: usd(2_000) })
        const { code, id } = yield* card(2_000)
        const declined = yield* Shop.guest([variantId, 1])
        const failed = yield* Shop.place(declined, "sandbox_decline", { giftCards: [code] })
        assert.deepStrictEqual([failed.order.status, failed.order.paymentStatus, failed.order.paid.amount], [
          "failed",
          "unpaid",
          2_000
        ])
        assert.strictEqual(yield* left(id), 0)
        yield* staff(Effect.flatMap(Orders, (orders) => orders.cancel(failed.order.id, { reason: "changed my mind" })))
        yield* staff(Effect.flatMap(Jobs, (jobs) => jobs.drain))
        assert.strictEqual(yield* left(id), 2_000)
        assert.strictEqual(yield* owed("gift-card"), 2_000)

        const again = yield* Shop.guest([variantId, 1])
        const { order } = yield* Shop.place(again, "sandbox_success", { giftCards: [code] })
        const payments = yield* Effect.flatMap(Payments, (all) => staff(all.list({})))
        const tender = payments.items.find(({ gateway, orderId }) => orderId === order.id && gateway === "gift-card")
        const refund = yield* staff(Effect.flatMap(Payments, (all) =>
          all.refund(order.id, { amount: usd(500), paymentId: tender?.id ?? "", reason: "a scratch" })))
        assert.strictEqual(refund.state, "succeeded")
        assert.strictEqual(yield* left(id), 500)
        assert.strictEqual(yield* owed("gift-card"), 500)
        yield* sound
      })
    )

    test(
      "come back when nobody pays the rest in time",
      Effect.gen(function*() {
        yield* Shop.ships
        const { variantId } = yield* Shop.product({ price: usd(2_000) })
        const { code, id } = yield* card(500)
        const buyer = yield* Shop.guest([variantId, 1])
        yield* Shop.place(buyer, "sandbox_decline", { giftCards: [code] })
        yield* TestClock.adjust("1 hour")
        yield* staff(Effect.flatMap(Payments, (payments) => payments.recover))
        yield* staff(Effect.flatMap(Jobs, (jobs) => jobs.drain))
        assert.strictEqual(yield* left(id), 500)
        yield* sound
      })
    )

    test(
      "are given back in one refund with the rest: the gateway's money first, and never more than came in",
      Effect.gen(function*() {
        yield* Shop.ships
        const { variantId } = yield* Shop.product({ price: usd(2_000), stock: 10 })
        const payments = yield* Payments
        const credit = yield* StoreCredit
        const ada = yield* Shop.account("ada@example.com")
        const creditOf = Effect.map(staff(credit.of(ada)), ({ balance }) => balance.amount)
        const mixed = Effect.gen(function*() {
          const { code, id } = yield* card(700)
          yield* staff(credit.adjust(ada, { amount: usd(300), reason: "sorry" }))
          const buyer = yield* Shop.customer(ada, [variantId, 1])
          const { order } = yield* Shop.place(buyer, "sandbox_success", { giftCards: [code], storeCredit: true })
          assert.deepStrictEqual([order.status, order.total.amount, yield* left(id), yield* creditOf], ["paid", 2_500, 0, 0])
          return { orderId: order.id, id }
        })
        const { id, orderId } = yield* mixed
        const refund = yield* staff(payments.refund(orderId, { amount: usd(1_600), reason: "a scratch" }))
        assert.deepStrictEqual([refund.amount.amount, ...refund.others.map(({ amount }) => amount.amount)], [1_500, 100])
        assert.deepStrictEqual([yield* left(id), yield* creditOf], [100, 0])
        const tooMuch = yield* Effect.flip(staff(payments.refund(orderId, { amount: usd(901), reason: "more" })))
        assert.strictEqual(tooMuch._tag === "RefundExceedsCaptured" && tooMuch.refundable.amount, 900)
        const rest = yield* staff(payments.refund(orderId, { reason: "all of it" }))
        assert.deepStrictEqual([rest, ...rest.others].map(({ amount, state }) => [state, amount.amount]), [
          ["succeeded", 600],
          ["succeeded", 300]
        ])
        assert.deepStrictEqual([yield* left(id), yield* creditOf], [700, 300])
        const { refunded, status } = yield* staff(Effect.flatMap(Orders, (orders) => orders.get(orderId)))
        assert.deepStrictEqual([status, refunded.amount], ["refunded", 2_500])
        yield* staff(credit.adjust(ada, { amount: usd(-300), reason: "for the next" }))
        // many at once, each of which wants more than the card holds
        const again = yield* mixed
        const results = yield* Effect.forEach(
          Array.from({ length: 6 }),
          () => Effect.result(staff(payments.refund(again.orderId, { amount: usd(800), reason: "late" }))),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(results.filter(({ _tag }) => _tag === "Success").length, 3)
        assert.deepStrictEqual([yield* left(again.id), yield* creditOf], [700, 200])
        yield* sound
      })
    )

    test(
      "have come back whole once all of an order was given back, in whatever parts and in whatever order",
      Effect.gen(function*() {
        yield* Shop.ships
        yield* staff(Effect.flatMap(Taxes, (taxes) => taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 77_500 })))
        yield* staff(Effect.flatMap(Promotions, (promotions) =>
          promotions.create({ name: "Autumn", action: { type: "percent_off_order", args: { ratePpm: 70_000 } } })))
        const mug = yield* Shop.product({ price: usd(1_999), stock: 20 })
        const board = yield* Shop.product({ title: "Oak board", price: usd(333), stock: 20 })
        const payments = yield* Payments
        const orders = yield* Orders
        const cancellations = yield* Cancellations
        const jobs = yield* Jobs
        const parts = [
          { line: 0, quantity: 1 },
          { amount: 251 },
          { line: 1, quantity: 2 },
          { amount: 1 },
          { line: 0, quantity: 1 }
        ] as const
        for (const sequence of [[0, 1, 2, 3, 4], [3, 4, 2, 1, 0]]) {
          const { code, id } = yield* card(2_345)
          const { order } = yield* Shop.place(
            yield* Shop.guest([mug.variantId, 3], [board.variantId, 4]),
            "sandbox_success",
            { giftCards: [code] }
          )
          assert.deepStrictEqual([order.paid, yield* left(id)], [order.total, 0])
          const refunded = Effect.andThen(staff(jobs.drain), Effect.map(staff(orders.get(order.id)), (now) => now.refunded.amount))
          let before = 0
          for (const index of sequence) {
            const part = parts[index] ?? assert.fail("no such part")
            if ("amount" in part) yield* staff(payments.refund(order.id, { amount: usd(part.amount), reason: "a scratch" }))
            else {
              const line = order.lines.find(({ variantId }) => variantId === (part.line === 0 ? mug : board).variantId)
              yield* staff(cancellations.cancel(order.id, { lines: [{ lineId: line?.id ?? "", quantity: part.quantity }] }))
            }
            const now = yield* refunded
            assert.isAbove(now, before)
            assert.isAtMost(now, order.total.amount)
            before = now
          }
          yield* staff(payments.refund(order.id, { reason: "the rest" }))
          assert.deepStrictEqual([yield* refunded, yield* left(id)], [order.total.amount, 2_345])
          assert.strictEqual((yield* Effect.flip(staff(payments.refund(order.id, { reason: "more" }))))._tag, "RefundExceedsCaptured")
        }
        yield* sound
      })
    )

    test(
      "that are unknown, void, over, empty or of another store pay for nothing, and nothing is ordered",
      Effect.gen(function*() {
        const cards = yield* GiftCards
        const { variantId } = yield* Shop.product({ price: usd(2_000), requiresShipping: false })
        const end = Timestamp.plus(yield* Timestamp.now, "1 day")
        const over = yield* card(500, { expiresAt: end })
        const gone = yield* card(500)
        const whole = yield* card(2_000)
        const voided = yield* staff(cards.void(gone.id))
        assert.deepStrictEqual([voided.status, voided.balance.amount, yield* left(gone.id)], ["void", 0, 0])
        yield* Shop.place(yield* Shop.guest([variantId, 1]), "sandbox_success", { giftCards: [whole.code] })
        const elsewhere = yield* staff(Effect.flatMap(Stores, (stores) =>
          stores.create({ code: "elsewhere", name: "Elsewhere", currency: "USD" })))
        const foreign = yield* within(elsewhere.id)(card(500))
        yield* TestClock.adjust("1 day")
        const buyer = yield* Shop.guest([variantId, 1])
        const attempt = (code: string) => Effect.flip(Shop.place(buyer, "sandbox_success", { giftCards: [code] }))
        const failures = yield* Effect.all([
          attempt("ABCD-EFGH-JKMN-PQRS"),
          attempt(foreign.code),
          attempt(over.code),
          attempt(gone.code),
          attempt(whole.code)
        ])
        assert.deepStrictEqual(
          failures.map((failure) => "reason" in failure ? [failure._tag, failure.reason] : [failure._tag]),
          [["GiftCardNotFound"], ["GiftCardNotFound"], ["GiftCardUnusable", "expired"], ["GiftCardUnusable", "void"], [
            "GiftCardUnusable",
            "empty"
          ]]
        )
        assert.strictEqual((yield* staff((yield* Orders).list({}))).items.length, 1)
        const looked = yield* Effect.all([over, gone, whole].map(({ code }) => cards.lookup(code)))
        assert.deepStrictEqual(looked.map(({ balance, status }) => [status, balance.amount]), [
          ["expired", 500],
          ["void", 0],
          ["active", 0]
        ])
        // staff may give it more time
        yield* staff(cards.update(over.id, { expiresAt: null, version: 1 }))
        assert.strictEqual((yield* cards.lookup(over.code)).status, "active")
        assert.strictEqual((yield* Effect.flip(cards.lookup("nothing")))._tag, "GiftCardNotFound")
        assert.strictEqual((yield* Effect.flip(staff(cards.update(over.id, { note: "x", version: 1 }))))._tag, "VersionConflict")
        yield* sound
      })
    )

    it.effect("whose time is over give what comes back to whoever has paid with them", () => {
      const mailbox = Mailbox.make()
      return Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ price: usd(2_000), requiresShipping: false })
        const ada = yield* Shop.account("ada@example.com")
        const { code, id } = yield* card(5_000, { expiresAt: Timestamp.plus(yield* Timestamp.now, "1 day") })
        const known = yield* Shop.place(yield* Shop.customer(ada, [variantId, 1]), undefined, { giftCards: [code] })
        const guest = yield* Shop.place(yield* Shop.guest([variantId, 1]), undefined, { giftCards: [code] })
        yield* TestClock.adjust("1 day")
        for (const { order } of [known, guest]) yield* Effect.flatMap(Orders, (orders) => staff(orders.cancel(order.id)))
        yield* staff(Effect.flatMap(Jobs, (jobs) => jobs.drain))
        const credit = yield* Effect.flatMap(StoreCredit, (credits) => staff(credits.of(ada)))
        assert.deepStrictEqual([credit.balance.amount, yield* left(id)], [2_000, 1_000])
        const fresh = mailbox.mails.flatMap(({ text }) => /[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}/.exec(text ?? "") ?? [])
        assert.deepStrictEqual((yield* Effect.flatMap(GiftCards, (cards) => cards.lookup(fresh[0] ?? ""))).balance, usd(2_000))
        assert.deepStrictEqual([yield* owed("gift-card"), yield* owed("store-credit")], [3_000, 2_000])
        yield* sound
      }).pipe(Effect.provide(Layer.provide(Shop.layer(harness.storage()), Mailbox.layer(mailbox))))
    })

    it.effect("are sent to who they are for, and the code is kept nowhere", () => {
      const mailbox = Mailbox.make()
      return Effect.gen(function*() {
        const cards = yield* GiftCards
        const made = yield* staff(cards.create({ amount: usd(2_500), email: "ada@example.com" }))
        assert.deepStrictEqual([made.code, made.giftCard.lastFour], [null, null])
        yield* staff(Effect.flatMap(Jobs, (jobs) => jobs.drain))
        const [message] = mailbox.mails
        const code = /[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}/.exec(message?.text ?? "")?.[0] ?? ""
        assert.include(message?.text ?? "", "$25.00")
        assert.deepStrictEqual((yield* cards.lookup(code)).balance, usd(2_500))
        assert.strictEqual((yield* staff(cards.get(made.giftCard.id))).lastFour, code.slice(-4))
      }).pipe(Effect.provide(Layer.provide(Shop.layer(harness.storage()), Mailbox.layer(mailbox))))
    })

    test(
      "let a customer spend their credit, which staff give and take",
      Effect.gen(function*() {
        yield* Shop.ships
        const credit = yield* StoreCredit
        const ada = yield* Shop.account("ada@example.com")
        const bob = yield* Shop.account("bob@example.com")
        const { variantId } = yield* Shop.product({ price: usd(2_000) })
        yield* staff(credit.adjust(ada, { amount: usd(3_000), reason: "for the delay" }))
        yield* staff(credit.adjust(ada, { amount: usd(-200), reason: "a mistake" }))
        assert.deepStrictEqual(yield* Actor.as(Actor.customer(ada))(credit.mine), { customerId: ada, balance: usd(2_800), balances: [usd(2_800)] })
        assert.deepStrictEqual(yield* Actor.as(Actor.customer(bob))(credit.mine), { customerId: bob, balance: usd(0), balances: [usd(0)] })
        const short = yield* Effect.flip(staff(credit.adjust(ada, { amount: usd(-2_801), reason: "more" })))
        assert.strictEqual(short._tag, "StoreCreditShort")

        const buyer = yield* Shop.customer(ada, [variantId, 1])
        const { order, payment } = yield* Shop.place(buyer, "sandbox_success", { storeCredit: true })
        assert.deepStrictEqual([order.status, payment], ["paid", null])
        assert.deepStrictEqual((yield* staff(credit.of(ada))).balance, usd(300))
        assert.strictEqual(yield* owed("store-credit"), 300)
        const movements = yield* staff(credit.movements(ada))
        assert.deepStrictEqual(movements.items.map(({ amount }) => amount.amount).sort((a, b) => a - b), [-2_500, -200, 3_000])
        // a guest has none, and says so in vain
        const guest = yield* Shop.place(yield* Shop.guest([variantId, 1]), "sandbox_success", { storeCredit: true })
        assert.strictEqual(guest.payment?.amount.amount, 2_500)
        yield* sound
      })
    )

    test(
      "are for staff with the permission, and refuse what is no value",
      Effect.gen(function*() {
        const cards = yield* GiftCards
        const credit = yield* StoreCredit
        const { id } = yield* card(100)
        const ada = yield* Shop.account("ada@example.com")
        const attempts = Effect.all([
          Effect.flip(cards.create({ amount: usd(1) })),
          Effect.flip(cards.list()),
          Effect.flip(cards.get(id)),
          Effect.flip(cards.update(id, {})),
          Effect.flip(cards.void(id)),
          Effect.flip(cards.movements(id)),
          Effect.flip(credit.of(ada)),
          Effect.flip(credit.adjust(ada, { amount: usd(1), reason: "mine" })),
          Effect.flip(credit.movements(ada))
        ])
        const tags = (failures: ReadonlyArray<{ readonly _tag: string }>) => [...new Set(failures.map(({ _tag }) => _tag))]
        assert.deepStrictEqual(tags(yield* Actor.as(Actor.guest())(attempts)), ["Unauthenticated"])
        assert.deepStrictEqual(tags(yield* Actor.as(Actor.customer(ada))(attempts)), ["Forbidden"])
        const refused = [
          [{ amount: usd(0) }, "amount.amount"],
          [{ amount: usd(-5) }, "amount.amount"],
          [{ amount: { amount: 5, currency: "EUR" } }, "amount.currency"],
          [{ amount: usd(5), expiresAt: "1969-01-01T00:00:00.000Z" }, "expiresAt"],
          [{ amount: usd(5), code: "MINE" }, "code"]
        ] as const
        for (const [wrong, path] of refused) {
          const error = yield* Effect.flip(staff(cards.create(sent(wrong))))
          assert.deepStrictEqual(error._tag === "InvalidInput" ? faultsAt(error) : error, [path])
        }
        assert.strictEqual(
          (yield* Effect.flip(staff(credit.adjust("user_nobody", { amount: usd(1), reason: "who" }))))._tag,
          "CustomerUnknown"
        )
        assert.strictEqual((yield* Effect.flip(staff(credit.adjust(ada, { amount: usd(0), reason: "no" }))))._tag, "InvalidInput")
        assert.strictEqual((yield* staff(cards.list())).items.length, 1)
      })
    )
  })
}
