/**
 * Cancelling a part of an order: pieces go back into stock and what was paid for them to the buyer.
 *
 * **Details**
 *
 * The pieces, the stock, the refund and what is told of them are written in one transaction; the gateway is asked for the
 * money afterwards, by a job that is repeated until it is known what became of it. A piece is either cancelled or in a
 * fulfilment, however many people work at once: both are conditional statements on the same row. The order's figures stay
 * what they were; its lines say how many of their pieces were cancelled. While something that an edit added is left to pay,
 * what is cancelled makes up for that first, and leaves the figures by so much (`LessToPay`).
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import * as SoldPart from "../cart/SoldPart.ts"
import * as EditFigures from "../edits/EditFigures.ts"
import * as LessToPay from "../edits/LessToPay.ts"
import type { OrderEditRepository } from "../edits/OrderEditRepository.ts"
import { Events } from "../events/Events.ts"
import { FulfilmentRepository } from "../fulfilment/FulfilmentRepository.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { CurrentActor } from "../kernel/Actor.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import * as CancelWindow from "../orders/CancelWindow.ts"
import { HandedOver } from "../orders/HandedOver.ts"
import * as NamedLines from "../orders/NamedLines.ts"
import type { Order, OrderStatus } from "../orders/Order.ts"
import * as OrderAccess from "../orders/OrderAccess.ts"
import { OrderStates } from "../orders/OrderStates.ts"
import * as OrderChange from "../orders/OrderChange.ts"
import { OrderLinesCancelled } from "../orders/OrderEvents.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import * as ShippedParts from "../orders/ShippedParts.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { SoldGiftCards } from "../orders/SoldGiftCards.ts"
import { Stores } from "../stores/Stores.ts"
import { type CancelWindowClosed, GoodsHandedOver, OrderNotFound } from "../orders/OrdersErrors.ts"
import { Payments } from "../payments/Payments.ts"
import * as RefundPart from "../payments/RefundPart.ts"
import type { InvalidRefund, PaymentChangeRefused } from "../payments/PaymentsErrors.ts"
import * as Claim from "../returns/Claim.ts"
import { ClaimRepository } from "../returns/ClaimRepository.ts"
import * as ReturnFigures from "../returns/ReturnFigures.ts"
import { ReturnRepository } from "../returns/ReturnRepository.ts"
import { CancelLines } from "./Cancellation.ts"
import { CancellationExceedsOrder, CancellationRefused } from "./CancellationErrors.ts"

export class Cancellations extends Context.Service<Cancellations, {
  /**
   * Cancels pieces of an order that is paid and that no fulfilment has taken: they are for sale again, and what was paid
   * for them goes back (by a job), or once a dispute that holds it is won. A buyer may do so until the order is being processed, not of lines whose license keys were given or files downloaded; staff with `orders:write` until
   * it is shipped.
   */
  readonly cancel: (
    orderId: string,
    input: typeof CancelLines.Encoded
  ) => Effect.Effect<
    Order,
    | InvalidInput
    | OrderNotFound
    | CancellationExceedsOrder
    | CancellationRefused
    | CancelWindowClosed
    | GoodsHandedOver
    | InvalidRefund
    | PaymentChangeRefused
    | VersionConflict
    | StorageError
    | Denied
  >
}>()("@stoa/core/cancellations/Cancellations") {}

const decode = Input.decoder(CancelLines)

const checked = Input.textParameters<Cancellations["Service"]>({ cancel: ["orderId"] })

const refusing = ({ id, status }: Order) => (reason: CancellationRefused["reason"]) =>
  new CancellationRefused({ order: id, status, reason })

/** In which states of an order there is something to cancel. */
const staffMay: ReadonlySet<OrderStatus> = new Set<OrderStatus>(["paid", "processing", "on_hold"])
const buyerMay: ReadonlySet<OrderStatus> = new Set<OrderStatus>(["paid"])

