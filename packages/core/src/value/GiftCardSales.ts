/**
 * Gift cards that are sold: a card for each piece once its order is paid, whose code is sent to who it is for.
 *
 * **Details**
 *
 * All cards of a line are issued in one transaction that nobody else writes the order in, and a piece of a line becomes one card
 * at most: storage refuses a second one. So however often it runs, and wherever the process dies, nobody gets two cards or none.
 * What was paid for them goes from `sales` to what the shop owes on cards. When pieces are cancelled, their cards are taken back
 * with them (`GiftCardRecall`); when all money of an order goes back, those that are left (`payments/GiftCardsOfOrders`).
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Books } from "../books/Books.ts"
import type { DomainEvent } from "../events/DomainEvent.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { OrderLine, OrderStatus } from "../orders/Order.ts"
import * as OrderChange from "../orders/OrderChange.ts"
import { OrderBalancePaid, OrderEdited, OrderPaid, OrderRefunded, OrderStatusChanged } from "../orders/OrderEvents.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import { OrderRepository, type StoredOrder } from "../orders/OrderRepository.ts"
import { isSoldIn, SoldGiftCards } from "../orders/SoldGiftCards.ts"
import * as GiftCardsOfOrders from "../payments/GiftCardsOfOrders.ts"
import { RefundFailed } from "../payments/PaymentEvents.ts"
import { PaymentRepository } from "../payments/PaymentRepository.ts"
import * as StoreCron from "../stores/StoreCron.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { Stores } from "../stores/Stores.ts"
import * as GiftCardMail from "./GiftCardMail.ts"
import { GiftCardId } from "./StoredValue.ts"
import { GiftCardIssued } from "./StoredValueEvents.ts"
import * as StoredValueLedger from "./StoredValueLedger.ts"
import { type NewSoldCard, StoredValueRepository } from "./StoredValueRepository.ts"

/** In which states of an order its cards are issued: not while a person has to look at it. */
const issued: ReadonlySet<OrderStatus> = new Set<OrderStatus>(["paid", "processing", "shipped", "delivered"])

const isDue = (order: StoredOrder): boolean =>
  issued.has(order.status) && order.open.amount === 0 && order.paid.amount >= order.total.amount && isSoldIn(order)

/** How many cards are handed over to be sent at once. */
const sentAtOnce = 500

/** Cards whose day has come are handed over within so many minutes. */
const cron = "*/5 * * * *"

const ofGiftCards = (events: ReadonlyArray<DomainEvent>) =>
  Effect.succeed(events.filter(({ data }) => (data as { readonly giftCards?: boolean }).giftCards === true))

export const layer: Layer.Layer<
  never,
  never,
  | Books
  | Events
  | Jobs
  | OrderRepository
  | PaymentRepository
  | SoldGiftCards
  | StoredValueRepository
  | StoreRepository
  | Stores
  | Transactor
> = Layer.effectDiscard(Effect.gen(function*() {
  const repository = yield* StoredValueRepository
  const orders = yield* OrderRepository
  const payments = yield* PaymentRepository
  const hold = OrderChange.hold(orders)
  const sold = yield* SoldGiftCards
  const books = yield* Books
  const stores = yield* Stores
  const jobs = yield* Jobs
  const events = yield* Events
  const { transaction } = yield* Transactor

  const mails = (ids: ReadonlyArray<string>) => jobs.enqueueAll(ids.map(GiftCardMail.job))

  /** The lines of an order whose cards are not there yet. */
  const missing = Effect.fnUntraced(function*(order: StoredOrder): Effect.fn.Return<ReadonlyArray<OrderLine>, StorageError> {
    if (!isDue(order)) return []
    const there = new Set(Array.from(yield* repository.soldIn(order.id), ({ lineId }) => lineId))
    return order.lines.filter(({ cancelled, giftCard, id, quantity }) =>
      giftCard !== undefined && quantity > cancelled && !there.has(id))
  })

  const cardsOf = Effect.fnUntraced(function*(order: StoredOrder, lines: ReadonlyArray<OrderLine>, at: Timestamp.Timestamp) {
    const { giftCards: { days } } = (yield* stores.current).settings
    const pieces = lines.flatMap((line) => Array.from({ length: line.quantity - line.cancelled }, (_, index) => ({ line, piece: index + 1 })))
    const ids = yield* GiftCardId.generateMany(pieces.length)
    return pieces.map(({ line, piece }, index): NewSoldCard => {
      const { email, message = null, name = null, sendAt = null } = line.giftCard ?? {}
      const sent = sendAt !== null && sendAt > at ? sendAt : null
      return {
        id: ids[index] as GiftCardId,
        lineId: line.id,
        piece,
        currency: order.currency,
        amount: line.unitPrice.amount,
        email: email ?? order.email,
        name,
        message,
        sendAt: sent,
        // who gets it later has it as long as others
        expiresAt: days === null ? null : Timestamp.plus(sent ?? at, { days })
      }
    })
  })

  const issue = Effect.fn("GiftCards.issue")(function*(orderId: string) {
    const found = yield* orders.find(orderId)
    if (found === undefined || (yield* missing(found)).length === 0) return
    yield* transaction(Effect.gen(function*() {
      const order = yield* hold(orderId)
      const lines = yield* missing(order)
      if (lines.length === 0) return
      // all of it may be on its way back; a refund that is refused is told of
      const leaving = yield* payments.refunds(orderId)
      if (leaving.length > 0 && GiftCardsOfOrders.left(order, yield* payments.ofOrder(orderId), leaving) <= 0) return
      const at = yield* Timestamp.now
      const cards = yield* cardsOf(order, lines, at)
      yield* repository.issueSold(order.id, cards, at)
      const worth = ({ amount, currency }: NewSoldCard) => ({ amount, currency })
      yield* books.post(cards.flatMap((card) => StoredValueLedger.sold(card.id, worth(card), order.id, at)))
      yield* events.publish(cards.map((card) => GiftCardIssued.make(card.id, { amount: worth(card) })))
      yield* mails(cards.flatMap(({ id, sendAt }) => sendAt === null ? [id] : []))
    }))
  })

  yield* events.subscribe({
    name: "gift-cards.issue",
    types: [OrderPaid.type, OrderBalancePaid.type, OrderEdited.type, OrderStatusChanged.type, RefundFailed.type],
    among: ofGiftCards,
    handle: ({ data }) => issue((data as { readonly orderId: string }).orderId)
  })

  // what was refunded in full before cards were taken with the refund itself
  yield* events.subscribe({
    name: "gift-cards.refunded",
    types: [OrderRefunded.type],
    among: (all) => Effect.map(ofGiftCards(all), (own) => own.filter(({ data }) => (data as typeof OrderRefunded.data.Type).full)),
    handle: ({ subject }) =>
      transaction(Effect.flatMap(hold(subject), (order) =>
        // its money may have come back since
        order.status !== "cancelled" && order.status !== "refunded" && OrderMoney.held(order) > 0 ? Effect.void : sold.recallAll(order, "refund")))
  })

  yield* StoreCron.register(jobs, yield* StoreRepository, {
    name: "gift-cards.send",
    cron,
    run: Effect.gen(function*() {
      let last: number
      do {
        last = yield* transaction(Effect.gen(function*() {
          const ids = yield* repository.takeToSend(yield* Timestamp.now, sentAtOnce)
          yield* mails(ids)
          return ids.length
        }))
      } while (last >= sentAtOnce)
    })
  })
}))
