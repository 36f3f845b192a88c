/**
 * What becomes of the gift cards that an order was of when its money leaves the shop: whoever gets all of it back, or has won all
 * of it in a dispute, does not keep the cards. They are taken in the transaction that decides it and not when a gateway has
 * answered, so that nobody spends them meanwhile.
 */
import * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Order, OrderStatus } from "../orders/Order.ts"
import * as OrderChange from "../orders/OrderChange.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import { OrderRepository, type StoredOrder } from "../orders/OrderRepository.ts"
import { GiftCardSpent } from "../orders/OrdersErrors.ts"
import { isSoldIn, SoldGiftCards } from "../orders/SoldGiftCards.ts"
import { wasMismatched } from "./Payment.ts"
import { PaymentRepository, type StoredPayment, type StoredRefund } from "./PaymentRepository.ts"

/** What of an order's money no refund is on its way of, in minor units. */
export const left = (
  order: Pick<Order, "paid" | "refunded">,
  payments: ReadonlyArray<Pick<StoredPayment, "id" | "failure">>,
  refunds: ReadonlyArray<Pick<StoredRefund, "paymentId" | "state" | "amount">>
): number => {
  // what came otherwise than asked was never the order's
  const odd = new Set<string>(payments.filter(wasMismatched).map(({ id }) => id))
  return refunds.reduce(
    (sum, { amount, paymentId, state }) => state === "pending" && !odd.has(paymentId) ? sum - amount.amount : sum,
    OrderMoney.held(order)
  )
}

/** In which states of an order its cards do not live again. */
const over: ReadonlySet<OrderStatus> = new Set<OrderStatus>(["pending", "failed", "cancelled", "refunded"])

export const make = Effect.gen(function*() {
  const repository = yield* PaymentRepository
  const orders = yield* OrderRepository
  const cards = yield* SoldGiftCards
  const holdOrder = OrderChange.hold(orders)
  const hold = (id: string) => Effect.catchTag(holdOrder(id), "OrderNotFound", Effect.die)

  /** Whether the shop has no money of an order that is neither on its way back nor disputed. */
  const isEmpty = Effect.fnUntraced(function*(order: StoredOrder) {
    const payments = yield* repository.ofOrder(order.id)
    const disputed = payments.reduce((sum, payment) => wasMismatched(payment) ? sum : sum + (payment.disputed?.amount ?? 0), 0)
    return left(order, payments, yield* repository.refunds(order.id)) - disputed <= 0
  })

  const restore = Effect.fnUntraced(function*(order: StoredOrder, cause: "refund" | "dispute") {
    if (!over.has(order.status)) yield* cards.restore(order, cause)
  })

  return {
    /** Takes the cards of an order whose last money was asked back by hand, unless something of them was spent. */
    refundAsked: Effect.fnUntraced(function*({ id, lines }: Order): Effect.fn.Return<void, GiftCardSpent | StorageError> {
      if (!isSoldIn({ lines })) return
      const order = yield* hold(id)
      if (!(yield* isEmpty(order))) return
      const { spent } = yield* cards.recallAll(order, "refund")
      if (spent > 0) return yield* new GiftCardSpent({ order: id })
    }),
    /** The same where pieces are given back, which are not refused for what became of others. */
    givenBack: Effect.fnUntraced(function*({ id, lines }: Order) {
      if (!isSoldIn({ lines })) return
      const known = yield* orders.find(id)
      if (known === undefined || over.has(known.status) || !(yield* isEmpty(known))) return
      yield* cards.recallAll(yield* hold(id), "refund")
    }),
    /** Money was given as store credit, and no gateway is asked: if that was all of it, the order is `refunded` already. */
    credited: Effect.fnUntraced(function*({ id, lines }: Order) {
      if (!isSoldIn({ lines })) return
      const order = yield* hold(id)
      if ((order.status === "refunded" || !over.has(order.status)) && (yield* isEmpty(order))) yield* cards.recallAll(order, "refund")
    }),
    /** A refund was refused for good: cards that were taken for it live again. Whether the order is of gift cards. */
    refundFailed: Effect.fnUntraced(function*(orderId: string) {
      const known = yield* orders.find(orderId)
      if (known === undefined || !isSoldIn(known)) return false
      const order = yield* hold(orderId)
      if (!(yield* isEmpty(order))) yield* restore(order, "refund")
      return true
    }),
    /** A dispute is lost: if nothing is left of the order's money, what is left on its cards is void. */
    disputeLost: Effect.fnUntraced(function*(orderId: string) {
      const known = yield* orders.find(orderId)
      if (known === undefined || !isSoldIn(known)) return
      const order = yield* hold(orderId)
      if (yield* isEmpty(order)) yield* cards.recallAll(order, "dispute")
    }),
    /** A dispute is won: the cards that were taken for it, or for a refund of the rest, live again. */
    disputeWon: Effect.fnUntraced(function*(orderId: string) {
      const known = yield* orders.find(orderId)
      if (known === undefined || !isSoldIn(known)) return
      const order = yield* hold(orderId)
      if (yield* isEmpty(order)) return
      yield* restore(order, "dispute")
      yield* restore(order, "refund")
    })
  }
})
