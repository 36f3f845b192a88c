/**
 * What a return does where its pieces are replaced by others: the new pieces are an order of their own from the approval on, and
 * what was paid for the old ones goes over to it once they have come, or before, if the store sends first.
 *
 * **Details**
 *
 * The money goes over as a gift card that nobody has the code of: it is written off the old order and pays the new one in the same
 * transaction. If the new order is cancelled later, the money is on the card again, and its code is sent to the buyer, but not
 * before the old pieces are here.
 */
import * as Effect from "effect/Effect"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as OrderChange from "../orders/OrderChange.ts"
import { OrderReplaces } from "../orders/OrderEvents.ts"
import { OrderLifecycle } from "../orders/OrderLifecycle.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import { OrderRepository, type StoredOrder } from "../orders/OrderRepository.ts"
import type { OrderNotFound } from "../orders/OrdersErrors.ts"
import { DisputeOpened, DisputeWon } from "../payments/DisputeEvents.ts"
import { wasMismatched } from "../payments/Payment.ts"
import { PaymentRepository } from "../payments/PaymentRepository.ts"
import type { InvalidRefund, PaymentChangeRefused, PaymentNotFound, RefundExceedsCaptured } from "../payments/PaymentsErrors.ts"
import { Payments } from "../payments/Payments.ts"
import * as RefundPart from "../payments/RefundPart.ts"
import { Stores } from "../stores/Stores.ts"
import * as GiftCardMail from "../value/GiftCardMail.ts"
import * as RefundCredit from "../value/RefundCredit.ts"
import { StoredValueReturned } from "../value/StoredValueEvents.ts"
import { StoredValueRepository } from "../value/StoredValueRepository.ts"
import { Tenders } from "../value/Tenders.ts"
import * as Claim from "./Claim.ts"
import { ClaimRepository } from "./ClaimRepository.ts"
import * as ReplacementOrders from "./ReplacementOrders.ts"
import { partsOf, type Return, type ReturnExchange, type ReturnId } from "./Return.ts"
import { ReturnExchanged } from "./ReturnEvents.ts"
import * as ReturnFigures from "./ReturnFigures.ts"
import { ReturnRepository } from "./ReturnRepository.ts"

/** By which a card is known that carries the money of an exchange. */
const carries = (id: ReturnId): string => `exchange ${id}`

const carried = /^exchange (ret_\w+)$/

type MoneyError = PaymentNotFound | RefundExceedsCaptured | InvalidRefund | PaymentChangeRefused | OrderNotFound

