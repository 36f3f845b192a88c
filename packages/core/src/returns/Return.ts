/**
 * A return: pieces of an order that its buyer wants to give back, and what becomes of them and of their money.
 */
import * as Schema from "effect/Schema"
import { VariantId } from "../catalog/Product.ts"
import { LocationId } from "../inventory/Stock.ts"
import * as Id from "../kernel/Id.ts"
import { Money, NonNegative } from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { PictureName } from "../media/PictureName.ts"
import type { RefundPart } from "../payments/RefundPart.ts"
import { OrderId, OrderLineId } from "../orders/Order.ts"

export const ReturnId = Id.define("ret", "ReturnId")
export type ReturnId = typeof ReturnId.Type

/**
 * What a return goes through. `refunding` is the moment in which the money is asked for; if that is refused, the return is
 * `received` as before, and if only a part of it is, `partially_refunded`, also where a gateway refuses later what was on its way.
 * What is closed was received, and no more money goes back for it; what is exchanged has paid for other pieces.
 */
export const machine = StateMachine.make({
  name: "return",
  initial: "requested",
  table: {
    requested: { approve: "approved", reject: "rejected", cancel: "cancelled" },
    approved: { receive: "received", cancel: "cancelled" },
    received: { refund: "refunding", close: "closed", exchange: "exchanged" },
    refunding: { give_back: "refunded", give_part: "partially_refunded", refuse: "received" },
    partially_refunded: { refund: "refunding", close: "closed" },
    refunded: { fall_short: "partially_refunded", refuse: "received" },
    exchanged: {},
    closed: {},
    rejected: {},
    cancelled: {}
  }
})

export const ReturnStatus = Schema.Literals([
  "requested",
  "approved",
  "received",
  "refunding",
  "partially_refunded",
  "refunded",
  "exchanged",
  "closed",
  "rejected",
  "cancelled"
])
export type ReturnStatus = typeof ReturnStatus.Type

export type ReturnEvent =
  | "approve"
  | "reject"
  | "cancel"
  | "receive"
  | "refund"
  | "close"
  | "give_back"
  | "give_part"
  | "fall_short"
  | "refuse"
  | "exchange"

export const ReturnReason = Schema.Literals([
  "damaged",
  "defective",
  "wrong_item",
  "not_as_described",
  "does_not_fit",
  "changed_mind",
  "too_late",
  "other"
])

/** What becomes of the money: `original` goes back the way it came, `store_credit` is for the buyer to spend in the shop. */
export const RefundTarget = Schema.Literals(["original", "store_credit"])
export type RefundTarget = typeof RefundTarget.Type

const pieces = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000_000 }))
const count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000_000 }))

/** What pictures of a piece are called where the shop keeps them. */
const pictures = Schema.Array(PictureName).check(Schema.isMaxLength(10))

export const ReturnLine = Schema.Struct({
  lineId: OrderLineId,
  variantId: VariantId,
  /** How many the buyer wants to give back. */
  quantity: Schema.Int,
  reason: ReturnReason,
  note: Schema.NullOr(Schema.String),
  pictures: Schema.Array(Schema.String),
  /** How many of those that came are fit to be sold again, and went back into stock. */
  restocked: Schema.Int,
  /** How many came and are not. */
  scrapped: Schema.Int,
  /** What of the return's `amount` is for it; left out until it has come, and of returns from before it was kept. */
  amount: Schema.optionalKey(Money)
}).annotate({ identifier: "ReturnLine" })
export interface ReturnLine extends Schema.Schema.Type<typeof ReturnLine> {}

/** Pieces of a variant that are wanted instead. */
export const ExchangeItem = Schema.Struct({
  variantId: VariantId,
  quantity: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))
}).annotate({ identifier: "ExchangeItem" })

/** By what the pieces of a return are replaced. */
export const ReturnExchange = Schema.Struct({
  items: Schema.Array(ExchangeItem),
  /** The order of the new pieces; `null` until the return is approved. */
  orderId: Schema.NullOr(OrderId),
  /** What of the money that was paid for the old pieces went over to it; `null` until then. */
  credit: Schema.NullOr(Money),
  /** The gift card that carries it, on which it is again if the new order is cancelled. */
  cardId: Schema.NullOr(Schema.String),
  /** Whether the money went over before the old pieces had come. */
  sentFirst: Schema.Boolean
}).annotate({ identifier: "ReturnExchange" })
export interface ReturnExchange extends Schema.Schema.Type<typeof ReturnExchange> {}

