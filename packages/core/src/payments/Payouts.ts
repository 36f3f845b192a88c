/**
 * Payouts: every day each gateway is asked what it has sent to the shop's bank and what that is made of. It goes into the
 * books once, with the fees that they do not know yet, and what the shop knows otherwise is told.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Books } from "../books/Books.ts"
import type { LedgerEntry } from "../books/LedgerEntry.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import { zero } from "../kernel/Money.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as StoreCron from "../stores/StoreCron.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import * as Ledger from "./Ledger.ts"
import type { GatewayError, GatewayPart, GatewayPayout, GatewayPayoutEntry, PaymentGateway } from "./PaymentGateway.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import { untilWritten } from "./PaymentRecords.ts"
import { PaymentRepository } from "./PaymentRepository.ts"
import type { GatewayNotFound } from "./PaymentsErrors.ts"
import {
  type CollectedPayouts,
  CollectPayouts,
  ListPayoutEntries,
  ListPayouts,
  type Payout,
  type PayoutEntry,
  PayoutId,
  PayoutNotFound
} from "./Payout.ts"
import * as PayoutEvents from "./PayoutEvents.ts"
import { PayoutRepository } from "./PayoutRepository.ts"
import * as PayoutSettlement from "./PayoutSettlement.ts"

export class Payouts extends Context.Service<Payouts, {
  /** Payouts, the newest first. Needs `payments:read`. */
  readonly list: (
    input?: typeof ListPayouts.Encoded
  ) => Effect.Effect<Page<Payout>, InvalidInput | StorageError | Denied>
  /** A payout by its id, with its sums and what differs. Needs `payments:read`. */
  readonly get: (id: string) => Effect.Effect<Payout, InvalidInput | PayoutNotFound | StorageError | Denied>
  /** What a payout is made of, by the gateway's names. Needs `payments:read`. */
  readonly entries: (
    id: string,
    input?: typeof ListPayoutEntries.Encoded
  ) => Effect.Effect<Page<PayoutEntry>, InvalidInput | PayoutNotFound | StorageError | Denied>
  /**
   * Takes in what the gateways paid out in a span of time, gateways side by side: into the books once, however often it is
   * asked for. Runs every night over the last fourteen days. Needs `payments:write`.
   */
  readonly collect: (
    input?: typeof CollectPayouts.Encoded
  ) => Effect.Effect<ReadonlyArray<CollectedPayouts>, InvalidInput | GatewayNotFound | StorageError | Denied>
}>()("@stoa/core/payments/Payouts") {}

const decodeList = Input.decoder(ListPayouts)
const decodeEntries = Input.decoder(ListPayoutEntries)
const decodeCollect = Input.decoder(CollectPayouts)
const checked = Input.textParameters<Payouts["Service"]>({ get: ["id"], entries: ["id"] })

/** Longer than it takes a bank to send a payout back. */
const usualSpan = "14 days"

const longestDays = 92

/** Parts of a gateway's list, and of the entries of a payout, that one run reads. */
const mostParts = 2_000

/** How long one gateway may keep a run busy; gateways are asked side by side. */
const gatewayShare = "10 minutes"

type Told = NonNullable<PaymentGateway["payouts"]>

/** Whether there is nothing to learn of a payout that is known. */
const isKnown = (before: Payout, { state }: GatewayPayout): boolean =>
  before.state === state && (state === "pending" || (before.complete && before.differing === 0))

const about = ({ amount, gateway, id }: Payout) => ({ payoutId: id, gateway, amount })