const sumOf = (parts: ReadonlyArray<RefundPart.RefundPart>): number => parts.reduce((sum, { amount }) => sum + amount.amount, 0)

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const states = yield* OrderStates
  const repository = yield* OrderRepository
  const change = OrderChange.make(repository)
  const fulfilments = yield* FulfilmentRepository
  const returns = yield* ReturnRepository
  const claims = yield* ClaimRepository
  const inventory = yield* Inventory
  const payments = yield* Payments
  const giftCards = yield* SoldGiftCards
  const handedOver = yield* HandedOver
  const events = yield* Events
  const audit = yield* AuditLog
  const transactor = yield* Transactor
  const stores = yield* Stores
  const lessToPay = yield* LessToPay.make

  return watched(checked(Cancellations.of({
    cancel: Effect.fn("Cancellations.cancel")(function*(orderId, input) {
      const { lines, reason = "", version } = yield* decode(input)
      const actor = yield* CurrentActor
      return yield* transactor.transaction(Effect.gen(function*() {
        // from here on nobody else writes the order until the transaction ends
        const { after: held } = yield* change(orderId, Effect.fnUntraced(function*(order) {
          if (!OrderAccess.maySee(actor, order)) return yield* new OrderNotFound({ order: orderId })
          const own = OrderAccess.owns(actor, order)
          if (!own) yield* Permission.require("orders:write")
          if (version !== undefined && version !== order.version) {
            return yield* new VersionConflict({ id: order.id, expected: version })
          }
          const refused = refusing(order)
          if (order.status === "pending" || order.status === "failed") return yield* refused("not_paid")
          if (!(own ? buyerMay : staffMay).has(order.status)) return yield* refused("too_late")
          if (OrderMoney.isPromised(order)) return yield* refused("not_paid")
          if (own) yield* CancelWindow.requireOpen(order, yield* stores.current)
          return {}
        }))
        let order = held
        const known = new Map(order.lines.map((line) => [line.id, line]))
        const faults = NamedLines.faultsOf(lines, new Set(known.keys()), "order")
        if (faults.length > 0) return yield* new InvalidInput({ faults })
        if (OrderAccess.owns(actor, order)) {
          const inHand = yield* handedOver.lines(order.id)
          const named = lines.flatMap(({ lineId }) => inHand.has(lineId) ? [lineId] : [])
          if (named.length > 0) return yield* new GoodsHandedOver({ order: order.id, lines: named })
        }
        const progress = yield* fulfilments.progress(order.id)
        const left = new Map(progress.map(({ fulfilled, lineId, ordered }) => [lineId, ordered - fulfilled]))
        const excess = lines.flatMap(({ lineId, quantity }) => {
          const rest = left.get(lineId) ?? 0
          return quantity > rest ? [{ lineId, wanted: quantity, left: rest }] : []
        })
        if (excess.length > 0) return yield* new CancellationExceedsOrder({ lines: excess })
        const wanted = lines.reduce((sum, { quantity }) => sum + quantity, 0)
        const isWhole = wanted === progress.reduce((sum, { ordered }) => sum + ordered, 0)
        // an order of which a card was spent cannot be cancelled otherwise
        if (isWhole && (yield* giftCards.gone(order).pipe(Effect.map(({ kept, spent }) => kept + spent))) === 0) {
          return yield* refusing(order)("whole")
        }
        // somebody packs at this very moment
        if (!(yield* fulfilments.cancelPieces(order.id, lines))) {
          return yield* new CancellationExceedsOrder({
            lines: lines.map(({ lineId, quantity }) => ({ lineId, wanted: quantity, left: 0 }))
          })
        }
        const pieces = SoldPart.stockOfAll(lines.map(({ lineId, quantity }) => [known.get(lineId), quantity] as const))
        yield* inventory.restockPart(order.id, pieces, "cancelled in part")
        const back = [...yield* returns.ofOrder(order.id), ...Claim.counted(yield* claims.ofOrder(order.id))]
        // what was spent of a gift card stays paid
        const spent = yield* giftCards.recall(order, lines)
        const emptied = isWhole ? [] : ShippedParts.emptiedBy(order, lines)
        const outcome = EditFigures.apply(order, {
          removed: lines.map((line) => ({ ...line, returned: ReturnFigures.returned(line.lineId, back) })),
          added: [],
          shipping: undefined,
          emptied,
          shippingAddress: order.shippingAddress,
          billingAddress: order.billingAddress
        })
        const { shipping } = order
        const rest = isWhole && shipping !== null ? shipping.total.amount - (shipping.givenBack?.amount ?? 0) : 0
        let tell: Effect.Success<ReturnType<typeof lessToPay>>
        if (outcome.credited > 0) {
          if (isWhole || spent > 0) return yield* refusing(order)("gift_card_spent")
          tell = yield* lessToPay(order, outcome, lines, reason)
          if (tell === undefined) return yield* refusing(order)("being_paid")
          order = { ...outcome.order, lines: order.lines }
        } else if (shipping !== null && (isWhole || emptied.length > 0)) {
          const left = isWhole ? ShippedParts.allGivenBack(shipping) : outcome.order.shipping
          order = { ...order, shipping: left, version: order.version + 1 }
          yield* repository.setShipping(order)
        }
        const worth = Money.make(Math.max(0, outcome.refund + rest - spent), order.currency)
        const ofGoods = outcome.refundOf.filter(({ lineId }) => lineId === null || known.get(lineId)?.giftCard === undefined)
        // what was spent of a gift card stays with its line
        const ofCards = RefundPart.split(RefundPart.without(outcome.refundOf, ofGoods), Math.max(0, sumOf(outcome.refundOf) - sumOf(ofGoods) - spent)).first
        const ofShipping = rest > 0 ? [{ lineId: null, amount: Money.make(rest, order.currency) }] : []
        const parts = [...ofGoods, ...ofCards, ...ofShipping]
        const givenBack = yield* payments.giveBack(order, worth, reason === "" ? "cancelled in part" : reason, parts)
        const { given: amount, waits } = givenBack
        if (tell !== undefined) yield* tell(givenBack)
        const { customerId, id, number } = order
        const cancelled = lines.map(({ lineId, quantity }) => ({ lineId, quantity }))
        yield* events.publish([
          OrderLinesCancelled.make(id, {
            orderId: id,
            number,
            customerId,
            lines: cancelled,
            amount: { ...amount },
            ...(waits.amount === 0 ? {} : { waits: { ...waits } }),
            reason
          })
        ])
        if (!OrderAccess.owns(actor, order)) {
          yield* audit.record({ action: "order.cancel_lines", subject: id, details: { lines: cancelled, amount: { ...amount }, waits: { ...waits }, reason } })
        }
        return OrderAccess.shownTo(actor, {
          ...order,
          lines: order.lines.map((line) => {
            const taken = lines.find(({ lineId }) => lineId === line.id)
            return taken === undefined ? line : Object.assign({}, line, { cancelled: line.cancelled + taken.quantity })
          })
        }, yield* states.all)
      }))
    })
  })))
})

export const layer: Layer.Layer<
  Cancellations,
  never,
  OrderRepository | OrderStates | OrderEditRepository | FulfilmentRepository | ReturnRepository | ClaimRepository | Inventory | Payments | SoldGiftCards | HandedOver | Events | AuditLog | Stores | Transactor
> = Layer.effect(Cancellations, make)
