/**
 * Returns: taking back what was sent, and giving back what was paid for it.
 *
 * **Details**
 *
 * Never more comes back than was bought, however many ask at once: whoever asks for a return or receives one holds the order
 * until they are done. What goes back is worked out of the order's frozen figures, to the last cent. The money is asked for
 * once: a return says so before the gateway hears of it, and the refund carries the return's id as its reason.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import type { NotForSale } from "../cart/CartErrors.ts"
import type { CartRepository } from "../cart/CartRepository.ts"
import * as SoldPart from "../cart/SoldPart.ts"
import { Events } from "../events/Events.ts"
import type { FraudCheck } from "../fraud/FraudCheck.ts"
import type { FulfilmentRepository } from "../fulfilment/FulfilmentRepository.ts"
import { Inventory } from "../inventory/Inventory.ts"
import type { Jobs } from "../jobs/Jobs.ts"
import type { InsufficientStock, LocationNotFound } from "../inventory/InventoryErrors.ts"
import { InventoryRepository } from "../inventory/InventoryRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import * as StepUp from "../kernel/StepUp.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import * as OrderAccess from "../orders/OrderAccess.ts"
import * as OrderChange from "../orders/OrderChange.ts"
import * as NamedLines from "../orders/NamedLines.ts"
import type { OrderLifecycle } from "../orders/OrderLifecycle.ts"
import { OrderRepository, type StoredOrder } from "../orders/OrderRepository.ts"
import type { GiftCardSpent, OrderNotFound } from "../orders/OrdersErrors.ts"
import { OpenBalance } from "../payments/OpenBalance.ts"
import { PaymentRepository } from "../payments/PaymentRepository.ts"
import * as RefundPart from "../payments/RefundPart.ts"
import { Payments } from "../payments/Payments.ts"
import type { InvalidRefund, PaymentChangeRefused, PaymentNotFound, RefundExceedsCaptured } from "../payments/PaymentsErrors.ts"
import type { PromotionBooks } from "../promotions/PromotionBooks.ts"
import { Stores } from "../stores/Stores.ts"
import * as RefundCredit from "../value/RefundCredit.ts"
import type { StoredValueRepository } from "../value/StoredValueRepository.ts"
import type { Tenders } from "../value/Tenders.ts"
import * as Claim from "./Claim.ts"
import { ClaimRepository } from "./ClaimRepository.ts"
import * as Exchanges from "./Exchanges.ts"
import {
  ApproveReturn,
  EndReturn,
  type ExchangeItem,
  ListReturns,
  machine,
  owedOf,
  partsOf,
  ReceiveReturn,
  RefundReturn,
  RequestReturn,
  type Return,
  type ReturnEvent,
  ReturnId,
  type ReturnLine
} from "./Return.ts"
import { ReturnExceedsOrder, ReturnNotFound, ReturnRefused } from "./ReturnErrors.ts"
import { ReturnRequested, ReturnStatusChanged } from "./ReturnEvents.ts"
import * as OrderCase from "./OrderCase.ts"
import * as ReturnFigures from "./ReturnFigures.ts"
import { ReturnRepository } from "./ReturnRepository.ts"
import * as SentOrders from "./SentOrders.ts"

/** What any change of a return can fail with. */
export type ReturnChangeError =
  | InvalidInput
  | ReturnNotFound
  | StateMachine.IllegalTransition
  | VersionConflict
  | StorageError
  | Denied

