/**
 * Comparing each gateway's payments of a span of time with the shop's, repairing what is safe, and telling the rest.
 *
 * Safe is what the gateway itself settles: a payment or a refund is asked about once more, as the recovery would; and a fee
 * that is not in the books yet is written there. Money is never moved.
 */
import * as Effect from "effect/Effect"
import { Books } from "../books/Books.ts"
import { Events } from "../events/Events.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Money } from "../kernel/Money.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as Ledger from "./Ledger.ts"
import type { GatewayError, ListedPayment, ListedPayments, PaymentGateway } from "./PaymentGateway.ts"
import { PaymentsDiffer } from "./PaymentEvents.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import { PaymentRepository, type StoredPayment } from "./PaymentRepository.ts"
import type { PaymentRequests } from "./PaymentRequests.ts"
import type { GatewayNotFound } from "./PaymentsErrors.ts"
import {
  compare,
  type Difference,
  DifferenceId,
  type DifferenceKind,
  type Figures,
  figuresHere,
  figuresThere,
  isMoney,
  type Reconciled,
  type ReconcilePayments
} from "./Reconciliation.ts"
import type { Refunds } from "./Refunds.ts"

/** A payment may still be on its way for so long. */
const settlesWithin = "1 hour"

/** Twice a day's run, so that what one run could not do the next one does. */
const usualSpan = "2 days"

const longestDays = 92

/** Parts of a gateway's list, of at most 100 each, that one run looks at. */
const mostParts = 2_000

/** How long one gateway may keep a run busy. */
const gatewayShare = "15 minutes"

const perPart = 100

/** What is found of one payment. */
interface Found {
  readonly reference: string
  readonly paymentId: string | null
  readonly kinds: ReadonlyArray<DifferenceKind>
  readonly repaired: ReadonlyArray<DifferenceKind>
  readonly here: Figures | null
  readonly there: Figures | null
}

