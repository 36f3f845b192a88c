/**
 * Paying with gift cards and store credit at checkout: what of a total they cover, and taking it in the transaction in
 * which the order is written, so that nothing is spent without an order and no order is paid with what is not there.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import type { Money } from "../kernel/Money.ts"
import * as Secret from "../kernel/Secret.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import * as Traced from "../kernel/Traced.ts"
import type { Order } from "../orders/Order.ts"
import { PaymentId } from "../payments/Payment.ts"
import type { StoredPayment } from "../payments/PaymentRepository.ts"
import { gatewayOf, isSpendable, normalized, type StoredValue } from "./StoredValue.ts"
import { GiftCardNotFound, GiftCardUnusable, StoredValueSpent } from "./StoredValueErrors.ts"
import { StoredValueSpentFor } from "./StoredValueEvents.ts"
import { referenceOf } from "./StoredValueGateways.ts"
import { StoredValueRepository } from "./StoredValueRepository.ts"

/** A part of a total that is paid with stored value. */
export interface Tender {
  readonly value: StoredValue
  readonly amount: Money
}

export class Tenders extends Context.Service<Tenders, {
  /**
   * What gift cards, in the order in which they are named, and then a customer's credit cover of a total. One statement,
   * none if nothing is named. A card that cannot be spent is a failure, so that nobody pays otherwise than they think.
   */
  readonly plan: (wanted: {
    readonly codes: ReadonlyArray<string>
    /** Whose credit is spent, if it is. */
    readonly customerId: string | null
    readonly total: Money
    /** What of the total gift cards do not pay, in minor units; nothing if it is left out. */
    readonly notByCard?: number
    readonly at: Timestamp
  }) => Effect.Effect<ReadonlyArray<Tender>, GiftCardNotFound | GiftCardUnusable | StorageError>
  /** The payments that tenders are of an order, captured already. */
  readonly payments: (order: Order, tenders: ReadonlyArray<Tender>) => Effect.Effect<ReadonlyArray<StoredPayment>>
  /** Takes what payments are of, in the current transaction, which must roll back if it fails. */
  readonly spend: (payments: ReadonlyArray<StoredPayment>) => Effect.Effect<void, StoredValueSpent | StorageError>
}>()("@stoa/core/value/Tenders") {}

const valueOf = ({ gatewayReference }: StoredPayment): string => gatewayReference?.split("/")[0] ?? ""

export const make = Effect.gen(function*() {
  const repository = yield* StoredValueRepository
  const events = yield* Events

  return Tenders.of({
    plan: Traced.fn("Tenders.plan")(function*({ at, codes, customerId, notByCard = 0, total }) {
      if (codes.length === 0 && customerId === null) return []
      const hashes = [...new Set(codes.map((code) => Secret.hash(normalized(code))))]
      const found = yield* repository.spendable(hashes, customerId)
      const cards: Array<StoredValue> = []
      for (const hash of hashes) {
        const card = found.find(({ codeHash }) => codeHash === hash)
        if (card === undefined || card.currency !== total.currency) return yield* new GiftCardNotFound({ giftCardId: null })
        const lastFour = card.lastFour ?? ""
        if (card.status === "void") return yield* new GiftCardUnusable({ lastFour, reason: "void" })
        if (!isSpendable(card, at)) return yield* new GiftCardUnusable({ lastFour, reason: "expired" })
        if (card.balance === 0) return yield* new GiftCardUnusable({ lastFour, reason: "empty" })
        cards.push(card)
      }
      const credits = found.filter(({ currency, kind }) => kind === "store_credit" && currency === total.currency)
      const tenders: Array<Tender> = []
      let left = total.amount
      let leftForCards = total.amount - notByCard
      if (leftForCards <= 0 && total.amount > 0 && cards.length > 0) {
        return yield* new GiftCardUnusable({ lastFour: cards[0]?.lastFour ?? "", reason: "buys_no_gift_cards" })
      }
      for (const value of [...cards, ...credits]) {
        const isCard = value.kind === "gift_card"
        const amount = Math.min(value.balance, isCard ? Math.min(left, leftForCards) : left)
        if (amount <= 0) continue
        tenders.push({ value, amount: { amount, currency: total.currency } })
        left -= amount
        if (isCard) leftForCards -= amount
      }
      return tenders
    }),

    payments: Effect.fnUntraced(function*(order, tenders) {
      const ids = yield* PaymentId.generateMany(tenders.length)
      return tenders.map(({ amount, value }, index): StoredPayment => {
        const id = ids[index] as PaymentId
        return {
          id,
          orderId: order.id,
          gateway: gatewayOf[value.kind],
          state: "captured",
          amount,
          captured: amount,
          refunded: { amount: 0, currency: amount.currency },
          gatewayReference: referenceOf(value.id, id),
          nextAction: null,
          failure: null,
          version: 1,
          createdAt: order.placedAt,
          updatedAt: order.placedAt,
          idempotencyKey: `${id}:create`,
          method: null,
          returnUrl: null,
          requested: null,
          hold: null,
          toCapture: null
        }
      })
    }),

    spend: Effect.fnUntraced(function*(payments) {
      // in one order for everybody, so that no two wait for each other
      for (const payment of payments.toSorted((a, b) => (valueOf(a) < valueOf(b) ? -1 : 1))) {
        const { amount, createdAt, gateway, id, orderId } = payment
        const valueId = valueOf(payment)
        const moved = yield* repository.move(
          { key: `spend:${id}`, valueId, kind: "spend", amount: -amount.amount, orderId, reason: null, at: createdAt },
          { spending: true }
        )
        if (!moved) return yield* new StoredValueSpent({ gateway, wanted: amount })
        yield* events.publish([StoredValueSpentFor.make(valueId, { orderId, gateway, amount })])
      }
    })
  })
})

export const layer: Layer.Layer<Tenders, never, StoredValueRepository | Events> = Layer.effect(Tenders, make)
