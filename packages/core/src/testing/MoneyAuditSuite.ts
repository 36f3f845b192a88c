/**
 * One order of which nearly everything happens, looked at by an auditor: what the bank, the books, the papers, the points and the figures
 * of the shop say of it must be the same money.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { Carts } from "../cart/Carts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { DocumentRepository } from "../documents/DocumentRepository.ts"
import { Documents } from "../documents/Documents.ts"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { JobRetries } from "../jobs/JobRegistry.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Currency from "../kernel/Currency.ts"
import * as Money from "../kernel/Money.ts"
import { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { LoyaltyPoints } from "../loyalty/LoyaltyPoints.ts"
import { Orders } from "../orders/Orders.ts"
import * as OfflineGateway from "../payments/OfflineGateway.ts"
import { GatewayUnavailable } from "../payments/PaymentGateway.ts"
import { Payments } from "../payments/Payments.ts"
import { PriceLists } from "../prices/PriceLists.ts"
import { Returns } from "../returns/Returns.ts"
import { Shipping } from "../shipping/Shipping.ts"
import { Stores } from "../stores/Stores.ts"
import { Taxes } from "../tax/Taxes.ts"
import { GiftCards } from "../value/GiftCards.ts"
import { StoreCredit } from "../value/StoreCredit.ts"
import { atTheBank, creditNotes, drain, edit, held, invoice, lineOf, owed, papers, pointsOf, system } from "./MoneyFixture.ts"
import * as Fixture from "./PaymentFixture.ts"
import * as ScriptedGateway from "./ScriptedGateway.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** A storage that cannot write what was never paid of some orders down. */
const withoutEnds = (storage: ReturnType<StorageHarness["storage"]>, cannot: (orderId: string) => boolean) => {
  const documents = Layer.effect(DocumentRepository, Effect.map(DocumentRepository, (all) =>
    DocumentRepository.of({
      ...all,
      issue: (document) =>
        document.kind === "credit_note" && document.refundId === null && document.editId === null && cannot(document.orderId)
          ? Effect.fail(new StorageError({ operation: "Documents.issue", reason: "unreachable" }))
          : all.issue(document)
    })))
  return Layer.merge(storage, Layer.provide(documents, storage))
}

/** An order with an invoice, of goods at one rate of tax, to which goods at another are added and not paid. */
const addedTo = Effect.gen(function*() {
  yield* system(Effect.flatMap(Taxes, (taxes) =>
    Effect.all([
      taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 77_500 }),
      taxes.create({ name: "Less", taxClass: "reduced", ratePpm: 21_300 })
    ])))
  const { id: book } = yield* system(Effect.flatMap(Catalog, (catalog) =>
    Effect.map(
      catalog.createProduct({ title: "Book", taxClass: "reduced", variants: [{ price: Shop.usd(1_333), stock: 10 }] }),
      ({ variants: [variant] }) => variant ?? assert.fail("there is no variant")
    )))
  const { as, order } = yield* Fixture.ordered()
  yield* invoice(order.id)
  const { edit: { charged }, order: more } = yield* edit(order.id, { add: [{ variantId: book, quantity: 3 }] })
  yield* drain
  assert.strictEqual((yield* papers(order.id)).total, order.total.amount + charged.amount)
  return { as, order, charged, added: lineOf(more, 1) }
})

/** An order is over, and its papers say what the shop keeps, whatever is asked of them again. */
const settled = Effect.fnUntraced(function*(orderId: string, kept: number) {
  yield* drain
  yield* invoice(orderId)
  yield* drain
  const now = yield* Fixture.orderNow(orderId)
  assert.strictEqual(now.paid.amount - now.refunded.amount, kept)
  const { isSound, rates, tax, total } = yield* papers(orderId)
  assert.deepStrictEqual([total, rates, isSound], [kept, tax, true])
  if (kept === 0) assert.deepStrictEqual(yield* owed(orderId), [])
})

