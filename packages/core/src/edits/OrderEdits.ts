/**
 * Order edits: what staff change of an order after it was placed, tried out first or made at once.
 *
 * **Details**
 *
 * The order, its stock, its promised payments, the refund and what is told of it are written in one transaction, or none of
 * them is. What an edit adds to an order that is paid is open until its buyer pays it, as they pay any order; what goes back
 * is asked of the gateways by a job. `EditFigures` says how the figures change, `EditPricing` what is added costs.
 *
 * An edit is worked out for the order as it was read. If anything has written the order since, it is refused as a conflict:
 * of two edits at once one is made.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { AuditLog } from "../audit/AuditLog.ts"
import type { NotForSale, ShippingMethodUnavailable } from "../cart/CartErrors.ts"
import * as CartBundles from "../cart/CartBundles.ts"
import type { CartRepository } from "../cart/CartRepository.ts"
import * as SoldPart from "../cart/SoldPart.ts"
import { type CheckoutIncomplete, TotalChanged } from "../checkout/CheckoutInput.ts"
import { Events } from "../events/Events.ts"
import { FulfilmentRepository } from "../fulfilment/FulfilmentRepository.ts"
import * as BundleStock from "../inventory/BundleStock.ts"
import { Inventory } from "../inventory/Inventory.ts"
import type { InsufficientStock } from "../inventory/InventoryErrors.ts"
import { CurrentActor, describe } from "../kernel/Actor.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import * as StepUp from "../kernel/StepUp.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import * as NamedLines from "../orders/NamedLines.ts"
import type { OrderLineId, OrderStatus } from "../orders/Order.ts"
import * as OrderAccess from "../orders/OrderAccess.ts"
import { OrderStates } from "../orders/OrderStates.ts"
import { OrderEdited, OrderPaid } from "../orders/OrderEvents.ts"
import { OrderLifecycle } from "../orders/OrderLifecycle.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import * as ShippedParts from "../orders/ShippedParts.ts"
import * as SoldGiftCards from "../orders/SoldGiftCards.ts"
import { OrderRepository, type StoredOrder } from "../orders/OrderRepository.ts"
import { OrderNotFound } from "../orders/OrdersErrors.ts"
import { Payments } from "../payments/Payments.ts"
import type { InvalidRefund, PaymentChangeRefused } from "../payments/PaymentsErrors.ts"
import type { PromotionBooks } from "../promotions/PromotionBooks.ts"
import * as Claim from "../returns/Claim.ts"
import { ClaimRepository } from "../returns/ClaimRepository.ts"
import * as ReturnFigures from "../returns/ReturnFigures.ts"
import { ReturnRepository } from "../returns/ReturnRepository.ts"
import * as EditFigures from "./EditFigures.ts"
import * as EditPricing from "./EditPricing.ts"
import { type EditedOrder, EditOrder, type EditPreview, type OrderEdit, OrderEditId } from "./OrderEdit.ts"
import { EditExceedsOrder, EditRefused } from "./OrderEditErrors.ts"
import { OrderEditRepository } from "./OrderEditRepository.ts"

type NotEdited =
  | InvalidInput
  | OrderNotFound
  | EditRefused
  | EditExceedsOrder
  | NotForSale
  | ShippingMethodUnavailable
  | CheckoutIncomplete
  | TotalChanged
  | VersionConflict
  | StorageError
  | Denied

export class OrderEdits extends Context.Service<OrderEdits, {
  /** What an edit would do: the order as it would be, the money and the stock. Changes nothing. Needs `orders:write`. */
  readonly preview: (orderId: string, input: typeof EditOrder.Encoded) => Effect.Effect<EditPreview, NotEdited>
  /**
   * Changes an order that is pending, paid, being processed or on hold. Pieces that no fulfilment has taken can be taken
   * out, and are for sale again; new ones are taken from stock. What the order costs more is open until it is paid; what
   * it costs less and was paid goes back. Needs `orders:write`, and where money goes back of which staff say how much, by a price or a
   * discount by hand, `orders:refund` and of a person a proof that is fresh.
   */
  readonly apply: (
    orderId: string,
    input: typeof EditOrder.Encoded
  ) => Effect.Effect<EditedOrder, NotEdited | InsufficientStock | InvalidRefund | PaymentChangeRefused | StepUp.StepUpRequired>
  /** The edits of an order, oldest first. Needs `orders:read`. */
  readonly list: (
    orderId: string
  ) => Effect.Effect<ReadonlyArray<OrderEdit>, InvalidInput | OrderNotFound | StorageError | Denied>
}>()("@stoa/core/edits/OrderEdits") {}

