/**
 * Disputes: learnt from gateways by webhooks and by asking, or written down by staff; answered with evidence; won or lost.
 * Each step moves the books, and what is disputed cannot be given back as well.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Books } from "../books/Books.ts"
import type { NewEvent } from "../events/DomainEvent.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { OrderLifecycle } from "../orders/OrderLifecycle.ts"
import type { OrderRepository } from "../orders/OrderRepository.ts"
import type { SoldGiftCards } from "../orders/SoldGiftCards.ts"
import * as StoreCron from "../stores/StoreCron.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import {
  CloseDispute,
  type Dispute,
  DisputeDecided,
  DisputeEvidence,
  DisputeId,
  DisputeNotFound,
  InvalidDispute,
  ListDisputes,
  OpenDispute
} from "./Dispute.ts"
import * as DisputeDiscovery from "./DisputeDiscovery.ts"
import * as DisputeEvents from "./DisputeEvents.ts"
import * as GiftCardsOfOrders from "./GiftCardsOfOrders.ts"
import { DisputeRepository } from "./DisputeRepository.ts"
import * as DisputeSettlement from "./DisputeSettlement.ts"
import type { GatewayDispute, GatewayError } from "./PaymentGateway.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import type { PaymentGuards } from "./PaymentGuards.ts"
import { untilWritten } from "./PaymentRecords.ts"
import { PaymentRepository, type StoredPayment } from "./PaymentRepository.ts"
import { settled } from "./PaymentRequests.ts"
import { type GatewayNotFound, PaymentNotFound } from "./PaymentsErrors.ts"
import * as WaitingRefunds from "./WaitingRefunds.ts"
import { type DisputeUnmatched, ListUnmatchedDisputes, MatchDispute, type UnmatchedDispute } from "./UnmatchedDispute.ts"

export class Disputes extends Context.Service<Disputes, {
  /** Disputes, newest first. Needs `payments:read`. */
  readonly list: (
    input?: typeof ListDisputes.Encoded
  ) => Effect.Effect<Page<Dispute>, InvalidInput | StorageError | Denied>
  /** A dispute by its id. Needs `payments:read`. */
  readonly get: (id: string) => Effect.Effect<Dispute, InvalidInput | DisputeNotFound | StorageError | Denied>
  /** Writes a dispute down, of a gateway that does not tell of it by itself. Needs `payments:write`. */
  readonly open: (
    input: typeof OpenDispute.Encoded
  ) => Effect.Effect<Dispute, InvalidInput | PaymentNotFound | InvalidDispute | StorageError | Denied>
  /**
   * Says why the money is the shop's: kept here, and handed to the gateway where it takes that. If the gateway does not
   * answer, what was said is kept; say it again. Needs `payments:write`.
   */
  readonly answer: (
    id: string,
    evidence: typeof DisputeEvidence.Encoded
  ) => Effect.Effect<
    Dispute,
    InvalidInput | DisputeNotFound | DisputeDecided | GatewayNotFound | GatewayError | StorageError | Denied
  >
  /** Says how a dispute ended, of a gateway that does not tell it by itself. Needs `payments:write`. */
  readonly close: (
    id: string,
    input: typeof CloseDispute.Encoded
  ) => Effect.Effect<Dispute, InvalidInput | DisputeNotFound | DisputeDecided | InvalidDispute | StorageError | Denied>
  /**
   * Disputes that a gateway tells of and the shop cannot place, in the order of their references. After some days only a
   * person asks about them. Needs `payments:read`.
   */
  readonly unmatched: (
    input?: typeof ListUnmatchedDisputes.Encoded
  ) => Effect.Effect<Page<UnmatchedDispute>, InvalidInput | StorageError | Denied>
  /** Asks the gateway about one of these now. Needs `payments:write`. */
  readonly match: (
    input: typeof MatchDispute.Encoded
  ) => Effect.Effect<Dispute, InvalidInput | DisputeUnmatched | GatewayNotFound | GatewayError | StorageError | Denied>
  /**
   * Asks a gateway about one of its disputes and writes down what it says. `undefined`: neither it nor its payment is
   * known. For the engine's own use: it asks for no permission.
   */
  readonly learn: (
    gateway: string,
    reference: string
  ) => Effect.Effect<Dispute | undefined, GatewayNotFound | GatewayError | StorageError>
}>()("@stoa/core/payments/Disputes") {}

