/**
 * Comparing a gateway's payments with the shop's: what can differ, and how it is told. Pure functions, so that every case
 * can be tried.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import { equals, Money, zero } from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import type { Payment } from "./Payment.ts"
import type { ListedPayment } from "./PaymentGateway.ts"

export const DifferenceId = Id.define("dif", "DifferenceId")
export type DifferenceId = typeof DifferenceId.Type

export const DifferenceKind = Schema.Literals([
  /** The gateway took or reserved money that the shop does not know of. */
  "missing_here",
  /** The shop says that money was taken, and the gateway knows no such payment. */
  "missing_there",
  /** Both say that money was taken, but another amount or currency. */
  "amount",
  /** One says that money was taken, or is reserved, and the other that it was not. */
  "state",
  /** Another amount went back. */
  "refund",
  /** What the gateway kept for its work is not in the books, or another amount. */
  "fee"
])
export type DifferenceKind = typeof DifferenceKind.Type

/** `repaired`: by the comparison itself. `gone`: a later comparison did not find it any more. */
export const DifferenceStatus = Schema.Literals(["open", "repaired", "gone"])
export type DifferenceStatus = typeof DifferenceStatus.Type

/** What one side says of a payment. */
export const Figures = Schema.Struct({
  state: Schema.String,
  captured: Money,
  refunded: Money,
  fee: Schema.NullOr(Money)
}).annotate({ identifier: "ReconciliationFigures" })
export interface Figures extends Schema.Schema.Type<typeof Figures> {}

/** A difference that was found, once for each payment and kind however often it is seen. */
export const Difference = Schema.Struct({
  id: DifferenceId,
  gateway: Schema.String,
  /** The gateway's id of the payment. */
  reference: Schema.String,
  paymentId: Schema.NullOr(Schema.String),
  kind: DifferenceKind,
  status: DifferenceStatus,
  here: Schema.NullOr(Figures),
  there: Schema.NullOr(Figures),
  firstSeenAt: Timestamp,
  lastSeenAt: Timestamp
}).annotate({ identifier: "ReconciliationDifference" })
export interface Difference extends Schema.Schema.Type<typeof Difference> {}

/** Which payments to compare: those made from `since` until `until`. The last two days but one hour if left out. */
export const ReconcilePayments = Schema.Struct({
  since: Schema.optionalKey(Timestamp),
  until: Schema.optionalKey(Timestamp),
  /** One gateway instead of all. */
  gateway: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(50)))
}).annotate({ identifier: "ReconcilePayments" })
export interface ReconcilePayments extends Schema.Schema.Type<typeof ReconcilePayments> {}

export const ListDifferences = Schema.Struct({
  ...Page.PageRequest,
  status: Schema.optionalKey(DifferenceStatus),
  kind: Schema.optionalKey(DifferenceKind),
  gateway: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(50)))
}).annotate({ identifier: "ListDifferences" })
export interface ListDifferences extends Schema.Schema.Type<typeof ListDifferences> {}

/** What came of comparing with one gateway. */
export const Reconciled = Schema.Struct({
  gateway: Schema.String,
  compared: Schema.Int,
  repaired: Schema.Int,
  open: Schema.Int,
  /** `false` if the gateway did not answer until the end: run it again. */
  complete: Schema.Boolean
}).annotate({ identifier: "Reconciled" })
export interface Reconciled extends Schema.Schema.Type<typeof Reconciled> {}

type Ours = Pick<Payment, "state" | "captured" | "refunded">

export const figuresHere = ({ captured, refunded, state }: Ours, fee: Money | null): Figures => ({
  state,
  captured,
  refunded,
  fee
})

export const figuresThere = ({ amount, fee, refunded, status }: ListedPayment): Figures => ({
  state: status,
  captured: status === "captured" ? amount : zero(amount.currency),
  refunded,
  fee
})

/** How a payment differs that both sides know. */
export const compare = (here: Figures, there: Figures): ReadonlyArray<DifferenceKind> => {
  const tookHere = here.captured.amount > 0
  const tookThere = there.captured.amount > 0
  if (tookHere !== tookThere) return ["state"]
  if (!tookHere) {
    const reservedHere = here.state === "authorized"
    const reservedThere = there.state === "authorized"
    // what is not decided on one side is not different, but not known yet
    return reservedHere !== reservedThere && there.state !== "processing" ? ["state"] : []
  }
  const kinds: Array<DifferenceKind> = []
  if (!equals(here.captured, there.captured)) kinds.push("amount")
  if (!equals(here.refunded, there.refunded)) kinds.push("refund")
  if (there.fee !== null && there.fee.amount > 0 && (here.fee === null || !equals(here.fee, there.fee))) kinds.push("fee")
  return kinds
}

/** Whether a payment that the shop does not know is one that it should know. */
export const isMoney = ({ status }: ListedPayment): boolean => status === "captured" || status === "authorized"
