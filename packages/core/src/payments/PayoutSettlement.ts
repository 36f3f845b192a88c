/**
 * What a gateway's word makes of a payout, what of it the shop knows otherwise, and what moves in the books: pure
 * functions, so that every case can be tried.
 *
 * A payout only moves forward: what is paid may still fail, and nothing follows on that.
 */
import { type LedgerEntry, transaction } from "../books/LedgerEntry.ts"
import { add, make, type Money, negate, subtract, zero } from "../kernel/Money.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import * as Ledger from "./Ledger.ts"
import type { Payment } from "./Payment.ts"
import type { GatewayPayout, GatewayPayoutEntry } from "./PaymentGateway.ts"
import type { Payout, PayoutDifference, PayoutSums } from "./Payout.ts"

/** How many differences a payout names. */
const mostDifferences = 100

/** What was read of a payout's entries so far. */
export interface Tally {
  readonly sums: PayoutSums
  readonly entries: number
  /** Fees of all that is no charge and no dispute, which the books do not know from elsewhere. */
  readonly fees: Money
  readonly differences: ReadonlyArray<PayoutDifference>
  readonly differing: number
}

export const nothing = (currency: Money["currency"]): Tally => {
  const none = zero(currency)
  return {
    sums: { charges: none, refunds: none, disputes: none, fees: none, other: none },
    entries: 0,
    fees: none,
    differences: [],
    differing: 0
  }
}

const sumOf = { charge: "charges", refund: "refunds", dispute: "disputes", fee: "fees", other: "other" } as const

/**
 * What the shop knows otherwise of an entry. `booked` is the fee of its payment that the books have already, `beside` what the gateway
 * was asked to give back of it besides what is `refunded`, in minor units: money that came back left the gateway before, and is in its
 * payouts twice, the other way round.
 */
export const compare = (
  entry: GatewayPayoutEntry,
  payment: Payment | undefined,
  booked: Money | undefined,
  beside: { readonly pending: number; readonly failed: number } = { pending: 0, failed: 0 }
): ReadonlyArray<PayoutDifference> => {
  const { amount, fee, kind, paymentReference, reference } = entry
  if (kind === "fee" || kind === "other" || paymentReference === null) return []
  const about = { reference, paymentId: payment?.id ?? null, there: amount }
  if (payment === undefined || payment.captured.amount === 0) return [{ ...about, kind: "missing_here", here: null }]
  const { captured, refunded } = payment
  if (captured.currency !== amount.currency) return [{ ...about, kind: "currency", here: captured }]
  const differences: Array<PayoutDifference> = []
  if (kind === "charge") {
    if (captured.amount !== amount.amount) differences.push({ ...about, kind: "amount", here: captured })
    if (booked !== undefined && (booked.currency !== fee.currency || booked.amount !== fee.amount)) {
      differences.push({ ...about, kind: "fee", here: booked, there: fee })
    }
  }
  if (kind === "refund") {
    const given = refunded.amount + beside.pending + beside.failed
    const isOther = amount.amount > 0 ? amount.amount > beside.failed : -amount.amount > given
    const here = amount.amount > 0 ? beside.failed : -given
    if (isOther) differences.push({ ...about, kind: "refund", here: make(here, refunded.currency) })
  }
  return differences
}

/** The fee of a charge that is not in the books yet, if there is one that can be written there. */
export const unbookedFee = (
  { amount, fee, kind }: GatewayPayoutEntry,
  payment: Payment | undefined,
  booked: Money | undefined
): Money | undefined =>
  kind === "charge" && booked === undefined && fee.amount > 0 && payment !== undefined && payment.captured.amount > 0
    && payment.captured.currency === amount.currency
    ? fee
    : undefined

/** What was read so far, and another entry. */
export const count = (
  tally: Tally,
  { amount, fee, kind }: GatewayPayoutEntry,
  differences: ReadonlyArray<PayoutDifference>
): Tally => {
  const sums = { ...tally.sums, [sumOf[kind]]: add(tally.sums[sumOf[kind]], amount) }
  const own = kind === "fee" ? subtract(fee, amount) : kind === "refund" || kind === "other" ? fee : zero(fee.currency)
  return {
    sums: { ...sums, fees: subtract(sums.fees, fee) },
    entries: tally.entries + 1,
    fees: add(tally.fees, own),
    differences: [...tally.differences, ...differences].slice(0, mostDifferences),
    differing: tally.differing + differences.length
  }
}

const total = ({ charges, disputes, fees, other, refunds }: PayoutSums): Money =>
  [disputes, fees, other, refunds].reduce(add, charges)

/** The tally of all entries, with what is wrong about their sum. */
const whole = (tally: Tally, payout: Payout, said: GatewayPayout): Tally => {
  const sum = total(tally.sums)
  if (!said.itemised || sum.amount === said.amount.amount) return tally
  const difference: PayoutDifference = {
    kind: "sum",
    reference: payout.gatewayReference,
    paymentId: null,
    here: sum,
    there: said.amount
  }
  return {
    ...tally,
    // what is wrong about the whole is said first
    differences: [difference, ...tally.differences].slice(0, mostDifferences),
    differing: tally.differing + 1
  }
}

export interface PayoutMove {
  /** The payout as it becomes; `undefined` if nothing is new. */
  readonly payout: Payout | undefined
  readonly entries: ReadonlyArray<LedgerEntry>
}

const order = { pending: 0, paid: 1, failed: 2 } as const

/** What the payout becomes. `tally`: all of its entries, where they were read. `at` is the time of the change. */
export const settle = (before: Payout, said: GatewayPayout, tally: Tally | undefined, at: Timestamp): PayoutMove => {
  if (order[said.state] < order[before.state]) return { payout: undefined, entries: [] }
  const read = tally === undefined ? undefined : whole(tally, before, said)
  const isTaken = before.complete || read !== undefined
  const after: Payout = {
    ...before,
    state: said.state,
    // what is booked is booked
    amount: before.state === "pending" ? make(said.amount.amount, said.amount.currency) : before.amount,
    arrivesAt: said.arrivesAt,
    complete: isTaken,
    ...(read === undefined ? {} : {
      sums: read.sums,
      entries: read.entries,
      differences: read.differences,
      differing: read.differing
    }),
    version: before.version + 1,
    updatedAt: at
  }
  const { amount } = after
  const move = (name: string, sum: Money) =>
    transaction({ transaction: `${name}:${before.id}`, orderId: null, at }, [
      [Ledger.accounts.bank, sum],
      [Ledger.accounts.gateway(before.gateway), negate(sum)]
    ])
  const entries: Array<LedgerEntry> = []
  if (said.state === "paid" && before.state === "pending") entries.push(...move("payout", amount))
  if (said.state === "failed" && before.state === "paid") entries.push(...move("payout-failed", negate(amount)))
  if (read !== undefined && !before.complete && read.fees.amount !== 0) {
    entries.push(...transaction({ transaction: `payout-fees:${before.id}`, orderId: null, at }, [
      [Ledger.accounts.fees, read.fees],
      [Ledger.accounts.gateway(before.gateway), negate(read.fees)]
    ]))
  }
  return { payout: isSame(before, after) ? undefined : after, entries }
}

const isSame = (before: Payout, after: Payout): boolean => {
  const { updatedAt: _a, version: _b, ...one } = before
  const { updatedAt: _c, version: _d, ...other } = after
  return JSON.stringify(one) === JSON.stringify(other)
}