export const make = Effect.gen(function*() {
  const repository = yield* ReturnRepository
  const claims = yield* ClaimRepository
  const orders = yield* OrderRepository
  const lifecycle = yield* OrderLifecycle
  const payments = yield* Payments
  const paymentsOf = yield* PaymentRepository
  const tenders = yield* Tenders
  const values = yield* StoredValueRepository
  const stores = yield* Stores
  const events = yield* Events
  const jobs = yield* Jobs
  const transactor = yield* Transactor
  const changeOrder = OrderChange.make(orders)
  const hold = OrderChange.hold(orders)
  const refundCredit = yield* RefundCredit.make
  const replacements = yield* ReplacementOrders.make

  /** What was paid for all pieces of a return, whether they have come or not, less the fee. */
  const worthOf = Effect.fnUntraced(function*(order: StoredOrder, { id, lines }: Return, fee: Money.Money) {
    const others = (yield* repository.ofOrder(order.id)).filter((each) => each.id !== id)
    const all = lines.map(({ lineId, quantity }) => ({ lineId, restocked: quantity, scrapped: 0 }))
    const claimed = Claim.counted(yield* claims.ofOrder(order.id))
    const earlier = [...others, ...claimed]
    const worth = Money.make(Math.max(0, ReturnFigures.paidFor(order, all, earlier) - fee.amount), order.currency)
    return { worth, parts: ReturnFigures.parts(order, all, earlier, { amount: worth }) }
  })

  const heldFor = Effect.gen(function*() {
    const { settings } = yield* stores.current
    return { until: Timestamp.plus(yield* Timestamp.now, { days: settings.exchangeDays }), sendsFirst: settings.exchangeSends === "at_once" }
  })

  /** Pays so much of the new order with what was paid for the old one. */
  const moveOver = Effect.fnUntraced(function*(order: StoredOrder, replacement: StoredOrder, amount: Money.Money, id: ReturnId, parts: ReadonlyArray<RefundPart.RefundPart>) {
    const reason = carries(id)
    const { card, credited } = yield* refundCredit.carry(order, amount, reason)
    yield* payments.credit(order, amount, reason, credited, parts)
    const placedAt = yield* Timestamp.now
    const paying = yield* tenders.payments({ ...replacement, placedAt }, [{ value: card, amount }])
    yield* tenders.spend(paying).pipe(Effect.catchTag("StoredValueSpent", Effect.die))
    yield* payments.record(paying)
    yield* lifecycle.paid(replacement.id, amount)
    return card.id
  })

  /** Gives back what is left of an exchange, or what of it nobody has given back by hand. */
  const giveBack = Effect.fnUntraced(function*(order: StoredOrder, left: Money.Money, id: ReturnId, to: Return["refundTo"], parts: ReadonlyArray<RefundPart.RefundPart>) {
    const reason = `return ${id}`
    if (to === "original") return (yield* payments.giveBack(order, left, reason, parts)).given
    yield* payments.credit(order, left, reason, yield* refundCredit.give(order, left, reason), parts)
    return left
  })

  /**
   * Moves what the old pieces are worth over to the new order, as much as it costs; what is left goes back to the buyer, and what
   * is missing is theirs to pay.
   */
  const settle = Effect.fnUntraced(function*(
    order: StoredOrder,
    { id, refundTo }: Return,
    exchange: ReturnExchange,
    replacement: StoredOrder,
    worth: Money.Money,
    parts: ReadonlyArray<RefundPart.RefundPart>
  ): Effect.fn.Return<ReturnExchange, MoneyError | InvalidInput | StorageError> {
    const { currency } = order
    const due = Math.max(0, replacement.total.amount - OrderMoney.held(replacement))
    const credit = Money.make(Math.min(worth.amount, due), currency)
    const left = Money.make(worth.amount - credit.amount, currency)
    // from here on it can be paid
    yield* changeOrder(replacement.id, () => ({ holds: [] }))
    const { first, rest } = RefundPart.split(parts, credit.amount)
    const cardId = yield* moveOver(order, replacement, credit, id, first)
    const missing = Money.make(due - credit.amount, currency)
    if (missing.amount > 0) yield* lifecycle.retry(replacement.id, (yield* heldFor).until).pipe(Effect.catchTag("InsufficientStock", Effect.die))
    const givenBack = left.amount === 0 ? left : yield* giveBack(order, left, id, refundTo, rest)
    yield* events.publish([ReturnExchanged.make(order.id, {
      orderId: order.id,
      number: order.number,
      customerId: order.customerId,
      returnId: id,
      replacementId: replacement.id,
      credit: { ...credit },
      due: { ...missing },
      givenBack: { ...givenBack }
    })])
    return { ...exchange, credit, cardId }
  })

  /** The new order of an exchange, if it still waits for what the old pieces are worth: nobody calls it off until it has that. */
  const waiting = Effect.fnUntraced(function*({ orderId }: ReturnExchange) {
    const found = orderId === null ? undefined : yield* Effect.catchTag(hold(orderId), "OrderNotFound", Effect.die)
    return found?.status === "pending" && found.reservedUntil > (yield* Timestamp.now) ? found : undefined
  })

  const callOff = Effect.fnUntraced(function*({ orderId }: ReturnExchange, reason: string) {
    if (orderId !== null) yield* lifecycle.cancelUnpaid(orderId, reason).pipe(Effect.catchTag("OrderNotFound", Effect.die))
  })

  /** Whether what has come is worth what the new pieces were paid with: for less, staff decide what the buyer gets. */
  const isHere = ({ amount, exchange }: Return) =>
    amount !== null && exchange !== null && exchange.credit !== null && amount.amount >= exchange.credit.amount

  /** Whether the bank has taken, or is about to, what was paid for the old pieces and went over to the new order. */
  const isTakenBack = Effect.fnUntraced(function*(order: StoredOrder) {
    const own = (yield* paymentsOf.ofOrder(order.id)).filter((payment) => payment.disputed !== undefined && !wasMismatched(payment))
    return own.length > 0 && own.reduce((left, { disputed }) => left - (disputed?.amount ?? 0), OrderMoney.held(order)) < 0
  })

  const sendCode = (cardId: string) =>
    Effect.flatMap(values.find(cardId), (card) =>
      card === undefined || card.balance === 0 || card.codeHash !== null ? Effect.void : GiftCardMail.enqueue(jobs, card.id))

  // the new order was cancelled or refunded: its money is the buyer's, once the old pieces are here
  yield* events.subscribe({
    name: "returns.exchange-returned",
    types: [StoredValueReturned.type],
    among: (published) => Effect.succeed(published.filter(({ data }) => (data as { readonly gateway: string }).gateway === "gift-card")),
    handle: (event) =>
      transactor.transaction(Effect.gen(function*() {
        const returnId = carried.exec((yield* values.find(event.subject))?.note ?? "")?.[1]
        const seen = returnId === undefined ? undefined : yield* repository.find(returnId)
        if (seen === undefined) return
        // whoever receives the old pieces at this moment holds the order until the return says so
        const order = yield* hold(seen.orderId)
        const found = yield* repository.find(seen.id)
        if (found?.status === "exchanged" && isHere(found) && !(yield* isTakenBack(order))) yield* sendCode(event.subject)
      }))
  })

  // the new order is paid with money that the bank wants back: it rests, and what comes back of it waits
  yield* events.subscribe({
    name: "returns.exchange-disputed",
    types: [DisputeOpened.type, DisputeWon.type],
    handle: ({ data, type }) =>
      transactor.transaction(Effect.gen(function*() {
        const { orderId } = data as typeof DisputeWon.data.Type
        const exchanged = (yield* repository.ofOrder(orderId)).filter(({ exchange }) => exchange !== null && exchange.credit !== null)
        if (exchanged.length === 0) return
        const isLost = yield* isTakenBack(yield* hold(orderId))
        for (const one of exchanged) {
          const { cardId = null, orderId: replacementId = null } = one.exchange ?? {}
          if (isLost && type === DisputeOpened.type && replacementId !== null) yield* lifecycle.disputed(replacementId)
          if (!isLost && type === DisputeWon.type && cardId !== null && one.status === "exchanged" && isHere(one)) yield* sendCode(cardId)
        }
      }))
  })

  return {
    /** What the new pieces cost now. Belongs into no transaction. */
    quote: (order: StoredOrder, { items }: ReturnExchange) => replacements.quote(order, items),

    /**
     * Places the order of the new pieces, in the current transaction. Where the store sends first, and the new pieces cost no more
     * than the old ones were, it is paid with these at once.
     */
    begin: Effect.fnUntraced(function*(
      order: StoredOrder,
      before: Return,
      exchange: ReturnExchange,
      quote: ReplacementOrders.Quote,
      fee: Money.Money
    ) {
      if (quote.pricing.priced.total.amount === 0) return yield* InvalidInput.at(["exchange"], "costs nothing: send it as a claim instead", "nothing_to_pay")
      const { sendsFirst, until } = yield* heldFor
      const placed = yield* replacements.place(order, quote, { reservedUntil: until, note: `Exchange for order ${order.number}` })
      yield* events.publish([OrderReplaces.make(placed.id, {
        orderId: placed.id,
        number: placed.number,
        customerId: placed.customerId,
        replaced: order.id,
        because: before.id
      })])
      const { after: replacement } = yield* changeOrder(placed, () => ({ holds: ["exchange"] }))
      const begun: ReturnExchange = { ...exchange, orderId: placed.id }
      const { parts, worth } = yield* worthOf(order, before, fee)
      if (!sendsFirst || order.open.amount > 0 || worth.amount < placed.total.amount) return begun
      return { ...(yield* settle(order, before, begun, replacement, worth, parts)), sentFirst: true }
    }),

    /**
     * The old pieces have come, and are worth so much: `undefined` where no new order waits for that any more, or its money is
     * not there, and the return goes on as any other.
     */
    complete: Effect.fnUntraced(function*(order: StoredOrder, received: Return, worth: Money.Money) {
      const { exchange } = received
      if (exchange === null) return undefined
      if (exchange.credit !== null) {
        const isFree = exchange.cardId !== null && worth.amount >= exchange.credit.amount && !(yield* isTakenBack(order))
        if (isFree && exchange.cardId !== null) yield* sendCode(exchange.cardId)
        return exchange
      }
      const replacement = yield* waiting(exchange)
      if (replacement === undefined || worth.amount === 0) {
        yield* callOff(exchange, "nothing came back for it")
        return undefined
      }
      // somebody may have given the money back by hand
      return yield* transactor.transaction(settle(order, received, exchange, replacement, worth, partsOf(received))).pipe(
        Effect.catchTag(["RefundExceedsCaptured", "InvalidRefund", "PaymentChangeRefused", "PaymentNotFound", "InvalidInput"], () =>
          Effect.as(callOff(exchange, "its money is not there any more"), undefined)),
        Effect.catchTag("OrderNotFound", Effect.die)
      )
    }),

    callOff
  }
})