export const make = Effect.fnUntraced(function*(requests: PaymentRequests, refunds: Refunds) {
  const repository = yield* PaymentRepository
  const books = yield* Books
  const gateways = yield* PaymentGateways
  const events = yield* Events
  const { transaction } = yield* Transactor

  const now = (payment: StoredPayment) => Effect.map(repository.find(payment.id), (found) => found ?? payment)

  /** Does what is safe about one kind of difference; the payment and its booked fee after it. */
  const repair = Effect.fnUntraced(function*(payment: StoredPayment, kind: DifferenceKind, there: Figures) {
    switch (kind) {
      case "state":
        yield* requests.ask(payment)
        break
      case "refund":
        yield* refunds.ask(payment)
        break
      case "fee":
        if (there.fee !== null) yield* books.post(Ledger.fee(payment, there.fee, yield* Timestamp.now))
        break
      default:
        break
    }
  })

  const examine = Effect.fnUntraced(function*(payment: StoredPayment, listed: ListedPayment, booked: Money | null) {
    const there = figuresThere(listed)
    const before = compare(figuresHere(payment, booked), there)
    if (before.length === 0) return { payment, fee: booked, kinds: before, repaired: before, there }
    let fee = booked
    for (const kind of before) {
      // a fee that is booked otherwise was changed there: a person has to look why
      if (kind === "fee" && booked !== null) continue
      yield* Effect.ignore(repair(payment, kind, there), { log: "Warn" })
      if (kind === "fee") fee = there.fee
    }
    const after = yield* now(payment)
    const kinds = compare(figuresHere(after, fee), there)
    return { payment: after, fee, kinds, repaired: before.filter((kind) => !kinds.includes(kind)), there }
  })

  /** Compares what a gateway says of some payments, in a bounded number of statements. */
  const comparePart = Effect.fnUntraced(function*(gateway: string, listed: ReadonlyArray<ListedPayment>) {
    const ours = yield* repository.known(
      gateway,
      listed.map(({ reference }) => reference),
      listed.flatMap(({ paymentId }) => paymentId ?? [])
    )
    const byReference = new Map(ours.map((payment) => [payment.gatewayReference, payment]))
    const byId = new Map<string, StoredPayment>(ours.map((payment) => [payment.id, payment]))
    const fees = yield* repository.fees(ours.map(({ id }) => id))
    const found: Array<Found> = []
    for (const one of listed) {
      const { paymentId, reference } = one
      const candidate = byReference.get(reference) ?? byId.get(paymentId ?? "")
      // the same payment made twice there is not ours twice
      const payment = candidate?.gatewayReference === null || candidate?.gatewayReference === reference
        ? candidate
        : undefined
      if (payment === undefined) {
        const kinds: ReadonlyArray<DifferenceKind> = isMoney(one) ? ["missing_here"] : []
        found.push({ reference, paymentId, kinds, repaired: [], here: null, there: figuresThere(one) })
        continue
      }
      const { fee, kinds, payment: after, repaired, there } = yield* examine(payment, one, fees.get(payment.id) ?? null)
      found.push({ reference, paymentId: payment.id, kinds, repaired, here: figuresHere(after, fee), there })
    }
    return found
  })

  const note = Effect.fnUntraced(function*(gateway: string, found: ReadonlyArray<Found>) {
    const at = yield* Timestamp.now
    const differences: Array<Difference> = []
    const clean: Array<string> = []
    for (const { here, kinds, paymentId, reference, repaired, there } of found) {
      if (kinds.length === 0) clean.push(reference)
      for (const [status, some] of [["open", kinds], ["repaired", repaired]] as const) {
        for (const kind of some) {
          const id = yield* DifferenceId.generate
          differences.push({ id, gateway, reference, paymentId, kind, status, here, there, firstSeenAt: at, lastSeenAt: at })
        }
      }
    }
    yield* transaction(Effect.gen(function*() {
      if (clean.length > 0) yield* repository.closeDifferences(gateway, clean, at)
      if (differences.length > 0) yield* repository.noteDifferences(differences)
    }))
  })

  /** Payments of the shop that took money and were not in the gateway's list: each is asked about before it is missed. */
  const missed = Effect.fnUntraced(function*(
    gateway: PaymentGateway,
    since: Timestamp.Timestamp,
    until: Timestamp.Timestamp,
    seen: ReadonlySet<string>
  ) {
    const found: Array<Found> = []
    let after = ""
    for (let part = 0; part < mostParts; part++) {
      const ours: ReadonlyArray<StoredPayment> = yield* repository.takenBetween(gateway.name, since, until, after, perPart)
      for (const payment of ours.filter(({ id }) => !seen.has(id))) {
        const { gatewayReference, id, idempotencyKey } = payment
        const there = yield* gateway.retrieve({ paymentId: id, gatewayReference, idempotencyKey })
        if (there !== undefined) continue
        found.push({
          reference: payment.gatewayReference ?? payment.id,
          paymentId: payment.id,
          kinds: ["missing_there"],
          repaired: [],
          here: figuresHere(payment, null),
          there: null
        })
      }
      after = ours.at(-1)?.id ?? ""
      if (ours.length < perPart) break
    }
    return found
  })

  const runGateway = Effect.fnUntraced(function*(
    gateway: PaymentGateway,
    since: Timestamp.Timestamp,
    until: Timestamp.Timestamp
  ) {
    const counted = { gateway: gateway.name, compared: 0, repaired: 0, open: 0, complete: false }
    const count = (found: ReadonlyArray<Found>) => {
      for (const { kinds, repaired } of found) {
        counted.open += kinds.length
        counted.repaired += repaired.length
      }
    }
    const work: Effect.Effect<void, GatewayError | GatewayNotFound | StorageError> = Effect.gen(function*() {
      const seen = new Set<string>()
      let after: string | null = null
      for (let part = 0; part < mostParts; part++) {
        const { items, next }: ListedPayments = yield* gateway.list({ since, until, after })
        const found = yield* comparePart(gateway.name, items)
        for (const { paymentId } of found) if (paymentId !== null) seen.add(paymentId)
        yield* note(gateway.name, found)
        counted.compared += items.length
        count(found)
        after = next
        if (next === null) break
      }
      const absent = yield* missed(gateway, since, until, seen)
      yield* note(gateway.name, absent)
      count(absent)
      counted.complete = after === null
    })
    yield* work.pipe(
      Effect.timeoutOrElse({ duration: gatewayShare, orElse: () => Effect.logWarning("A gateway takes too long to list") }),
      Effect.catch((error) => Effect.logWarning("A gateway could not be compared to the end", error)),
      Effect.annotateLogs({ gateway: gateway.name })
    )
    if (counted.open > 0) {
      yield* events.publish([PaymentsDiffer.make(gateway.name, { gateway: gateway.name, open: counted.open })])
    }
    return counted satisfies Reconciled
  })

  return {
    run: Effect.fn("Payments.reconcile")(function*(input: ReconcilePayments): Effect.fn.Return<
      ReadonlyArray<Reconciled>,
      InvalidInput | GatewayNotFound | StorageError
    > {
      const until = input.until ?? Timestamp.minus(yield* Timestamp.now, settlesWithin)
      const since = input.since ?? Timestamp.minus(until, usualSpan)
      if (since >= until) return yield* InvalidInput.at(["since"], "must be before until", "before_start")
      if (Timestamp.plus(since, { days: longestDays }) < until) {
        return yield* InvalidInput.at(["since"], `must be at most ${longestDays} days before until`, "outside_period")
      }
      const names = input.gateway === undefined ? gateways.names : [input.gateway]
      const all = yield* Effect.forEach(names, gateways.get)
      return yield* Effect.forEach(
        all.filter(({ capabilities }) => capabilities.offline !== true),
        (gateway) => runGateway(gateway, since, until),
        { concurrency: "unbounded" }
      )
    })
  }
})