export const moneyAuditSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`the money of one order, audited, on ${harness.name}`, () => {
    test("is the same everywhere when a gift card, credit and money paid it, and it is exchanged, returned and called off in turn", () =>
      Effect.gen(function*() {
        const orders = yield* Orders
        const returns = yield* Returns
        yield* system(Effect.flatMap(LoyaltyPoints, (loyalty) =>
          loyalty.setProgram({ active: true, pointsPer100: 10, confirmedBy: "paid", expireDays: null, pointValue: 1, tiers: [] })))
        const ada = yield* Shop.account("ada@example.com")
        const asAda = Actor.as(Actor.customer(ada))
        const { code, giftCard } = yield* system(Effect.flatMap(GiftCards, (cards) => cards.create({ amount: Shop.usd(1_000) })))
        yield* system(Effect.flatMap(StoreCredit, (credit) => credit.adjust(ada, { amount: Shop.usd(500), reason: "sorry" })))
        const { variantId } = yield* Shop.product()
        const { variantId: oil } = yield* Shop.product({ title: "Oil", price: Shop.usd(750) })
        const before = yield* held
        const { order } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 2]), "sandbox_success", {
          giftCards: [code ?? ""],
          storeCredit: true
        })
        yield* invoice(order.id)
        yield* drain
        assert.deepStrictEqual([yield* atTheBank, yield* pointsOf(ada), (yield* papers(order.id)).total], [3_000, 400, 4_500])
        for (const event of ["ship", "deliver"] as const) yield* system(orders.changeStatus(order.id, { event }))
        const ask = (exchange?: string) =>
          asAda(returns.request(order.id, {
            lines: [{ lineId: lineOf(order), quantity: 1, reason: "changed_mind" }],
            ...(exchange === undefined ? {} : { exchange: [{ variantId: exchange as never, quantity: 1 }] })
          }))
        const receive = (id: string) => system(returns.receive(id, { lines: [{ lineId: lineOf(order), restock: 1, scrap: 0 }] }))
        // a board for oil: 7.50 go over, and 12.50 of the buyer's own money come back
        const exchanging = yield* ask(oil)
        yield* system(returns.approve(exchanging.id))
        const { exchange } = yield* receive(exchanging.id)
        yield* drain
        const newId = exchange?.orderId ?? ""
        yield* invoice(newId)
        assert.deepStrictEqual([yield* atTheBank, (yield* papers(order.id)).total, (yield* papers(newId)).total], [1_750, 2_500, 750])
        // of 45.00 for 400 points 25.00 are kept, and the oil gives 75
        assert.strictEqual(yield* pointsOf(ada), Math.floor(400 * 2_500 / 4_500) + 75)
        // the other board comes back for its money: 10.00 of money are left of it, the rest is the card's and the credit's
        const returning = yield* ask()
        yield* system(returns.approve(returning.id))
        yield* receive(returning.id)
        const returned = yield* system(returns.refund(returning.id))
        yield* drain
        assert.deepStrictEqual([returned.status, yield* papers(order.id)], ["refunded", { total: 500, tax: 0, rates: 0, isSound: true }])
        const value = Effect.gen(function*() {
          const card = yield* system(Effect.flatMap(GiftCards, (cards) => cards.get(giftCard.id)))
          const credit = yield* system(Effect.flatMap(StoreCredit, (credit) => credit.of(ada)))
          return card.balance.amount + credit.balance.amount
        })
        assert.deepStrictEqual([yield* atTheBank, yield* value], [750, 1_000])
        assert.strictEqual(yield* pointsOf(ada), Math.floor(400 * 500 / 4_500) + 75)
        // the oil is not wanted either: what it was paid with is on a card of its own
        yield* asAda(orders.cancel(newId))
        yield* drain
        assert.deepStrictEqual([(yield* papers(newId)).total, yield* pointsOf(ada)], [0, Math.floor(400 * 500 / 4_500)])
        const { items } = yield* system(Effect.flatMap(GiftCards, (cards) => cards.list()))
        const carried = items.find(({ id }) => id !== giftCard.id)
        assert.deepStrictEqual([carried?.balance, carried?.lastFour === null], [Shop.usd(750), false])
        // 5.00 for shipping are what the shop has kept, in the same accounts that had 15.00 to spend before
        const after = yield* held
        const gained = new Map(Object.entries(after).map(([account, amount]) => [account, amount - (before[account] ?? 0)]))
        for (const [account, amount] of Object.entries(before)) if (!(account in after)) gained.set(account, -amount)
        assert.strictEqual(gained.get("sales"), -500)
        assert.strictEqual(gained.get("gateway:sandbox"), 750)
        assert.strictEqual([...gained.values()].reduce((sum, amount) => sum + amount, 0), 0)
      }))

    for (const [code, price, ratePpm] of [[Currency.Currency.make("JPY"), 333, 77_500], [Currency.Currency.make("KWD"), 3_337, 53_300]] as const) {
      test(`has taxes in ${code} that add up to nothing when it is edited, called off in part and given back in odd parts`, () =>
        Effect.gen(function*() {
          const payments = yield* Payments
          const money = (amount: number) => Money.make(amount, code)
          const { methodId, variantId } = yield* system(Effect.gen(function*() {
            yield* (yield* Stores).update({ settings: { currencies: [code] } })
            const { id: methodId } = yield* (yield* Shipping).create({ name: "Post", price: money(701) })
            yield* (yield* Taxes).create({ name: "Tax", taxClass: "standard", ratePpm })
            yield* (yield* Taxes).create({ name: "More", taxClass: "standard", ratePpm: 12_300, component: "more", compound: true })
            const { variantId } = yield* Shop.product({ stock: 50 })
            yield* (yield* PriceLists).create({ name: "Prices", type: "override", currency: code, prices: [{ variantId: variantId as never, price: money(price) }] })
            return { methodId, variantId }
          }))
          const carts = yield* Carts
          const ada = yield* Shop.account("ada@example.com")
          const { actor, cart } = yield* Shop.customer(ada, [variantId, 7])
          yield* Actor.as(actor)(carts.update(cart.id, { currency: code }))
          const { order } = yield* Shop.place({ actor, cart }, "sandbox_success", { shippingMethodId: methodId })
          assert.strictEqual(order.currency, code)
          yield* invoice(order.id)
          yield* drain
          const lineId = lineOf(order)
          yield* system(Effect.flatMap(Cancellations, (all) => all.cancel(order.id, { lines: [{ lineId, quantity: 2 }] })))
          yield* drain
          yield* TestClock.adjust("1 second")
          yield* system(Effect.flatMap(OrderEdits, (edits) => edits.apply(order.id, { lines: [{ lineId, quantity: 4 }], add: [{ variantId: variantId as never, quantity: 2 }] })))
          yield* Actor.as(actor)(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" }))
          yield* drain
          for (const amount of [1, 17, 333, 101]) {
            yield* TestClock.adjust("1 second")
            yield* system(payments.refund(order.id, { amount: money(amount), reason: "late" }))
            yield* drain
            assert.isTrue((yield* papers(order.id)).isSound)
          }
          const now = yield* Fixture.orderNow(order.id)
          const some = yield* papers(order.id)
          assert.deepStrictEqual([some.total, some.rates], [now.paid.amount - now.refunded.amount, some.tax])
          yield* TestClock.adjust("1 second")
          yield* system(payments.refund(order.id, { reason: "none of it" }))
          yield* drain
          assert.deepStrictEqual(yield* papers(order.id), { total: 0, tax: 0, rates: 0, isSound: true })
          assert.strictEqual(yield* atTheBank, 0)
        }))
    }

    test("is taken once, however many events of different names the bank sends of one charge at the same moment", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment, reference } = yield* Fixture.redirected()
        yield* bank.approve(reference)
        yield* Effect.forEach(Array.from({ length: 12 }, (_, index) => index), (index) =>
          Fixture.arrives(Fixture.signed({ id: `evt_${index}`, type: index % 2 === 0 ? "charge.success" : "charge.updated", data: { reference } })), {
          concurrency: "unbounded"
        })
        yield* Effect.all([drain, drain, Effect.ignore(payments.verify(payment.id).pipe(Fixture.staff))], { concurrency: "unbounded" })
        yield* drain
        const now = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual([now.status, now.paid, yield* atTheBank], ["paid", Shop.usd(2_500), 2_500])
        assert.strictEqual((yield* Fixture.told(order.id)).filter((type) => type === "order.paid").length, 1)
      }))

    test("is the buyer's again where the order is called off at the moment in which the bank tells of it", (bank) =>
      Effect.gen(function*() {
        const orders = yield* Orders
        for (let round = 0; round < 8; round++) {
          const { as, order, reference } = yield* Fixture.redirected()
          yield* bank.approve(reference)
          const seconds = Timestamp.toMillis(yield* Timestamp.now) / 1_000
          const event = Fixture.signed({ id: `evt_${round}`, type: "charge.success", data: { reference } }, seconds)
          const told = Effect.andThen(Fixture.arrives(event), drain)
          const called = Effect.ignore(as(orders.cancel(order.id)))
          yield* Effect.all(round % 2 === 0 ? [told, called] : [called, told], { concurrency: "unbounded" })
          yield* drain
          yield* TestClock.adjust("2 minutes")
          yield* system(Effect.flatMap(Payments, (payments) => payments.recover))
          yield* drain
          const { paid, refunded, status } = yield* Fixture.orderNow(order.id)
          assert.include(["paid", "cancelled"], status)
          assert.strictEqual(paid.amount - refunded.amount, status === "paid" ? 2_500 : 0)
        }
      }))

    test("is asked for no more where an order is over to which an edit has added", () =>
      Effect.gen(function*() {
        const orders = yield* Orders
        const payments = yield* Payments
        for (const end of ["cancel", "refund"] as const) {
          const { as, order } = yield* Fixture.ordered()
          const edited = yield* system(Effect.flatMap(OrderEdits, (edits) => edits.apply(order.id, { lines: [{ lineId: lineOf(order), quantity: 3 }] })))
          assert.deepStrictEqual(edited.order.open, Shop.usd(4_000))
          if (end === "cancel") yield* system(orders.cancel(order.id))
          else yield* system(payments.refund(order.id, { reason: "none of it", restock: true }))
          yield* drain
          assert.deepStrictEqual((yield* Fixture.orderNow(order.id)).open, Shop.usd(0), end)
          const refused = yield* Effect.flip(as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" })))
          assert.strictEqual(refused._tag, "OrderNotPayable")
          assert.strictEqual(yield* atTheBank, 0)
        }
      }))

    test("that is reserved and taken in parts, three times, goes back whole and of each payment what it took", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, payment } = yield* Fixture.ordered("sandbox_authorize", { pieces: 2 })
        const take = (id: string, amount: number) => Fixture.staff(payments.capture(id, { amount: Shop.usd(amount) }))
        yield* take(payment.id, 1_001)
        for (const amount of [1_999, 1_500]) {
          yield* TestClock.adjust("1 second")
          const next = yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_authorize" }))
          yield* take(next.id, amount)
        }
        yield* drain
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        yield* system(Effect.flatMap(Cancellations, (all) => all.cancel(order.id, { lines: [{ lineId: lineOf(order), quantity: 1 }] })))
        yield* drain
        assert.strictEqual(yield* atTheBank, 2_500)
        yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(order.id)))
        yield* drain
        const all = yield* Fixture.paymentsNow(order.id)
        assert.deepStrictEqual(all.map(({ captured, refunded }) => [captured.amount, refunded.amount]).toSorted(([a = 0], [b = 0]) => a - b), [
          [1_001, 1_001],
          [1_500, 1_500],
          [1_999, 1_999]
        ])
        assert.strictEqual(yield* atTheBank, 0)
      }))

    for (const end of ["cancelled", "refunded"] as const) {
      test(`is on no paper any more where an order is ${end} to which an edit has added what nobody paid`, () =>
        Effect.gen(function*() {
          const payments = yield* Payments
          const { charged, order } = yield* addedTo
          if (end === "cancelled") yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(order.id)))
          else yield* system(payments.refund(order.id, { reason: "none of it" }))
          yield* settled(order.id, 0)
          assert.deepStrictEqual(yield* creditNotes(order.id), [order.total.amount, charged.amount].toSorted((a, b) => a - b))
        }))
    }

    test("is on no paper any more where parts of an order went back before an edit has added to it, and the rest does", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { added, order } = yield* addedTo
        for (const amount of [1, 17, 333]) {
          yield* TestClock.adjust("1 second")
          yield* system(payments.refund(order.id, { amount: Shop.usd(amount), reason: "late" }))
          yield* drain
        }
        yield* edit(order.id, { lines: [{ lineId: added, quantity: 4 }] })
        yield* TestClock.adjust("1 second")
        yield* system(payments.refund(order.id, { reason: "none of it" }))
        yield* settled(order.id, 0)
      }))

    test("is credited once where the pieces that an edit has added are called off, and then the rest of the order", () =>
      Effect.gen(function*() {
        const { added, charged, order } = yield* addedTo
        yield* system(Effect.flatMap(Cancellations, (all) => all.cancel(order.id, { lines: [{ lineId: added, quantity: 3 }] })))
        yield* drain
        assert.deepStrictEqual(yield* creditNotes(order.id), [charged.amount])
        assert.strictEqual((yield* papers(order.id)).total, order.total.amount)
        yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(order.id)))
        yield* settled(order.id, 0)
        assert.deepStrictEqual(yield* creditNotes(order.id), [order.total.amount, charged.amount].toSorted((a, b) => a - b))
      }))

    test("is credited once where some of the pieces that an edit has added are called off, and then the order with the others", () =>
      Effect.gen(function*() {
        const { added, charged, order } = yield* addedTo
        yield* system(Effect.flatMap(Cancellations, (all) => all.cancel(order.id, { lines: [{ lineId: added, quantity: 1 }] })))
        yield* drain
        yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(order.id)))
        yield* settled(order.id, 0)
        const notes = yield* creditNotes(order.id)
        assert.deepStrictEqual([notes.length, notes.reduce((sum, amount) => sum + amount, 0)], [3, order.total.amount + charged.amount])
      }))

    test("is credited once where what an edit has added is paid at the bank when the order is over already, and goes back", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, charged, order } = yield* addedTo
        const paying = yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_redirect" }))
        yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(order.id)))
        bank.on("cancel", () => Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "no answer" })))
        yield* drain
        assert.strictEqual((yield* papers(order.id)).total, 0)
        bank.off("cancel")
        yield* bank.approve(paying.gatewayReference ?? "")
        yield* system(payments.verify(paying.id))
        yield* settled(order.id, 0)
        assert.deepStrictEqual((yield* Fixture.orderNow(order.id)).refunded, Shop.usd(order.total.amount + charged.amount))
        assert.strictEqual(yield* atTheBank, 0)
      }))

    test("is on no paper any more where nobody takes at the door what was to be paid there, edited or not", () =>
      Effect.gen(function*() {
        const orders = yield* Orders
        for (const isEdited of [false, true]) {
          const { variantId } = yield* Shop.product()
          const { order } = yield* Shop.place(yield* Shop.guest([variantId, 1]), undefined, { payment: { gateway: "cash-on-delivery" } })
          yield* system(orders.changeStatus(order.id, { event: "process" }))
          if (isEdited) yield* edit(order.id, { lines: [{ lineId: lineOf(order), quantity: 2 }] })
          yield* system(orders.changeStatus(order.id, { event: "ship" }))
          yield* invoice(order.id)
          assert.strictEqual((yield* papers(order.id)).total, isEdited ? 4_500 : 2_500)
          yield* system(orders.cancel(order.id, { reason: "it came back" }))
          yield* settled(order.id, 0)
          assert.deepStrictEqual(yield* creditNotes(order.id), [isEdited ? 4_500 : 2_500])
        }
      }), { gateways: [OfflineGateway.cashOnDelivery()] })

    test("is on no paper any more where only a part of what was promised has come when goods come back, and goes back", () =>
      Effect.gen(function*() {
        const orders = yield* Orders
        const { order, payment } = yield* Fixture.ordered("sandbox_authorize", { pieces: 2 })
        for (const event of ["process", "ship"] as const) yield* system(orders.changeStatus(order.id, { event }))
        yield* Fixture.staff(Effect.flatMap(Payments, (payments) => payments.capture(payment.id, { amount: Shop.usd(1_001) })))
        yield* invoice(order.id)
        yield* drain
        assert.strictEqual((yield* papers(order.id)).total, 4_500)
        yield* system(orders.cancel(order.id, { reason: "it came back" }))
        yield* settled(order.id, 0)
        assert.deepStrictEqual([yield* creditNotes(order.id), yield* atTheBank], [[1_001, 3_499], 0])
      }))

    test("is on one credit note, with the next number, though several look after an order that is over at the same moment", () =>
      Effect.gen(function*() {
        const { charged, order } = yield* addedTo
        yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(order.id)))
        yield* Effect.all([drain, drain, drain], { concurrency: "unbounded" })
        yield* settled(order.id, 0)
        const { items } = yield* system(Effect.flatMap(Documents, (documents) => documents.list({ kind: "credit_note" })))
        assert.deepStrictEqual(items.map(({ number }) => number).toSorted(), ["CN-1970-000001", "CN-1970-000002"])
        assert.deepStrictEqual(yield* creditNotes(order.id), [order.total.amount, charged.amount].toSorted((a, b) => a - b))
      }))

    test("is on no paper any more where an invoice is asked for after an order to which an edit has added is over", () =>
      Effect.gen(function*() {
        const { order } = yield* Fixture.ordered()
        yield* edit(order.id, { lines: [{ lineId: lineOf(order), quantity: 3 }] })
        yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(order.id)))
        yield* settled(order.id, 0)
        assert.deepStrictEqual(yield* creditNotes(order.id), [2_500, 4_000])
      }))

    it.effect("is on no paper any more once a night has passed, where an order was over before anybody wrote that down", () => {
      const bank = ScriptedGateway.make({ secret: "whsec_test" })
      let isOld = true
      return Effect.gen(function*() {
        yield* Shop.ships
        const { charged, order } = yield* addedTo
        const { order: paid } = yield* Fixture.ordered()
        yield* invoice(paid.id)
        for (const { id } of [order, paid]) yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(id)))
        yield* Effect.provideService(drain, JobRetries, { maxAttempts: 1, delay: Schedule.spaced(0) })
        assert.strictEqual((yield* papers(order.id)).total, charged.amount)
        isOld = false
        for (let night = 0; night < 2; night++) {
          yield* system(Effect.flatMap(Jobs, (jobs) => jobs.runCron("documents.ends")))
          yield* settled(order.id, 0)
          yield* settled(paid.id, 0)
          assert.lengthOf(yield* creditNotes(order.id), 2)
        }
      }).pipe(Effect.provide(Shop.layer(withoutEnds(harness.storage(), () => isOld), { bank })))
    })

    it.effect("is on no paper any more once a night has passed, though that of an order before it cannot be written down", () => {
      const bank = ScriptedGateway.make({ secret: "whsec_test" })
      let cannot = (_orderId: string) => true
      const once = Effect.provideService(JobRetries, { maxAttempts: 1, delay: Schedule.spaced(0) })
      return Effect.gen(function*() {
        yield* Shop.ships
        const ids: Array<string> = []
        for (let count = 0; count < 2; count++) {
          const { order } = yield* Fixture.ordered()
          yield* invoice(order.id)
          yield* edit(order.id, { lines: [{ lineId: lineOf(order), quantity: 3 }] })
          yield* once(drain)
          yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(order.id)))
          ids.push(order.id)
        }
        yield* once(drain)
        const [first = "", second = ""] = ids.toSorted()
        cannot = (orderId) => orderId === first
        yield* system(Effect.flatMap(Jobs, (jobs) => jobs.runCron("documents.ends")))
        yield* once(drain)
        assert.notStrictEqual((yield* papers(first)).total, 0)
        yield* settled(second, 0)
      }).pipe(Effect.provide(Shop.layer(withoutEnds(harness.storage(), (orderId) => cannot(orderId)), { bank })))
    })

    test("stays on paper where the order is not over, though all that was paid of it has not come", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { charged, order } = yield* addedTo
        yield* system(payments.refund(order.id, { amount: Shop.usd(500), reason: "late" }))
        yield* drain
        assert.deepStrictEqual(yield* creditNotes(order.id), [500])
        assert.strictEqual((yield* papers(order.id)).total, order.total.amount + charged.amount - 500)
      }))
  })
}