export const make = Effect.gen(function*() {
  const repository = yield* PayoutRepository
  const payments = yield* PaymentRepository
  const gateways = yield* PaymentGateways
  const books = yield* Books
  const events = yield* Events
  const audit = yield* AuditLog
  const jobs = yield* Jobs
  const stores = yield* StoreRepository
  const { transaction } = yield* Transactor

  const find = Effect.fnUntraced(function*(id: string) {
    return (yield* repository.find(id)) ?? (yield* new PayoutNotFound({ payout: id.slice(0, 100) }))
  })

  /** Writes a part of a payout's entries, with the fees that the books do not know yet. */
  const takePart = Effect.fnUntraced(function*(
    payout: Payout,
    items: ReadonlyArray<GatewayPayoutEntry>,
    tally: PayoutSettlement.Tally
  ) {
    const references = items.flatMap(({ paymentReference }) => paymentReference ?? [])
    const ours = new Map(
      references.length === 0
        ? []
        : (yield* payments.known(payout.gateway, references, [])).map((payment) => [payment.gatewayReference, payment])
    )
    const ids = [...ours.values()].map(({ id }) => id)
    const booked = yield* payments.fees(ids)
    const beside = yield* payments.besideRefunded(
      items.some(({ kind, paymentReference }) => kind === "refund" && paymentReference !== null) ? ids : []
    )
    const at = yield* Timestamp.now
    const fees: Array<LedgerEntry> = []
    let sum = tally
    const rows = items.map((entry): PayoutEntry => {
      const payment = ours.get(entry.paymentReference)
      const known = payment === undefined ? undefined : booked.get(payment.id)
      const fee = PayoutSettlement.unbookedFee(entry, payment, known)
      if (fee !== undefined && payment !== undefined) fees.push(...Ledger.fee(payment, fee, at))
      sum = PayoutSettlement.count(sum, entry, PayoutSettlement.compare(entry, payment, known, beside.get(payment?.id ?? "")))
      return { ...entry, paymentId: payment?.id ?? null }
    })
    yield* transaction(Effect.gen(function*() {
      yield* repository.addEntries(payout.id, rows)
      yield* books.post(fees)
    }))
    return sum
  })

  /** Reads all that a payout is made of; `undefined` if there is more than one run reads. */
  const takeEntries = Effect.fnUntraced(function*(payout: Payout, { besides, reference }: GatewayPayout, told: Told) {
    let tally = PayoutSettlement.nothing(payout.amount.currency)
    let after: string | null = null
    for (let part = 0; part < mostParts; part++) {
      const { items: one, next }: GatewayPart<GatewayPayoutEntry> = yield* told.entries({ reference, after })
      const items = part === 0 ? [...besides, ...one] : one
      const odd = items.find(({ amount, fee }) =>
        amount.currency !== payout.amount.currency || fee.currency !== payout.amount.currency)
      if (odd !== undefined) {
        yield* Effect.logError("A gateway tells of a payout's entry in another currency than the payout's")
        return undefined
      }
      tally = yield* takePart(payout, items, tally)
      if (next === null) return tally
      after = next
    }
    return undefined
  })

  /** Writes down what a gateway says of a payout; `undefined` if nothing was new. */
  const record = (reference: string, said: GatewayPayout, gateway: string, tally: PayoutSettlement.Tally | undefined) =>
    untilWritten("Payouts.record")(transaction(Effect.gen(function*() {
      const [before] = yield* repository.known(gateway, [reference])
      if (before === undefined) return undefined
      const { entries, payout } = PayoutSettlement.settle(before, said, tally, yield* Timestamp.now)
      if (payout === undefined) return undefined
      yield* repository.update(payout)
      yield* books.post(entries)
      yield* events.publish([
        ...(payout.state === "paid" && before.state !== "paid" ? [PayoutEvents.PayoutPaid.make(payout.id, about(payout))] : []),
        ...(payout.state === "failed" && before.state !== "failed"
          ? [PayoutEvents.PayoutFailed.make(payout.id, about(payout))]
          : []),
        ...(payout.differing > 0 && payout.differing !== before.differing
          ? [PayoutEvents.PayoutDiffers.make(payout.id, { ...about(payout), differing: payout.differing })]
          : [])
      ])
      return payout
    })))

  const firstOf = Effect.fnUntraced(function*(gateway: string, said: GatewayPayout) {
    const none = zero(said.amount.currency)
    const payout: Payout = {
      id: yield* PayoutId.generate,
      gateway,
      gatewayReference: said.reference,
      // what becomes of it is settled once its entries are there
      state: "pending",
      amount: said.amount,
      sums: { charges: none, refunds: none, disputes: none, fees: none, other: none },
      entries: 0,
      itemised: said.itemised,
      complete: false,
      differences: [],
      differing: 0,
      arrivesAt: said.arrivesAt,
      createdAt: said.createdAt,
      updatedAt: yield* Timestamp.now,
      version: 1
    }
    return payout
  })

  const takePayouts = Effect.fnUntraced(function*(gateway: string, told: Told, items: ReadonlyArray<GatewayPayout>) {
    const references = items.map(({ reference }) => reference)
    const before = new Set((yield* repository.known(gateway, references)).map((payout) => payout.gatewayReference))
    const fresh = items.filter(({ reference }) => !before.has(reference))
    if (fresh.length > 0) yield* repository.insert(yield* Effect.forEach(fresh, (said) => firstOf(gateway, said)))
    const known = new Map((yield* repository.known(gateway, references)).map((payout) => [payout.gatewayReference, payout]))
    let taken = fresh.filter(({ state }) => state === "pending").length
    let differing = 0
    for (const said of items) {
      const payout = known.get(said.reference)
      if (payout === undefined || isKnown(payout, said)) continue
      const isThere = said.state !== "pending"
      const none = PayoutSettlement.nothing(payout.amount.currency)
      const tally = isThere ? said.itemised ? yield* takeEntries(payout, said, told) : none : undefined
      if (isThere && tally === undefined) continue
      const after = yield* record(said.reference, said, gateway, tally)
      if (after !== undefined) taken += 1
      if ((after ?? payout).differing > 0) differing += 1
    }
    return { taken, differing }
  })

  const runGateway = Effect.fnUntraced(function*(
    gateway: PaymentGateway,
    told: Told,
    since: Timestamp.Timestamp,
    until: Timestamp.Timestamp
  ) {
    const counted = { gateway: gateway.name, seen: 0, taken: 0, differing: 0, complete: false }
    const work: Effect.Effect<void, GatewayError | StorageError> = Effect.gen(function*() {
      let after: string | null = null
      for (let part = 0; part < mostParts; part++) {
        const { items, next }: GatewayPart<GatewayPayout> = yield* told.list({ since, until, after })
        counted.seen += items.length
        const { differing, taken } = yield* takePayouts(gateway.name, told, items)
        counted.taken += taken
        counted.differing += differing
        after = next
        if (next === null) break
      }
      counted.complete = after === null
    })
    yield* work.pipe(
      Effect.timeoutOrElse({ duration: gatewayShare, orElse: () => Effect.logWarning("A gateway takes too long to tell of payouts") }),
      Effect.catch((error) => Effect.logWarning("The payouts of a gateway were not taken in to the end", error)),
      Effect.annotateLogs({ gateway: gateway.name })
    )
    return counted satisfies CollectedPayouts
  })

  const collect = Effect.fn("Payouts.collect")(function*(input: CollectPayouts): Effect.fn.Return<
    ReadonlyArray<CollectedPayouts>,
    InvalidInput | GatewayNotFound | StorageError
  > {
    const until = input.until ?? Timestamp.plus(yield* Timestamp.now, "1 minute")
    const since = input.since ?? Timestamp.minus(until, usualSpan)
    if (since >= until) return yield* InvalidInput.at(["since"], "must be before until", "before_start")
    if (Timestamp.plus(since, { days: longestDays }) < until) {
      return yield* InvalidInput.at(["since"], `must be at most ${longestDays} days before until`, "outside_period")
    }
    const all = yield* Effect.forEach(input.gateway === undefined ? gateways.names : [input.gateway], gateways.get)
    return yield* Effect.forEach(
      all.flatMap((gateway) => gateway.payouts === undefined ? [] : [[gateway, gateway.payouts] as const]),
      ([gateway, told]) => runGateway(gateway, told, since, until),
      { concurrency: "unbounded" }
    )
  })

  yield* StoreCron.register(jobs, stores, { name: "payments.payouts", cron: "50 3 * * *", run: collect({}) })

  return checked(Payouts.of({
    list: Effect.fn("Payouts.list")(function*(input = {}) {
      yield* Permission.require("payments:read")
      return yield* repository.list(yield* decodeList(input))
    }),

    get: Effect.fn("Payouts.get")(function*(id) {
      yield* Permission.require("payments:read")
      return yield* find(id)
    }),

    entries: Effect.fn("Payouts.entries")(function*(id, input = {}) {
      yield* Permission.require("payments:read")
      const query = yield* decodeEntries(input)
      yield* find(id)
      return yield* repository.entries(id, query)
    }),

    collect: Effect.fnUntraced(function*(input = {}) {
      yield* Permission.require("payments:write")
      const decoded = yield* decodeCollect(input)
      yield* audit.record({ action: "payouts.collect", subject: "payouts", details: { ...decoded } })
      return yield* collect(decoded)
    })
  }))
})

export const layer: Layer.Layer<
  Payouts,
  never,
  AuditLog | Books | Events | Jobs | PaymentGateways | PaymentRepository | PayoutRepository | StoreRepository | Transactor
> = Layer.effect(Payouts, make)