export class Returns extends Context.Service<Returns, {
  /**
   * Asks to give back pieces of an order that has left and is paid: its buyer within the store's time, staff with
   * `orders:write` at any time. What was sold for good is taken back by staff only, who say why (`exception`).
   */
  readonly request: (
    orderId: string,
    input: typeof RequestReturn.Encoded
  ) => Effect.Effect<Return, InvalidInput | OrderNotFound | ReturnRefused | ReturnExceedsOrder | StorageError | Denied>
  /** The returns of an order that the caller may see, oldest first. */
  readonly ofOrder: (orderId: string) => Effect.Effect<ReadonlyArray<Return>, InvalidInput | OrderNotFound | StorageError>
  /** A return of an order that the caller may see. */
  readonly get: (id: string) => Effect.Effect<Return, InvalidInput | ReturnNotFound | StorageError>
  /** All returns, the oldest first. Needs `orders:read`. */
  readonly list: (input?: typeof ListReturns.Encoded) => Effect.Effect<Page<Return>, InvalidInput | StorageError | Denied>
  /**
   * Tells the buyer to send it. Of an exchange, the new pieces become an order of their own, at the prices of today and without
   * shipping: all of them are reserved, or nothing changes. Needs `orders:write`, also where the store sends first and a difference
   * goes back to the buyer at once: it follows from the figures, and nobody chooses it.
   */
  readonly approve: (
    id: string,
    input?: typeof ApproveReturn.Encoded
  ) => Effect.Effect<
    Return,
    | ReturnChangeError
    | NotForSale
    | InsufficientStock
    | OrderNotFound
    | PaymentNotFound
    | RefundExceedsCaptured
    | InvalidRefund
    | PaymentChangeRefused
  >
  /** Refuses a return that was asked for. Its pieces can be asked for again. Needs `orders:write`. */
  readonly reject: (id: string, input?: typeof EndReturn.Encoded) => Effect.Effect<Return, ReturnChangeError>
  /** The buyer keeps it after all. For the buyer, and staff with `orders:write`. */
  readonly cancel: (id: string, input?: typeof EndReturn.Encoded) => Effect.Effect<Return, ReturnChangeError>
  /**
   * Writes down what has come: what is fit to be sold goes back into stock, the rest is scrapped, and what was paid for it
   * is worked out: less what an edit has added to the order and nobody has paid yet, which is less to pay then. Fewer pieces than were announced may come, not more. Of an exchange, that pays for the new pieces, and a
   * difference goes back to the buyer: as after an order edit, it follows from the figures. Needs `orders:write`.
   */
  readonly receive: (
    id: string,
    input: typeof ReceiveReturn.Encoded
  ) => Effect.Effect<Return, ReturnChangeError | ReturnExceedsOrder | LocationNotFound>
  /**
   * Gives back what was paid for what has come, less the fee: to the payment that it came from, or as credit to spend in the
   * shop (for a guest a gift card, whose code is sent), or it was paid by hand. If it is refused, the return is as it was before; where one
   * of several gateways refuses its part, it is `partially_refunded`, and what is owed can be given back again, also in another way. Needs `orders:refund`, and of a person a proof that is fresh.
   */
  readonly refund: (id: string, input?: typeof RefundReturn.Encoded) => Effect.Effect<
    Return,
    ReturnChangeError | OrderNotFound | PaymentNotFound | RefundExceedsCaptured | InvalidRefund | PaymentChangeRefused | GiftCardSpent | StepUp.StepUpRequired
  >
  /** No money goes back for what has come. Needs `orders:write`. */
  readonly close: (id: string, input?: typeof EndReturn.Encoded) => Effect.Effect<Return, ReturnChangeError>
}>()("@stoa/core/returns/Returns") {}

const decodeRequest = Input.decoder(RequestReturn)
const decodeApprove = Input.decoder(ApproveReturn)
const decodeEnd = Input.decoder(EndReturn)
const decodeReceive = Input.decoder(ReceiveReturn)
const decodeRefund = Input.decoder(RefundReturn)
const decodeList = Input.decoder(ListReturns)

const checked = Input.textParameters<Returns["Service"]>({
  request: ["orderId"],
  ofOrder: ["orderId"],
  get: ["id"],
  approve: ["id"],
  reject: ["id"],
  cancel: ["id"],
  receive: ["id"],
  refund: ["id"],
  close: ["id"]
})

/** After this time, nobody can still be asking for the money of a return. */
const asksWithin = "5 minutes"

/** What a refund of a return says as its reason, by which it is found again. */
const reasonOf = (id: ReturnId): string => `return ${id}`

