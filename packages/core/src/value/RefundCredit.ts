/**
 * Putting what is given back of an order onto what its buyer can spend in the shop: the credit of its customer, or for a guest a
 * new gift card, whose code is sent to the order's address. The books are written with the refund (`Payments.credit`).
 */
import * as Effect from "effect/Effect"
import { Jobs } from "../jobs/Jobs.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Money } from "../kernel/Money.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { Order } from "../orders/Order.ts"
import type { Credited } from "../payments/Refunds.ts"
import * as GiftCardMail from "./GiftCardMail.ts"
import { gatewayOf, GiftCardId, StoreCreditId, type StoredValue, type StoredValueKind } from "./StoredValue.ts"
import { StoredValueReturned } from "./StoredValueEvents.ts"
import { StoredValueRepository } from "./StoredValueRepository.ts"
import { Events } from "../events/Events.ts"

export interface RefundCredit {
  /**
   * Gives an order's buyer so much to spend, in the current transaction. `key` names it, the reason itself if it is left out: the same
   * key again gives nothing. Fails where its customer has no account any more.
   */
  readonly give: (
    order: Order,
    amount: Money,
    reason: string,
    key?: string
  ) => Effect.Effect<Credited, InvalidInput | StorageError>
  /**
   * Puts so much onto a new gift card that nobody has the code of, in the current transaction, for the engine to pay another order
   * of the same buyer with. What comes back onto it can be sent to them (`GiftCardMail`).
   */
  readonly carry: (
    order: Order,
    amount: Money,
    key: string
  ) => Effect.Effect<{ readonly card: StoredValue; readonly credited: Credited }, StorageError>
}

export const make = Effect.gen(function*() {
  const repository = yield* StoredValueRepository
  const jobs = yield* Jobs
  const events = yield* Events

  const fresh = Effect.fnUntraced(function*(order: Order, kind: StoredValueKind, initial: number, key: string) {
    const at = yield* Timestamp.now
    const isCard = kind === "gift_card"
    return {
      id: isCard ? yield* GiftCardId.generate : yield* StoreCreditId.generate,
      kind,
      currency: order.currency,
      initial,
      balance: 0,
      status: "active",
      customerId: isCard ? null : order.customerId,
      codeHash: null,
      lastFour: null,
      email: isCard ? order.email : null,
      note: isCard ? key : null,
      expiresAt: null,
      version: 1,
      createdAt: at,
      updatedAt: at
    } satisfies StoredValue
  })

  const put = Effect.fnUntraced(function*(order: Order, valueId: string, { amount }: Money, reason: string, key: string) {
    const reference = `credit:${key}`
    const at = yield* Timestamp.now
    yield* repository.move({ key: reference, valueId, kind: "refund", amount, orderId: order.id, reason, at }, { spending: false })
    return reference
  })

  const give: RefundCredit["give"] = Effect.fnUntraced(function*(order, amount, reason, key = reason) {
    const kind = order.customerId === null ? "gift_card" : "store_credit"
    if (order.customerId !== null && !(yield* repository.isCustomer(order.customerId))) {
      return yield* InvalidInput.at(["to"], "cannot be credit: the customer has no account any more", "no_account")
    }
    const made = yield* fresh(order, kind, kind === "gift_card" ? amount.amount : 0, reason)
    const value = order.customerId === null ? made : yield* repository.creditOf(order.customerId, made)
    if (kind === "gift_card") yield* repository.insert(made)
    const reference = yield* put(order, value.id, amount, reason, key)
    const gateway = gatewayOf[kind]
    yield* events.publish([StoredValueReturned.make(value.id, { gateway, amount })])
    if (kind === "gift_card") yield* GiftCardMail.enqueue(jobs, value.id)
    return { gateway, reference }
  })

  const carry: RefundCredit["carry"] = Effect.fnUntraced(function*(order, amount, key) {
    const card = yield* fresh(order, "gift_card", amount.amount, key)
    yield* repository.insert(card)
    const reference = yield* put(order, card.id, amount, key, key)
    return { card, credited: { gateway: gatewayOf.gift_card, reference, as: "exchange" } }
  })

  return { give, carry } satisfies RefundCredit
})
