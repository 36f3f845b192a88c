/**
 * A claim: that pieces of an order were lost, came broken, were others than ordered or were not in the parcel, and what becomes of
 * it. Nothing has to come back for it.
 */
import * as Schema from "effect/Schema"
import { VariantId } from "../catalog/Product.ts"
import * as Id from "../kernel/Id.ts"
import { Money, NonNegative } from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { PictureName } from "../media/PictureName.ts"
import { OrderId, OrderLineId } from "../orders/Order.ts"
import { ExchangeItem, RefundTarget } from "./Return.ts"
import type { Counted } from "./ReturnFigures.ts"

export const ClaimId = Id.define("clm", "ClaimId")
export type ClaimId = typeof ClaimId.Type

/** What a claim goes through: it is open until somebody has decided, and that is its end. */
export const machine = StateMachine.make({
  name: "claim",
  initial: "open",
  table: {
    open: { replace: "replaced", refund: "refunded", reject: "rejected", cancel: "cancelled" },
    replaced: {},
    refunded: {},
    rejected: {},
    cancelled: {}
  }
})

export const ClaimStatus = Schema.Literals(["open", "replaced", "refunded", "rejected", "cancelled"])
export type ClaimStatus = typeof ClaimStatus.Type

export type ClaimEvent = "replace" | "refund" | "reject" | "cancel"

export const ClaimReason = Schema.Literals(["lost", "damaged", "wrong_item", "missing_item"])

export const ClaimLine = Schema.Struct({
  lineId: OrderLineId,
  variantId: VariantId,
  quantity: Schema.Int,
  reason: ClaimReason,
  note: Schema.NullOr(Schema.String),
  pictures: Schema.Array(Schema.String)
}).annotate({ identifier: "ClaimLine" })
export interface ClaimLine extends Schema.Schema.Type<typeof ClaimLine> {}

export const Claim = Schema.Struct({
  id: ClaimId,
  orderId: OrderId,
  status: ClaimStatus,
  lines: Schema.Array(ClaimLine),
  /** What the buyer is told of the decision. */
  answer: Schema.NullOr(Schema.String),
  /** The order of the pieces that are sent again. */
  replacementId: Schema.NullOr(OrderId),
  /** What goes back. */
  amount: Schema.NullOr(Money),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Claim" })
export interface Claim extends Schema.Schema.Type<typeof Claim> {}

const pieces = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000_000 }))
const version = Schema.optionalKey(Version)

/** What is wrong with which pieces. */
export const OpenClaim = Schema.Struct({
  lines: Schema.Array(Schema.Struct({
    lineId: OrderLineId,
    quantity: pieces,
    reason: ClaimReason,
    note: Schema.optionalKey(Schema.NullOr(text(1_000))),
    pictures: Schema.optionalKey(Schema.Array(PictureName).check(Schema.isMaxLength(10)))
  })).check(Schema.isMinLength(1), Schema.isMaxLength(500))
}).annotate({ identifier: "OpenClaim" })

export const CancelClaim = Schema.Struct({ version }).annotate({ identifier: "CancelClaim" })

/** What is sent again for nothing: the same pieces if nothing is named. */
export const ReplaceClaim = Schema.Struct({
  items: Schema.optionalKey(Schema.Array(ExchangeItem).check(Schema.isMinLength(1), Schema.isMaxLength(100))),
  answer: Schema.optionalKey(text(1_000)),
  version
}).annotate({ identifier: "ReplaceClaim" })

/** What goes back: all that was paid for the pieces if no amount is named, and the way that it came if nothing is said. */
export const RefundClaim = Schema.Struct({
  amount: Schema.optionalKey(NonNegative),
  to: Schema.optionalKey(RefundTarget),
  answer: Schema.optionalKey(text(1_000)),
  version
}).annotate({ identifier: "RefundClaim" })

/** Why nothing is done, in words for the buyer. */
export const RejectClaim = Schema.Struct({ answer: name(1_000), version }).annotate({ identifier: "RejectClaim" })

/** What to list, the oldest first: what waits longest is decided first. */
export const ListClaims = Schema.Struct({
  ...Page.PageRequest,
  status: Schema.optionalKey(ClaimStatus)
}).annotate({ identifier: "ListClaims" })
export interface ListClaims extends Schema.Schema.Type<typeof ListClaims> {}

/**
 * Claims as returns count them: pieces whose money went back, or may, cannot be given back as well. What was sent again can, once:
 * the buyer has got it.
 */
export const counted = (claims: ReadonlyArray<Claim>): ReadonlyArray<Counted> =>
  claims.flatMap(({ lines, status }): ReadonlyArray<Counted> => {
    if (status !== "open" && status !== "refunded") return []
    const isOver = status === "refunded"
    return [{
      status: isOver ? "refunded" : "requested",
      lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity, restocked: 0, scrapped: isOver ? quantity : 0 }))
    }]
  })

/** How many pieces of a line are in claims that were not refused or taken back. */
export const claimed = (lineId: string, claims: ReadonlyArray<Claim>): number =>
  claims.reduce((sum, { lines, status }) =>
    status === "rejected" || status === "cancelled"
      ? sum
      : lines.reduce((all, line) => line.lineId === lineId ? all + line.quantity : all, sum), 0)