const decodeList = Input.decoder(ListDisputes)
const decodeOpen = Input.decoder(OpenDispute)
const decodeEvidence = Input.decoder(DisputeEvidence)
const decodeClose = Input.decoder(CloseDispute)
const decodeUnmatched = Input.decoder(ListUnmatchedDisputes)
const decodeMatch = Input.decoder(MatchDispute)

const checked = Input.textParameters<Disputes["Service"]>({ get: ["id"], answer: ["id"], close: ["id"] })

/** Undecided disputes of a gateway that are asked about in one run. */
const perRun = 100

const about = ({ amount, gateway, id, orderId, paymentId }: Dispute) => ({ disputeId: id, paymentId, orderId, gateway, amount })

const told = (dispute: Dispute): NewEvent | undefined => {
  switch (dispute.state) {
    case "needs_response":
      return undefined
    case "under_review":
      return DisputeEvents.DisputeAnswered.make(dispute.id, about(dispute))
    case "won":
      return DisputeEvents.DisputeWon.make(dispute.id, about(dispute))
    case "lost":
      return DisputeEvents.DisputeLost.make(dispute.id, about(dispute))
  }
}

export const make = Effect.gen(function*() {
  const repository = yield* DisputeRepository
  const payments = yield* PaymentRepository
  const gateways = yield* PaymentGateways
  const lifecycle = yield* OrderLifecycle
  const books = yield* Books
  const events = yield* Events
  const audit = yield* AuditLog
  const jobs = yield* Jobs
  const stores = yield* StoreRepository
  const giftCards = yield* GiftCardsOfOrders.make
  const waiting = yield* WaitingRefunds.make
  const { transaction } = yield* Transactor

  const find = Effect.fnUntraced(function*(id: string) {
    return (yield* repository.find(id)) ?? (yield* new DisputeNotFound({ dispute: id.slice(0, 100) }))
  })

  const paymentOf = (id: string) =>
    Effect.flatMap(payments.find(id), (payment) =>
      payment === undefined ? Effect.die(new PaymentNotFound({ payment: id })) : Effect.succeed(payment))

  /** Whether the gateway tells how its disputes end. */
  const tells = (gateway: string, reference: string | null) =>
    reference !== null && gateways.find(gateway)?.disputes !== undefined

  /** Another version of the payment each time, so that a refund at the same time reads what is left, or what waits, again. */
  const claim = (payment: StoredPayment, by: number, at: Timestamp.Timestamp) => {
    const claimed: StoredPayment = {
      ...payment,
      disputed: { amount: (payment.disputed?.amount ?? 0) + by, currency: payment.captured.currency },
      version: payment.version + 1,
      updatedAt: at
    }
    return Effect.as(payments.update(claimed), claimed)
  }

  const begin = Effect.fnUntraced(function*(dispute: Dispute, payment: StoredPayment) {
    const move = DisputeSettlement.open(dispute, payment)
    const first = move.dispute ?? dispute
    yield* repository.insert(first)
    yield* claim(payment, move.disputed, first.updatedAt)
    yield* books.post(move.entries)
    const more = told(first)
    yield* events.publish([
      DisputeEvents.DisputeOpened.make(first.id, { ...about(first), reason: first.reason, respondBy: first.respondBy }),
      ...(more === undefined ? [] : [more])
    ])
    if (first.state !== "won") yield* Effect.catchTag(lifecycle.disputed(payment.orderId), "OrderNotFound", Effect.die)
    if (first.state === "lost") yield* giftCards.disputeLost(payment.orderId)
    return first
  })

  const goOn = Effect.fnUntraced(function*(before: Dispute, news: DisputeSettlement.DisputeNews, evidence?: DisputeEvidence) {
    const payment = yield* paymentOf(before.paymentId)
    const at = yield* Timestamp.now
    const move = DisputeSettlement.settle(before, news, payment, at)
    if (move.dispute === undefined && evidence === undefined) return before
    const after: Dispute = {
      ...(move.dispute ?? { ...before, version: before.version + 1, updatedAt: at }),
      ...(evidence === undefined ? {} : { evidence })
    }
    yield* repository.update(after)
    yield* books.post(move.entries)
    if (after.state === before.state) return after
    const claimed = yield* claim(payment, move.disputed, at)
    const event = told(after)
    if (event !== undefined) yield* events.publish([event])
    if (after.state === "won") yield* waiting.release(claimed)
    if (after.state === "won" || after.state === "lost") {
      // of several disputes about more than was paid, the last one to be decided may leave something that nothing brings back
      yield* waiting.close(claimed)
      yield* after.state === "won" ? giftCards.disputeWon(after.orderId) : giftCards.disputeLost(after.orderId)
    }
    return after
  })

  const newsOf = ({ amount, fee, respondBy, status, withdrawn }: GatewayDispute): DisputeSettlement.DisputeNews => ({
    state: status,
    withdrawn,
    fee: fee?.currency === amount.currency ? fee : null,
    respondBy
  })

  /** Writes down what a gateway says of one of its disputes. */
  const record = (gateway: string, said: GatewayDispute, evidence?: DisputeEvidence) =>
    untilWritten("Disputes.record")(transaction(Effect.gen(function*() {
      const before = yield* repository.findByReference(gateway, said.reference)
      if (before !== undefined) return yield* goOn(before, newsOf(said), evidence)
      const payment = yield* payments.findByReference(said.paymentReference, gateway)
      if (payment === undefined) return undefined
      if (payment.captured.currency !== said.amount.currency) {
        yield* Effect.logError("A gateway tells of a dispute in another currency than its payment's").pipe(
          Effect.annotateLogs({ gateway, paymentId: payment.id })
        )
        return undefined
      }
      const at = yield* Timestamp.now
      yield* repository.forgetUnmatched(gateway, said.reference)
      const { fee, respondBy, state, withdrawn } = newsOf(said)
      return yield* begin({
        id: yield* DisputeId.generate,
        paymentId: payment.id,
        orderId: payment.orderId,
        gateway,
        gatewayReference: said.reference,
        state,
        amount: said.amount,
        fee,
        withdrawn,
        reason: said.reason,
        respondBy,
        evidence: null,
        version: 1,
        createdAt: at,
        updatedAt: at
      }, payment)
    })))

  const learn: Disputes["Service"]["learn"] = Effect.fn("Disputes.learn")(function*(name, reference) {
    const gateway = yield* gateways.get(name)
    if (gateway.disputes === undefined) return undefined
    return yield* settled(gateway.disputes.retrieve(reference), (said) =>
      said === undefined ? Effect.undefined : record(name, said))
  })

  const { discover, match } = yield* DisputeDiscovery.make(learn)

  /** Asks about what is new or undecided, as a webhook may have been lost. */
  const recover = Effect.gen(function*() {
    const before = Timestamp.minus(yield* Timestamp.now, "50 minutes")
    yield* Effect.forEach(
      gateways.names.filter((name) => gateways.find(name)?.disputes !== undefined),
      Effect.fnUntraced(function*(name) {
        const told = gateways.find(name)?.disputes
        if (told !== undefined) {
          yield* Effect.ignore(discover(name, told), { log: "Warn", message: "A gateway was not asked about new disputes" })
        }
        for (const { gatewayReference, id } of yield* repository.undecided(name, before, perRun)) {
          if (gatewayReference === null) continue
          yield* Effect.ignore(learn(name, gatewayReference), { log: "Warn", message: "A gateway was not asked about a dispute" })
          yield* repository.touch(id, yield* Timestamp.now)
        }
      }),
      { concurrency: "unbounded", discard: true }
    )
  })

  yield* StoreCron.register(jobs, stores, { name: "payments.disputes", cron: "20 * * * *", run: recover })

  return checked(Disputes.of({
    learn,

    list: Effect.fn("Disputes.list")(function*(input = {}) {
      yield* Permission.require("payments:read")
      return yield* repository.list(yield* decodeList(input))
    }),

    unmatched: Effect.fn("Disputes.unmatched")(function*(input = {}) {
      yield* Permission.require("payments:read")
      return yield* repository.listUnmatched(yield* decodeUnmatched(input))
    }),

    match: Effect.fn("Disputes.match")(function*(input) {
      yield* Permission.require("payments:write")
      return yield* match(yield* decodeMatch(input))
    }),

    get: Effect.fn("Disputes.get")(function*(id) {
      yield* Permission.require("payments:read")
      return yield* find(id)
    }),

    open: Effect.fn("Disputes.open")(function*(input) {
      yield* Permission.require("payments:write")
      const { amount, fee, paymentId, reason, respondBy, withdrawn } = yield* decodeOpen(input)
      const id = yield* DisputeId.generate
      return yield* untilWritten("Disputes.open")(transaction(Effect.gen(function*() {
        const payment = (yield* payments.find(paymentId)) ?? (yield* new PaymentNotFound({ payment: paymentId }))
        if (gateways.find(payment.gateway)?.disputes !== undefined) return yield* new InvalidDispute({ reason: "gateway_tells" })
        const left = payment.captured.amount - (payment.disputed?.amount ?? 0)
        const wanted = amount ?? { amount: left, currency: payment.captured.currency }
        if ([wanted, fee].some((money) => money !== undefined && money.currency !== payment.captured.currency)) {
          return yield* new InvalidDispute({ reason: "currency" })
        }
        if (wanted.amount <= 0 || wanted.amount > left) return yield* new InvalidDispute({ reason: "amount" })
        const at = yield* Timestamp.now
        yield* audit.record({ action: "dispute.open", subject: id, details: { paymentId, amount: { ...wanted } } })
        return yield* begin({
          id,
          paymentId,
          orderId: payment.orderId,
          gateway: payment.gateway,
          gatewayReference: null,
          state: "needs_response",
          amount: wanted,
          fee: fee ?? null,
          withdrawn: withdrawn ?? true,
          reason,
          respondBy: respondBy ?? null,
          evidence: null,
          version: 1,
          createdAt: at,
          updatedAt: at
        }, payment)
      })))
    }),

    answer: Effect.fn("Disputes.answer")(function*(id, input) {
      yield* Permission.require("payments:write")
      const evidence = yield* decodeEvidence(input)
      // kept before the gateway hears of it, so that nobody has to write it twice
      const kept = yield* untilWritten("Disputes.answer")(transaction(Effect.gen(function*() {
        const before = yield* find(id)
        if (before.state === "won" || before.state === "lost") return yield* new DisputeDecided({ dispute: id, state: before.state })
        yield* audit.record({ action: "dispute.answer", subject: id })
        const state = tells(before.gateway, before.gatewayReference) ? before.state : "under_review"
        return yield* goOn(before, { ...before, state }, evidence)
      })))
      const { gateway: name, gatewayReference: reference } = kept
      if (reference === null || !tells(name, reference)) return kept
      const { disputes } = yield* gateways.get(name)
      if (disputes === undefined) return kept
      const submitted = disputes.submit({
        reference,
        idempotencyKey: `${id}:evidence:${kept.version}`,
        text: evidence.text,
        files: evidence.files ?? []
      })
      return (yield* settled(submitted, (said) => record(name, said))) ?? kept
    }),

    close: Effect.fn("Disputes.close")(function*(id, input) {
      yield* Permission.require("payments:write")
      const { outcome } = yield* decodeClose(input)
      return yield* untilWritten("Disputes.close")(transaction(Effect.gen(function*() {
        const before = yield* find(id)
        if (tells(before.gateway, before.gatewayReference)) return yield* new InvalidDispute({ reason: "gateway_tells" })
        if (before.state === "won" || before.state === "lost") return yield* new DisputeDecided({ dispute: id, state: before.state })
        yield* audit.record({ action: "dispute.close", subject: id, details: { outcome } })
        return yield* goOn(before, { ...before, state: outcome })
      })))
    })
  }))
})

export const layer: Layer.Layer<
  Disputes,
  never,
  | AuditLog
  | Books
  | DisputeRepository
  | Events
  | Jobs
  | OrderLifecycle
  | OrderRepository
  | PaymentGateways
  | PaymentGuards
  | PaymentRepository
  | SoldGiftCards
  | StoreRepository
  | Transactor
> = Layer.effect(Disputes, make)
