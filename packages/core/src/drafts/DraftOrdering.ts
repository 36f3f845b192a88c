/**
 * What a draft needs to become an order, and how it becomes one: once, in one transaction with its order.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { NotForSale } from "../cart/CartErrors.ts"
import { CheckoutIncomplete, TotalChanged } from "../checkout/CheckoutInput.ts"
import type * as Purchases from "../checkout/Purchases.ts"
import { Events } from "../events/Events.ts"
import { Inventory } from "../inventory/Inventory.ts"
import * as Money from "../kernel/Money.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { OrderId } from "../orders/Order.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { about, DraftOrderId, type StoredDraftOrder } from "./DraftOrder.ts"
import { DraftOrderClosed, DraftOrderNotFound } from "./DraftOrderErrors.ts"
import { DraftOrderOrdered } from "./DraftOrderEvents.ts"
import { DraftOrderRepository } from "./DraftOrderRepository.ts"
import * as DraftPricing from "./DraftPricing.ts"

const isId = Schema.is(DraftOrderId)

/** What is said of a draft that has become something already. */
export const closed = ({ id, orderId, status }: StoredDraftOrder) =>
  new DraftOrderClosed({ draftOrderId: id, status, orderId })

/** Its time is not over, and it has become nothing yet. */
export const requireLive = Effect.fnUntraced(function*(draft: StoredDraftOrder, at: Timestamp) {
  if (draft.status === "ordered") return yield* closed(draft)
  if (draft.status === "expired" || draft.expiresAt <= at) return yield* closed({ ...draft, status: "expired" })
})

/** The same, if it can become an order, once its buyer has said what is `later`. */
export const requireOrderable = Effect.fnUntraced(function*(
  draft: StoredDraftOrder,
  at: Timestamp,
  later: (name: string) => boolean = () => false
) {
  yield* requireLive(draft, at)
  const { email } = draft
  const missing = draft.missing.filter((name) => !later(name))
  if (email === null || missing.length > 0) return yield* new CheckoutIncomplete({ missing })
  return { ...draft, email }
})

/** Nothing of it is gone from sale. */
export const requireForSale = Effect.fnUntraced(function*({ lines, notices }: StoredDraftOrder) {
  const gone = lines.filter(({ id }) => notices.some((notice) => notice._tag === "unavailable" && notice.lineId === id))
  if (gone.length > 0) return yield* new NotForSale({ variantIds: gone.map(({ variantId }) => variantId) })
})

/** Nobody orders at another total than they were shown. */
export const requireTotal = ({ total }: StoredDraftOrder, expected: Money.Money | undefined): Effect.Effect<void, TotalChanged> =>
  expected === undefined || Money.equals(expected, total) ? Effect.void : Effect.fail(new TotalChanged({ expected, total }))

/** Where the goods go; nowhere if they are fetched or nothing is sent. */
export const addressOf = ({ isPickedUp, lines, shippingAddress }: StoredDraftOrder) =>
  isPickedUp || !lines.some(({ requiresShipping }) => requiresShipping) ? null : shippingAddress

/** Whether the invoice goes where the goods go. */
export const isBilledWhereItGoes = ({ billingAddress, shippingAddress }: StoredDraftOrder): boolean =>
  JSON.stringify(billingAddress) === JSON.stringify(shippingAddress)

export const make = Effect.gen(function*() {
  const repository = yield* DraftOrderRepository
  const orders = yield* OrderRepository
  const inventory = yield* Inventory
  const events = yield* Events
  const audit = yield* AuditLog
  const { transaction } = yield* Transactor
  const pricing = yield* DraftPricing.make

  const find = Effect.fnUntraced(function*(id: string) {
    return (isId(id) ? yield* repository.find(id) : undefined) ?? (yield* new DraftOrderNotFound({ draftOrderId: id }))
  })

  const record = (action: string, { id, total, version }: StoredDraftOrder, details: Record<string, Schema.Json> = {}) =>
    audit.record({ action: `draft_order.${action}`, subject: id, details: { total: { ...total }, version, ...details } })

  /**
   * Closes a draft with its order, in one transaction: whoever is second finds it closed, and what was held for it is the
   * order's.
   */
  const becoming = (
    draft: StoredDraftOrder,
    orderId: OrderId,
    { cart, store }: Pick<Effect.Success<ReturnType<typeof pricing.forOrder>>, "cart" | "store">,
    at: Timestamp
  ) =>
  (placing: Purchases.Placing) =>
    transaction(Effect.gen(function*() {
      const ordered: StoredDraftOrder = {
        ...draft,
        status: "ordered",
        orderId,
        reservedUntil: null,
        version: draft.version + 1,
        updatedAt: at
      }
      yield* repository.replace(ordered)
      yield* inventory.release(draft.id, "the draft was ordered")
      yield* pricing.write(cart, store)
      const placed = yield* placing
      const order = draft.tags.length === 0 ? placed : { ...placed, tags: draft.tags, version: placed.version + 1 }
      if (order !== placed) yield* orders.tag(order)
      yield* events.publish([DraftOrderOrdered.make(draft.id, { ...about(draft), orderId, number: order.number })])
      return order
    }))

  /** Who was second is told what the draft has become. */
  const toldOf = (id: DraftOrderId) =>
    Effect.fnUntraced(function*(conflict: VersionConflict) {
      const draft = yield* find(id)
      return yield* draft.status === "ordered" ? closed(draft) : conflict
    })

  return { becoming, find, pricing, record, toldOf }
})