export const Return = Schema.Struct({
  id: ReturnId,
  orderId: OrderId,
  status: ReturnStatus,
  lines: Schema.Array(ReturnLine),
  /** What the buyer sends it with: the carrier's label, or how to do it. */
  label: Schema.NullOr(Schema.String),
  /** What the shop keeps for its trouble. */
  restockingFee: Money,
  /** What was paid for the pieces that came, less the fee and what of the order was not paid yet; `null` until they have come. */
  amount: Schema.NullOr(Money),
  /** By what the pieces are replaced; `null` if they are not. */
  exchange: Schema.NullOr(ReturnExchange),
  /** How the buyer wants it back, or got it. */
  refundTo: RefundTarget,
  /** The refund that gave the money back, or the first of them. */
  refundId: Schema.NullOr(Schema.String),
  /** What went back for it, or is on its way. */
  refunded: Money,
  /** What is still to go back for it. */
  owed: Money,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Return" })
export interface Return extends Schema.Schema.Type<typeof Return> {}

/** What is still to go back for a return: what was worked out, less what went back. */
export const owedOf = ({ amount, refunded, status }: Pick<Return, "amount" | "refunded" | "status">): Money => ({
  amount: amount === null || status === "closed" || status === "exchanged" ? 0 : Math.max(0, amount.amount - refunded.amount),
  currency: refunded.currency
})

/** What of a return's `amount` is for which line, as far as it was kept. */
export const partsOf = ({ lines }: Pick<Return, "lines">): ReadonlyArray<RefundPart> =>
  lines.flatMap(({ amount, lineId }) => amount === undefined || amount.amount === 0 ? [] : [{ lineId, amount }])

/** What the buyer wants to give back. */
export const RequestReturn = Schema.Struct({
  lines: Schema.Array(Schema.Struct({
    lineId: OrderLineId,
    quantity: pieces,
    reason: ReturnReason,
    note: Schema.optionalKey(Schema.NullOr(text(1_000))),
    pictures: Schema.optionalKey(pictures)
  })).check(Schema.isMinLength(1), Schema.isMaxLength(500)),
  /** What the buyer wants instead, each variant once; the money if it is left out. */
  exchange: Schema.optionalKey(Schema.Array(ExchangeItem).check(Schema.isMinLength(1), Schema.isMaxLength(100))),
  /** How the buyer wants the money back; the way it came if it is left out. Staff decide. */
  refundTo: Schema.optionalKey(RefundTarget),
  /** Why what was sold for good is taken back all the same. For staff only. */
  exception: Schema.optionalKey(name(500))
}).annotate({ identifier: "RequestReturn" })
export interface RequestReturn extends Schema.Schema.Type<typeof RequestReturn> {}

const version = Schema.optionalKey(Version)

export const ApproveReturn = Schema.Struct({
  label: Schema.optionalKey(Schema.NullOr(text(2_000))),
  restockingFee: Schema.optionalKey(NonNegative),
  version
}).annotate({ identifier: "ApproveReturn" })

/** Why a return ends, for the timeline of the order. */
export const EndReturn = Schema.Struct({ reason: Schema.optionalKey(text(500)), version }).annotate({ identifier: "EndReturn" })

/** What has come, line by line, after somebody looked at it. */
export const ReceiveReturn = Schema.Struct({
  lines: Schema.Array(Schema.Struct({ lineId: OrderLineId, restock: count, scrap: count })).check(
    Schema.isMinLength(1),
    Schema.isMaxLength(500)
  ),
  /** Where it goes back into stock; the location with the highest priority if it is left out. */
  locationId: Schema.optionalKey(LocationId),
  version
}).annotate({ identifier: "ReceiveReturn" })
export interface ReceiveReturn extends Schema.Schema.Type<typeof ReceiveReturn> {}

/**
 * How the money goes back; as the buyer asked if it is left out. `outside`: somebody has paid it by hand, past the shop, which only
 * writes it down.
 */
export const RefundReturn = Schema.Struct({
  to: Schema.optionalKey(Schema.Literals([...RefundTarget.literals, "outside"])),
  version
}).annotate({ identifier: "RefundReturn" })

/** What to list, the oldest first: what waits longest is worked on first. */
export const ListReturns = Schema.Struct({
  ...Page.PageRequest,
  status: Schema.optionalKey(ReturnStatus)
}).annotate({ identifier: "ListReturns" })
export interface ListReturns extends Schema.Schema.Type<typeof ListReturns> {}