type Patch = Partial<Pick<Return, "lines" | "label" | "restockingFee" | "amount" | "exchange" | "refundTo" | "refundId">>

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const repository = yield* ReturnRepository
  const orders = yield* OrderRepository
  const sentOrders = yield* SentOrders.make
  const claims = yield* ClaimRepository
  const inventory = yield* Inventory
  const stock = yield* InventoryRepository
  const payments = yield* Payments
  const refunds = yield* PaymentRepository
  const balance = yield* OpenBalance
  const stores = yield* Stores
  const events = yield* Events
  const audit = yield* AuditLog
  const transactor = yield* Transactor
  const refundCredit = yield* RefundCredit.make
  const exchanges = yield* Exchanges.make

  const hold = OrderChange.hold(orders)
  const visible = OrderAccess.visible(orders)
  const { changing, find, mine } = yield* OrderCase.make(repository, (returnId) => new ReturnNotFound({ returnId }))

  const about = ({ customerId, id, number }: StoredOrder, returnId: string) => ({ orderId: id, number, customerId, returnId })

  /** Moves a return along, in the current transaction, and tells of it. */
  const move = Effect.fnUntraced(function*(
    order: StoredOrder,
    before: Return,
    event: ReturnEvent,
    patch: Patch = {},
    reason = ""
  ) {
    const status = yield* StateMachine.transition(machine, before.status, event)
    const changed = { ...before, ...patch, status }
    const after: Return = {
      ...changed,
      owed: owedOf(changed),
      version: before.version + 1,
      updatedAt: yield* Timestamp.now
    }
    yield* repository.update(after)
    yield* events.publish([ReturnStatusChanged.make(order.id, {
      ...about(order, after.id),
      from: before.status,
      to: status,
      amount: after.amount === null ? null : { ...after.amount },
      reason
    })])
    const details = { orderId: order.id, from: before.status, reason }
    yield* audit.record({ action: `return.${event}`, subject: after.id, details })
    return after
  })

  const end = (event: "reject" | "close") =>
    Effect.fn(`Returns.${event}`)(function*(id: string, input: typeof EndReturn.Encoded = {}) {
      yield* Permission.require("orders:write")
      const { reason, version } = yield* decodeEnd(input)
      return yield* changing(id, version, (before, order) => move(order, before, event, {}, reason))
    })

  /** Puts pieces back into stock, where stock is counted. */
  const restock = Effect.fnUntraced(function*(
    { id }: Return,
    { lines: sold }: StoredOrder,
    lines: ReadonlyArray<ReturnLine>,
    locationId: ReceiveReturn["locationId"]
  ) {
    const back = lines.filter(({ restocked }) => restocked > 0)
    if (back.length === 0) return
    // what is put back of a bundle are its parts
    const pieces = back.map(({ lineId, restocked, variantId }) =>
      SoldPart.stockOf(sold.find(({ id }) => id === lineId) ?? { variantId }, restocked))
    const known = new Map(
      (yield* stock.stock([...new Set(pieces.flat().map(([variantId]) => variantId))])).map((one) => [one.variantId, one])
    )
    const faults = lines.flatMap((line, index) =>
      (pieces[back.indexOf(line)] ?? []).some(([variantId]) => !known.has(variantId))
        ? [{ path: ["lines", index, "restock"], message: "is not sold any more: it can only be scrapped", code: "not_for_sale" }]
        : [])
    if (faults.length > 0) return yield* new InvalidInput({ faults })
    const place = locationId === undefined ? {} : { locationId }
    const adjustments = pieces.flat().flatMap(([variantId, delta]) =>
      known.get(variantId)?.trackStock === true ? [Object.assign({ variantId, delta }, place)] : [])
    if (adjustments.length === 0) return
    // who may receive returns need not be allowed to change stock as they like
    yield* inventory.adjust({ adjustments, kind: "restock", reason: reasonOf(id) }).pipe(
      Actor.as(Actor.system("returns")),
      // its variant was deleted a moment ago; the others need more than a piece that comes back
      Effect.catchTags({
        VariantNotFound: () => Effect.fail(InvalidInput.at(["lines"], "is not sold any more: it can only be scrapped", "not_for_sale")),
        InsufficientStock: Effect.die
      })
    )
  })

  /** Whether there are such variants, each named once, before anybody approves that they are sent. */
  const chosen = Effect.fnUntraced(function*(items: ReadonlyArray<typeof ExchangeItem.Type>) {
    const ids = items.map(({ variantId }) => variantId)
    const known = new Set((yield* stock.stock([...new Set(ids)])).map(({ variantId }) => variantId))
    const faults = ids.flatMap((id, index) => {
      const message = !known.has(id) ? "is no variant of this shop" : ids.indexOf(id) < index ? "is named twice" : undefined
      return message === undefined ? [] : [{ path: ["exchange", index, "variantId"], message }]
    })
    if (faults.length > 0) return yield* new InvalidInput({ faults })
  })

  /** What of what is owed for a return is for which line. */
  const partsLeft = Effect.fnUntraced(function*(before: Return) {
    const reason = reasonOf(before.id)
    const given = (yield* refunds.refunds(before.orderId)).flatMap((refund) => refund.reason === reason && refund.state !== "failed" ? refund.parts ?? [] : [])
    return RefundPart.split(RefundPart.without(partsOf(before), given), before.owed.amount).first
  })

  /** Gives what is owed for a return back as credit, or notes that it was: no gateway is asked, so all of it is one transaction. */
  const credit = Effect.fnUntraced(function*(before: Return, order: StoredOrder, to: "store_credit" | "outside") {
    const asking = yield* move(order, before, "refund", to === "outside" ? {} : { refundTo: to })
    const reason = reasonOf(before.id)
    // what a gateway refuses later is owed once more, and may be given in the same way again
    const reference = `${before.id}:${asking.version}`
    const credited = to === "outside"
      ? { gateway: "outside", reference }
      : yield* refundCredit.give(order, before.owed, reason, reference)
    const [refund] = yield* payments.credit(order, before.owed, reason, credited, yield* partsLeft(before))
    return yield* move(order, asking, "give_back", { refundId: before.refundId ?? refund?.id ?? null })
  })

  /** After somebody asked for the money: how much of it went back decides what becomes of the return. */
  const settle = (id: string, version: number, refundId: string | null) =>
    changing(id, version, (before, order) =>
      move(
        order,
        before,
        before.owed.amount === 0 ? "give_back" : before.refunded.amount === 0 ? "refuse" : "give_part",
        { refundId: before.refunded.amount === 0 ? null : before.refundId ?? refundId }
      ))

  // a gateway may refuse days later what was on its way
  yield* events.subscribe({
    name: "returns.refund-refused",
    types: ["refund.failed"],
    handle: Effect.fnUntraced(function*(event) {
      const { orderId } = event.data as { readonly orderId: string }
      for (const { id, owed, status } of yield* repository.ofOrder(orderId)) {
        if (status !== "refunded" || owed.amount === 0) continue
        yield* changing(id, undefined, (before, order) =>
          before.status === "refunded" && before.owed.amount > 0
            ? move(order, before, before.refunded.amount === 0 ? "refuse" : "fall_short", {
              refundId: before.refunded.amount === 0 ? null : before.refundId
            })
            : Effect.succeed(before))
      }
    })
  })

  return watched(checked(Returns.of({
    request: Effect.fn("Returns.request")(function*(orderId, input) {
      const { exception, exchange, lines, refundTo = "original" } = yield* decodeRequest(input)
      if (exchange !== undefined) yield* chosen(exchange)
      const seen = yield* visible(orderId)
      const isOwn = OrderAccess.owns(yield* Actor.CurrentActor, seen)
      if (isOwn && exception !== undefined) return yield* InvalidInput.at(["exception"], "is for staff to make", "not_allowed")
      if (!isOwn) yield* Permission.require("orders:write")
      return yield* transactor.transaction(Effect.gen(function*() {
        const order = yield* hold(orderId)
        const sent = yield* sentOrders.pieces(order)
        const { settings: { returnDays } } = yield* stores.current
        if (isOwn && (yield* sentOrders.isOlder(order, returnDays))) return yield* new ReturnRefused({ reason: "window_closed" })
        const known = new Map(order.lines.map((line) => [line.id, line]))
        const faults = NamedLines.faultsOf(lines, new Set(known.keys()), "order")
        if (faults.length > 0) return yield* new InvalidInput({ faults })
        const forGood = lines.map(({ lineId }) => lineId).filter((lineId) => known.get(lineId)?.finalSale === true)
        if (forGood.length > 0 && exception === undefined) {
          return yield* new ReturnRefused({ reason: "final_sale", lineIds: forGood })
        }
        const earlier = [...yield* repository.ofOrder(orderId), ...Claim.counted(yield* claims.ofOrder(orderId))]
        const excess = lines.flatMap(({ lineId, quantity }) => {
          const line = known.get(lineId)
          const left = line === undefined ? 0 : ReturnFigures.left(line, earlier, sent.get(lineId) ?? 0)
          return quantity > left ? [{ lineId, wanted: quantity, left }] : []
        })
        if (excess.length > 0) return yield* new ReturnExceedsOrder({ lines: excess })
        const excepted = exception === undefined || forGood.length === 0 ? {} : { exception }
        const now = yield* Timestamp.now
        const asked: Return = {
          id: yield* ReturnId.generate,
          orderId: order.id,
          status: machine.initial,
          lines: lines.flatMap(({ lineId, note = null, pictures = [], quantity, reason }) => {
            const variantId = known.get(lineId)?.variantId
            return variantId === undefined
              ? []
              : [{ lineId, variantId, quantity, reason, note, pictures, restocked: 0, scrapped: 0 }]
          }),
          label: null,
          restockingFee: Money.zero(order.currency),
          amount: null,
          exchange: exchange === undefined
            ? null
            : { items: exchange, orderId: null, credit: null, cardId: null, sentFirst: false },
          refundTo,
          refundId: null,
          refunded: Money.zero(order.currency),
          owed: Money.zero(order.currency),
          version: 1,
          createdAt: now,
          updatedAt: now
        }
        yield* repository.insert(asked)
        yield* events.publish([ReturnRequested.make(order.id, {
          ...about(order, asked.id),
          lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
          ...excepted
        })])
        if (!isOwn) yield* audit.record({ action: "return.request", subject: asked.id, details: { orderId, ...excepted } })
        return asked
      }))
    }),

    ofOrder: Effect.fn("Returns.ofOrder")(function*(orderId) {
      const order = yield* visible(orderId)
      return yield* repository.ofOrder(order.id)
    }),

    get: Effect.fn("Returns.get")((id: string) => Effect.map(mine(id), ({ found }) => found)),

    list: Effect.fn("Returns.list")(function*(input = {}) {
      yield* Permission.require("orders:read")
      return yield* repository.list(yield* decodeList(input))
    }),

    approve: Effect.fn("Returns.approve")(function*(id, input = {}) {
      yield* Permission.require("orders:write")
      const { label, restockingFee, version } = yield* decodeApprove(input)
      const seen = yield* find(id)
      const seenOrder = seen.exchange === null || seen.status !== "requested" ? undefined : yield* orders.find(seen.orderId)
      const quote = seen.exchange === null || seenOrder === undefined ? undefined : yield* exchanges.quote(seenOrder, seen.exchange)
      return yield* changing(id, version, Effect.fnUntraced(function*(before, order) {
        if (restockingFee !== undefined && restockingFee.currency !== order.currency) {
          return yield* InvalidInput.at(["restockingFee", "currency"], `must be ${order.currency}`, "other_currency")
        }
        yield* StateMachine.transition(machine, before.status, "approve")
        const fee = restockingFee ?? before.restockingFee
        const exchange = before.exchange === null || quote === undefined
          ? before.exchange
          : yield* exchanges.begin(order, before, before.exchange, quote, fee)
        return yield* move(order, before, "approve", { label: label ?? before.label, restockingFee: fee, exchange })
      }))
    }),

    reject: end("reject"),
    close: end("close"),

    cancel: Effect.fn("Returns.cancel")(function*(id, input = {}) {
      const { reason, version } = yield* decodeEnd(input)
      const seen = yield* mine(id)
      if (!OrderAccess.owns(yield* Actor.CurrentActor, seen.order)) yield* Permission.require("orders:write")
      return yield* changing(id, version, Effect.fnUntraced(function*(before, order) {
        const { exchange, status } = before
        // what replaces it is paid with it
        if (exchange !== null && exchange.credit !== null && status === "approved") {
          return yield* new StateMachine.IllegalTransition({ machine: machine.name, state: status, event: "cancel", allowed: ["receive"] })
        }
        const cancelled = yield* move(order, before, "cancel", {}, reason)
        if (exchange !== null) yield* exchanges.callOff(exchange, `the return ${before.id} is cancelled`)
        return cancelled
      }))
    }),

    receive: Effect.fn("Returns.receive")(function*(id, input) {
      yield* Permission.require("orders:write")
      const { lines, locationId, version } = yield* decodeReceive(input)
      return yield* changing(id, version, Effect.fnUntraced(function*(before, order) {
        // before anything of it is looked at: what is received already has other lines to be wrong about
        yield* StateMachine.transition(machine, before.status, "receive")
        const faults = NamedLines.faultsOf(lines, new Set(before.lines.map(({ lineId }) => lineId)), "return")
        if (faults.length > 0) return yield* new InvalidInput({ faults })
        const came = before.lines.map((line): ReturnLine => {
          const found = lines.find(({ lineId }) => lineId === line.lineId)
          return { ...line, restocked: found?.restock ?? 0, scrapped: found?.scrap ?? 0 }
        })
        const excess = came.flatMap(({ lineId, quantity, restocked, scrapped }) =>
          restocked + scrapped > quantity ? [{ lineId, wanted: restocked + scrapped, left: quantity }] : [])
        if (excess.length > 0) return yield* new ReturnExceedsOrder({ lines: excess })
        const others = (yield* repository.ofOrder(order.id)).filter((each) => each.id !== before.id)
        const claimed = Claim.counted(yield* claims.ofOrder(order.id))
        const back = [...others, ...claimed]
        const paid = ReturnFigures.paidFor(order, came, back)
        yield* restock(before, order, came, locationId)
        const worth = Money.make(Math.max(0, paid - before.restockingFee.amount), order.currency)
        const isPaidAhead = before.exchange?.sentFirst === true
        const pieces = came.map(({ lineId, restocked, scrapped }) =>
          ({ lineId, quantity: restocked + scrapped, returned: ReturnFigures.returned(lineId, back) }))
        const madeUp = isPaidAhead
          ? { order, credited: Money.zero(order.currency) }
          : yield* Effect.catchTag(balance.makeUp(order, pieces, worth, reasonOf(before.id)), "PaymentChangeRefused", () => Effect.undefined)
        if (madeUp === undefined) return yield* InvalidInput.at(["id"], "is of an order whose rest is being paid: receive it once that is known", "payment_pending")
        const amount = Money.subtract(worth, madeUp.credited)
        const parts = ReturnFigures.parts(order, came, back, { amount, credited: madeUp.credited.amount })
        const looked = came.map((line): ReturnLine =>
          Object.assign({}, line, { amount: parts.find(({ lineId }) => lineId === line.lineId)?.amount ?? Money.zero(order.currency) }))
        const received = yield* move(madeUp.order, before, "receive", { lines: looked, amount })
        const exchange = yield* exchanges.complete(madeUp.order, received, amount)
        return exchange === undefined ? received : yield* move(madeUp.order, received, "exchange", { exchange })
      }))
    }),

    refund: Effect.fn("Returns.refund")(function*(id, input = {}) {
      yield* Permission.require("orders:refund")
      yield* StepUp.require
      const { to, version } = yield* decodeRefund(input)
      const claimed = yield* changing(id, version, Effect.fnUntraced(function*(before, order) {
        const isStuck = before.status === "refunding"
          && Timestamp.plus(before.updatedAt, asksWithin) < (yield* Timestamp.now)
        if (before.owed.amount === 0 && (before.status === "received" || before.status === "partially_refunded")) {
          return yield* InvalidInput.at(["id"], "has nothing to give back: close it", "nothing_to_pay")
        }
        const way = to ?? before.refundTo
        if (!isStuck && way !== "original") return yield* credit(before, order, way)
        if (!isStuck) return yield* move(order, before, "refund", { refundTo: way === "outside" ? before.refundTo : way })
        // whoever asked for the money has died; the next version keeps others from asking at the same time
        const again = { ...before, version: before.version + 1, updatedAt: yield* Timestamp.now }
        yield* repository.update(again)
        return again
      }))
      if (claimed.status === "refunded") return yield* find(id)
      const reason = reasonOf(claimed.id)
      const ask = Effect.gen(function*() {
        // what went back before, or is on its way, is not asked for again
        const parts = yield* partsLeft(claimed)
        const named = parts.length === 0 ? {} : { parts }
        if (claimed.owed.amount > 0) yield* payments.refund(claimed.orderId, { amount: claimed.owed, reason, ...named })
        const all = yield* Actor.as(Actor.system("returns"))(payments.refunds(claimed.orderId))
        return all.find((refund) => refund.reason === reason && refund.state !== "failed")?.id ?? null
      })
      const refundId = yield* Effect.tapError(ask, (error) =>
        // what nobody knows the end of is looked into by the next one who asks
        error._tag === "StorageError" ? Effect.void : settle(id, claimed.version, null))
      return yield* settle(id, claimed.version, refundId)
    })
  })))
})

export const layer: Layer.Layer<
  Returns,
  never,
  | ReturnRepository
  | ClaimRepository
  | FulfilmentRepository
  | OrderRepository
  | Inventory
  | InventoryRepository
  | OpenBalance
  | Payments
  | PaymentRepository
  | StoredValueRepository
  | Tenders
  | CartRepository
  | FraudCheck
  | PromotionBooks
  | OrderLifecycle
  | Jobs
  | Stores
  | Events
  | AuditLog
  | Transactor
> = Layer.effect(Returns, make)