const decode = Input.decoder(EditOrder)

const checked = Input.textParameters<OrderEdits["Service"]>({ preview: ["orderId"], apply: ["orderId"], list: ["orderId"] })

/** In which states of an order there is something to edit. */
const editable: ReadonlySet<OrderStatus> = new Set<OrderStatus>(["pending", "paid", "processing", "on_hold"])

/** Whether staff say themselves what something is to cost. */
const isByHand = ({ add = [], lines = [] }: EditOrder): boolean =>
  add.some(({ discount, price }) => discount !== undefined || price !== undefined) || lines.some(({ discount }) => discount !== undefined)

/** How often an order can be edited, and how many lines it can have, so that it can be read as a whole. */
const mostEdits = 100
const mostLines = 500

export const make = Effect.gen(function*() {
  const repository = yield* OrderEditRepository
  const orders = yield* OrderRepository
  const states = yield* OrderStates
  const fulfilments = yield* FulfilmentRepository
  const returns = yield* ReturnRepository
  const claims = yield* ClaimRepository
  const inventory = yield* Inventory
  const lifecycle = yield* OrderLifecycle
  const payments = yield* Payments
  const events = yield* Events
  const audit = yield* AuditLog
  const transactor = yield* Transactor
  const giftCards = yield* SoldGiftCards.SoldGiftCards
  const price = yield* EditPricing.make

  /** An edit, worked out for the order as it is now. */
  const plan = Effect.fnUntraced(function*(orderId: string, input: EditOrder) {
    const order = (yield* orders.find(orderId)) ?? (yield* new OrderNotFound({ order: orderId }))
    const { expectedTotal, lines = [], version } = input
    if (version !== undefined && version !== order.version) {
      return yield* new VersionConflict({ id: order.id, expected: version })
    }
    const refused = (reason: EditRefused["reason"]) => new EditRefused({ order: order.id, status: order.status, reason })
    if (!editable.has(order.status)) return yield* refused("state")
    if (order.edits >= mostEdits) return yield* refused("often")
    const faults = NamedLines.faultsOf(lines, new Set(order.lines.map(({ id }) => id)), "order")
    if (faults.length > 0) return yield* new InvalidInput({ faults })

    // what gets a discount is taken out, and comes in again as a line of its own
    const wished = new Map(lines.map(({ discount, lineId, quantity }) => [lineId, discount === undefined ? quantity : 0]))
    const progress = yield* fulfilments.progress(order.id)
    const back = [...yield* returns.ofOrder(order.id), ...Claim.counted(yield* claims.ofOrder(order.id))]
    const removed = progress.flatMap(({ lineId, ordered }): ReadonlyArray<EditFigures.Removed> => {
      const id = lineId as OrderLineId
      const quantity = ordered - (wished.get(id) ?? ordered)
      return quantity > 0 ? [{ lineId: id, quantity, returned: ReturnFigures.returned(id, back) }] : []
    })
    const left = new Map(progress.map(({ fulfilled, lineId, ordered }) => [lineId, ordered - fulfilled]))
    const excess = removed.flatMap(({ lineId, quantity }) => {
      const rest = left.get(lineId) ?? 0
      return quantity > rest ? [{ lineId, wanted: quantity, left: rest }] : []
    })
    if (excess.length > 0) return yield* new EditExceedsOrder({ lines: excess })

    if ((yield* giftCards.spent(order, removed)) > 0) return yield* refused("gift_card_spent")

    const { added, shipping, variants, ...addresses } = yield* price(order, input, wished)
    if (order.lines.length + added.length > mostLines) {
      return yield* InvalidInput.at(["add"], `would be more than ${mostLines} lines`, { code: "too_many", params: { maximum: mostLines } })
    }
    const gone = removed.reduce((sum, { quantity }) => sum + quantity, 0)
    if (added.length === 0 && gone === progress.reduce((sum, { ordered }) => sum + ordered, 0)) {
      return yield* refused("whole")
    }
    const changed = [
      ...(input.shippingAddress === undefined ? [] : ["shippingAddress"]),
      ...(input.billingAddress === undefined ? [] : ["billingAddress"]),
      ...(shipping === undefined ? [] : ["shipping"])
    ]
    if (added.length + removed.length + changed.length === 0) return yield* InvalidInput.at([], "changes nothing", "changes_nothing")
    // what comes into a part in the same edit is sent with it
    const joined = new Set(added.flatMap(({ id, requiresShipping }) => requiresShipping ? addresses.joins.get(id) ?? [] : []))
    const emptied = ShippedParts.emptiedBy(order, removed).filter(({ id }) => !joined.has(id))
    const outcome = EditFigures.apply(order, { removed, added, shipping, emptied, ...addresses })
    const { total } = outcome.order
    if (expectedTotal !== undefined && !Money.equals(expectedTotal, total)) {
      return yield* new TotalChanged({ expected: expectedTotal, total })
    }
    return { before: order, ...outcome, removed, added, changed, variants }
  })

  /** Pieces of each variant that are put back. */
  const backOf = ({ before, removed }: Effect.Success<ReturnType<typeof plan>>) =>
    SoldPart.stockOfAll(removed.map(({ lineId, quantity }) => [before.lines.find(({ id }) => id === lineId), quantity] as const))

  /** An order that was not paid yet costs no more than what has come for it: it is paid. */
  const settle = Effect.fnUntraced(function*(order: StoredOrder) {
    const nothing = Money.zero(order.currency)
    if (order.status === "pending") return (yield* lifecycle.paid(order, nothing)).order
    const { customerId, id, number } = order
    yield* events.publish([OrderPaid.make(id, { orderId: id, number, customerId, amount: nothing, ...SoldGiftCards.told(order) })])
    return order
  })

  return checked(OrderEdits.of({
    preview: Effect.fn("OrderEdits.preview")(function*(orderId, input) {
      yield* Permission.require("orders:write")
      const planned = yield* plan(orderId, yield* decode(input))
      const { charged, credited, order, refund, added, variants } = planned
      const stock = new Map(backOf(planned))
      for (const line of added) {
        for (const [variantId, pieces] of SoldPart.stockOf(line, line.quantity)) {
          stock.set(variantId, (stock.get(variantId) ?? 0) - pieces)
        }
      }
      const known = new Map(
        variants.flatMap((variant) => CartBundles.requests(variant, 1)).map((request) => [request.variantId, request])
      )
      return {
        version: planned.before.version,
        order: OrderAccess.shownTo(yield* CurrentActor, order, yield* states.all),
        difference: Money.make(charged - credited - refund, order.currency),
        refund: Money.make(refund, order.currency),
        due: EditFigures.wasPaid(planned.before) ? order.open : OrderMoney.due(order),
        stock: Array.from(stock, ([variantId, change]) => {
          const there = known.get(variantId)
          return { variantId, change, available: there === undefined ? null : BundleStock.piecesOf(there) }
        })
      }
    }),

    apply: Effect.fn("OrderEdits.apply")(function*(orderId, input) {
      yield* Permission.require("orders:write")
      const decoded = yield* decode(input)
      const { notify = true, reason = "" } = decoded
      const planned = yield* plan(orderId, decoded)
      const { added, before, changed, charged, credited, refund, removed, variants } = planned
      if (refund > 0 && isByHand(decoded)) {
        yield* Permission.require("orders:refund")
        yield* StepUp.require
      }
      const { currency, customerId, id, number } = before
      const actor = yield* CurrentActor
      const at = yield* Timestamp.now
      const order = { ...planned.order, updatedAt: at }
      const pieces = removed.map(({ lineId, quantity }) => ({ lineId, quantity }))
      const edit: OrderEdit = {
        id: yield* OrderEditId.generate,
        orderId: id,
        number: order.edits,
        actor: describe(actor),
        reason,
        added: added.map((line) => ({ lineId: line.id, quantity: line.quantity })),
        removed: pieces,
        changed,
        charged: Money.make(charged, currency),
        chargedTaxes: planned.chargedTaxes,
        credited: Money.make(credited, currency),
        creditedTaxes: planned.creditedTaxes,
        creditedOf: planned.creditedOf,
        refund: Money.make(refund, currency),
        createdAt: at
      }
      const wasPaid = EditFigures.wasPaid(before)
      return yield* transactor.transaction(Effect.gen(function*() {
        // from here on nobody else writes the order until the transaction ends
        yield* repository.write({ edit, order, added })
        if (pieces.length > 0 && !(yield* fulfilments.cancelPieces(id, pieces))) {
          // somebody packs at this very moment
          return yield* new EditExceedsOrder({ lines: pieces.map(({ lineId, quantity }) => ({ lineId, wanted: quantity, left: 0 })) })
        }
        if ((yield* giftCards.recall(before, pieces)) > 0) {
          return yield* new EditRefused({ order: id, status: before.status, reason: "gift_card_spent" })
        }
        yield* inventory.takeBack(id, backOf(planned), "taken out of the order")
        if (added.length > 0) {
          const [taken] = yield* inventory.reserveAll([{
            reference: id,
            lines: added.flatMap(({ quantity }, index) => {
              const variant = variants[index]
              return variant === undefined ? [] : CartBundles.requests(variant, quantity)
            }),
            expiresAt: order.reservedUntil,
            actor: edit.actor,
            sold: before.status !== "pending"
          }])
          if (taken !== undefined) yield* Effect.fromResult(Result.map(taken, () => undefined))
        }
        if (!(yield* payments.follow(order))) {
          return yield* new EditRefused({ order: id, status: before.status, reason: "being_paid" })
        }
        const { given, waits } = yield* payments.giveBack(order, edit.refund, reason === "" ? "taken out of the order" : reason, planned.refundOf)
        const difference = Money.make(charged - credited - refund, currency)
        yield* events.publish([OrderEdited.make(id, {
          orderId: id,
          number,
          customerId,
          ...SoldGiftCards.told(order),
          editId: edit.id,
          added: edit.added.map((line) => ({ ...line })),
          removed: pieces,
          changed,
          difference: { ...difference },
          refund: { ...given },
          ...(waits.amount === 0 ? {} : { waits: { ...waits } }),
          open: { ...order.open },
          reason,
          notify
        })])
        yield* audit.record({
          action: "order.edit",
          subject: id,
          details: { edit: edit.id, difference: { ...difference }, refund: { ...given }, waits: { ...waits }, changed, reason }
        })
        const after = wasPaid || OrderMoney.isPromised(order) ? order : yield* settle(order)
        return { order: OrderAccess.shownTo(actor, after, yield* states.all), edit, givenBack: given, waits }
      }))
    }),

    list: Effect.fn("OrderEdits.list")(function*(orderId) {
      yield* Permission.require("orders:read")
      const order = (yield* orders.find(orderId)) ?? (yield* new OrderNotFound({ order: orderId }))
      return yield* repository.ofOrder(order.id)
    })
  }))
})


export const layer: Layer.Layer<
  OrderEdits,
  never,
  | AuditLog
  | CartRepository
  | Events
  | FulfilmentRepository
  | Inventory
  | OrderEditRepository
  | OrderLifecycle
  | OrderRepository
  | OrderStates
  | Payments
  | PromotionBooks
  | ReturnRepository
  | ClaimRepository
  | SoldGiftCards.SoldGiftCards
  | Transactor
> = Layer.effect(OrderEdits, make)
