/**
 * Claims: making good what went wrong on the way, by sending it again, giving money back, or saying why not.
 *
 * **Details**
 *
 * Never more is claimed and given back than was bought, however many ask at once: whoever opens a claim or decides one holds the
 * order until they are done. A decision is one transaction; what it moves at a gateway is done by a job that is repeated until it is
 * known what became of it.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import type { NotForSale } from "../cart/CartErrors.ts"
import type { CartRepository } from "../cart/CartRepository.ts"
import { Events } from "../events/Events.ts"
import type { FraudCheck } from "../fraud/FraudCheck.ts"
import type { FulfilmentRepository } from "../fulfilment/FulfilmentRepository.ts"
import type { Inventory } from "../inventory/Inventory.ts"
import type { InsufficientStock } from "../inventory/InventoryErrors.ts"
import type { Jobs } from "../jobs/Jobs.ts"
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
import * as NamedLines from "../orders/NamedLines.ts"
import * as OrderAccess from "../orders/OrderAccess.ts"
import * as OrderChange from "../orders/OrderChange.ts"
import { OrderReplaces } from "../orders/OrderEvents.ts"
import type { OrderLifecycle } from "../orders/OrderLifecycle.ts"
import { OrderRepository, type StoredOrder } from "../orders/OrderRepository.ts"
import type { OrderNotFound } from "../orders/OrdersErrors.ts"
import { type InvalidRefund, type PaymentChangeRefused, type PaymentNotFound, RefundExceedsCaptured } from "../payments/PaymentsErrors.ts"
import { OpenBalance } from "../payments/OpenBalance.ts"
import { Payments } from "../payments/Payments.ts"
import type { PricingRule } from "../pricing/Pricing.ts"
import type { PromotionBooks } from "../promotions/PromotionBooks.ts"
import { Stores } from "../stores/Stores.ts"
import * as RefundCredit from "../value/RefundCredit.ts"
import type { StoredValueRepository } from "../value/StoredValueRepository.ts"
import type { Tenders } from "../value/Tenders.ts"
import {
  CancelClaim,
  type Claim,
  claimed,
  type ClaimEvent,
  ClaimId,
  type ClaimLine,
  counted,
  ListClaims,
  machine,
  OpenClaim,
  RefundClaim,
  RejectClaim,
  ReplaceClaim
} from "./Claim.ts"
import { ClaimExceedsOrder, ClaimNotFound } from "./ClaimErrors.ts"
import { ClaimRepository } from "./ClaimRepository.ts"
import * as OrderCase from "./OrderCase.ts"
import * as ReplacementOrders from "./ReplacementOrders.ts"
import type { NewPieces } from "./ReplacementOrders.ts"
import { ReturnRefused } from "./ReturnErrors.ts"
import { ClaimOpened, ClaimStatusChanged } from "./ReturnEvents.ts"
import * as ReturnFigures from "./ReturnFigures.ts"
import { ReturnRepository } from "./ReturnRepository.ts"
import * as SentOrders from "./SentOrders.ts"

/** What any change of a claim can fail with. */
export type ClaimChangeError =
  | InvalidInput
  | ClaimNotFound
  | StateMachine.IllegalTransition
  | VersionConflict
  | StorageError
  | Denied

export class Claims extends Context.Service<Claims, {
  /**
   * Says that pieces of an order that has left and is paid were lost, broken, wrong or missing: its buyer within the store's
   * `claimDays`, staff with `orders:write` at any time.
   */
  readonly open: (
    orderId: string,
    input: typeof OpenClaim.Encoded
  ) => Effect.Effect<Claim, InvalidInput | OrderNotFound | ReturnRefused | ClaimExceedsOrder | StorageError | Denied>
  /** The claims of an order that the caller may see, oldest first. */
  readonly ofOrder: (orderId: string) => Effect.Effect<ReadonlyArray<Claim>, InvalidInput | OrderNotFound | StorageError>
  /** A claim of an order that the caller may see. */
  readonly get: (id: string) => Effect.Effect<Claim, InvalidInput | ClaimNotFound | StorageError>
  /** All claims, the oldest first. Needs `orders:read`. */
  readonly list: (input?: typeof ListClaims.Encoded) => Effect.Effect<Page<Claim>, InvalidInput | StorageError | Denied>
  /** The buyer takes it back. For the buyer, and staff with `orders:write`. */
  readonly cancel: (id: string, input?: typeof CancelClaim.Encoded) => Effect.Effect<Claim, ClaimChangeError>
  /**
   * Sends pieces again for nothing, as an order of their own that is paid from the start: all of them are there, or nothing
   * changes. Needs `orders:write`.
   */
  readonly replace: (
    id: string,
    input?: typeof ReplaceClaim.Encoded
  ) => Effect.Effect<Claim, ClaimChangeError | NotForSale | InsufficientStock>
  /**
   * Gives back what was paid for the pieces, or less, without their coming back: the way it came (by a job), or as credit. Needs
   * `orders:refund`, and of a person a proof that is fresh.
   */
  readonly refund: (id: string, input?: typeof RefundClaim.Encoded) => Effect.Effect<
    Claim,
    ClaimChangeError | PaymentNotFound | RefundExceedsCaptured | InvalidRefund | PaymentChangeRefused | StepUp.StepUpRequired
  >
  /** Does nothing about it, and says why. Needs `orders:write`. */
  readonly reject: (id: string, input: typeof RejectClaim.Encoded) => Effect.Effect<Claim, ClaimChangeError>
}>()("@stoa/core/returns/Claims") {}

const decodeOpen = Input.decoder(OpenClaim)
const decodeList = Input.decoder(ListClaims)
const decodeCancel = Input.decoder(CancelClaim)
const decodeReplace = Input.decoder(ReplaceClaim)
const decodeRefund = Input.decoder(RefundClaim)
const decodeReject = Input.decoder(RejectClaim)

const checked = Input.textParameters<Claims["Service"]>({
  open: ["orderId"],
  ofOrder: ["orderId"],
  get: ["id"],
  cancel: ["id"],
  replace: ["id"],
  refund: ["id"],
  reject: ["id"]
})

/** The pieces that are claimed, as those that were ordered. */
const sameAgain = ({ lines }: Pick<Claim, "lines">, order: StoredOrder): ReadonlyArray<NewPieces> =>
  lines.map(({ lineId, quantity, variantId }) => {
    const like = order.lines.find(({ id }) => id === lineId)
    return { variantId, quantity, ...(like === undefined ? {} : { like }) }
  })

/** What is sent again costs nothing. */
const forNothing: PricingRule = {
  name: "claim",
  apply: (_snapshot, { lines }) => {
    const amount = [...lines.values()].reduce((sum, one) => sum + one, 0)
    return amount === 0 ? [] : [{ amount: -amount, label: "Sent again", target: { type: "lines", lineIds: "all" } }]
  }
}

type Patch = Partial<Pick<Claim, "answer" | "replacementId" | "amount">>

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const repository = yield* ClaimRepository
  const returns = yield* ReturnRepository
  const orders = yield* OrderRepository
  const payments = yield* Payments
  const balance = yield* OpenBalance
  const stores = yield* Stores
  const events = yield* Events
  const audit = yield* AuditLog
  const transactor = yield* Transactor
  const sentOrders = yield* SentOrders.make
  const replacements = yield* ReplacementOrders.make
  const refundCredit = yield* RefundCredit.make

  const hold = OrderChange.hold(orders)
  const visible = OrderAccess.visible(orders)
  const { changing, find, mine } = yield* OrderCase.make(repository, (claimId) => new ClaimNotFound({ claimId }))

  const about = ({ customerId, id, number }: StoredOrder, claimId: string) => ({ orderId: id, number, customerId, claimId })

  /** Ends a claim, in the current transaction, and tells of it. */
  const move = Effect.fnUntraced(function*(order: StoredOrder, before: Claim, event: ClaimEvent, patch: Patch = {}) {
    const status = yield* StateMachine.transition(machine, before.status, event)
    const after: Claim = { ...before, ...patch, status, version: before.version + 1, updatedAt: yield* Timestamp.now }
    yield* repository.update(after)
    const { amount, replacementId } = after
    yield* events.publish([ClaimStatusChanged.make(order.id, {
      ...about(order, after.id),
      from: before.status,
      to: status,
      amount: amount === null ? null : { ...amount },
      replacementId
    })])
    const details = { orderId: order.id, ...(amount === null ? {} : { amount: { ...amount } }), replacementId }
    yield* audit.record({ action: `claim.${event}`, subject: after.id, details })
    return after
  })

  /** Decides on a claim that is not decided yet, before anything of it is looked at. */
  const deciding = <A, E, R>(
    id: string,
    version: number | undefined,
    event: ClaimEvent,
    decide: (before: Claim, order: StoredOrder) => Effect.Effect<A, E, R>
  ) =>
    changing(id, version, (before, order) =>
      Effect.andThen(StateMachine.transition(machine, before.status, event), decide(before, order)))

  /** What was paid for the pieces of a claim, in minor units, and not given back for others of their line. */
  const worthOf = Effect.fnUntraced(function*(order: StoredOrder, { id, lines }: Claim) {
    const others = (yield* repository.ofOrder(order.id)).filter((each) => each.id !== id)
    const all = lines.map(({ lineId, quantity }) => ({ lineId, restocked: 0, scrapped: quantity }))
    return ReturnFigures.paidFor(order, all, [...yield* returns.ofOrder(order.id), ...counted(others)])
  })

  return watched(checked(Claims.of({
    open: Effect.fn("Claims.open")(function*(orderId, input) {
      const { lines } = yield* decodeOpen(input)
      const isOwn = OrderAccess.owns(yield* Actor.CurrentActor, yield* visible(orderId))
      if (!isOwn) yield* Permission.require("orders:write")
      return yield* transactor.transaction(Effect.gen(function*() {
        const order = yield* hold(orderId)
        const sent = yield* sentOrders.pieces(order)
        const { settings: { claimDays } } = yield* stores.current
        if (isOwn && (yield* sentOrders.isOlder(order, claimDays))) return yield* new ReturnRefused({ reason: "window_closed" })
        const known = new Map(order.lines.map((line) => [line.id, line]))
        const faults = NamedLines.faultsOf(lines, new Set(known.keys()), "order")
        if (faults.length > 0) return yield* new InvalidInput({ faults })
        const back = yield* returns.ofOrder(orderId)
        const earlier = yield* repository.ofOrder(orderId)
        const excess = lines.flatMap(({ lineId, quantity }) => {
          const line = known.get(lineId)
          const left = line === undefined
            ? 0
            : Math.max(0, ReturnFigures.left(line, back, sent.get(lineId) ?? 0) - claimed(lineId, earlier))
          return quantity > left ? [{ lineId, wanted: quantity, left }] : []
        })
        if (excess.length > 0) return yield* new ClaimExceedsOrder({ lines: excess })
        const now = yield* Timestamp.now
        const claim: Claim = {
          id: yield* ClaimId.generate,
          orderId: order.id,
          status: machine.initial,
          lines: lines.flatMap(({ lineId, note = null, pictures = [], quantity, reason }): ReadonlyArray<ClaimLine> => {
            const variantId = known.get(lineId)?.variantId
            return variantId === undefined ? [] : [{ lineId, variantId, quantity, reason, note, pictures }]
          }),
          answer: null,
          replacementId: null,
          amount: null,
          version: 1,
          createdAt: now,
          updatedAt: now
        }
        yield* repository.insert(claim)
        yield* events.publish([ClaimOpened.make(order.id, {
          ...about(order, claim.id),
          lines: lines.map(({ lineId, quantity, reason }) => ({ lineId, quantity, reason }))
        })])
        if (!isOwn) yield* audit.record({ action: "claim.open", subject: claim.id, details: { orderId } })
        return claim
      }))
    }),

    ofOrder: Effect.fn("Claims.ofOrder")(function*(orderId) {
      const order = yield* visible(orderId)
      return yield* repository.ofOrder(order.id)
    }),

    get: Effect.fn("Claims.get")((id: string) => Effect.map(mine(id), ({ found }) => found)),

    list: Effect.fn("Claims.list")(function*(input = {}) {
      yield* Permission.require("orders:read")
      return yield* repository.list(yield* decodeList(input))
    }),

    cancel: Effect.fn("Claims.cancel")(function*(id, input = {}) {
      const { version } = yield* decodeCancel(input)
      const seen = yield* mine(id)
      if (!OrderAccess.owns(yield* Actor.CurrentActor, seen.order)) yield* Permission.require("orders:write")
      return yield* deciding(id, version, "cancel", (before, order) => move(order, before, "cancel"))
    }),

    replace: Effect.fn("Claims.replace")(function*(id, input = {}) {
      yield* Permission.require("orders:write")
      const { answer = null, items, version } = yield* decodeReplace(input)
      const seen = yield* find(id)
      const seenOrder = yield* orders.find(seen.orderId)
      if (seenOrder === undefined) return yield* new ClaimNotFound({ claimId: id })
      yield* StateMachine.transition(machine, seen.status, "replace")
      const quote = yield* replacements.quote(seenOrder, items ?? sameAgain(seen, seenOrder), [forNothing])
      return yield* deciding(id, version, "replace", Effect.fnUntraced(function*(before, order) {
        const placed = yield* replacements.place(order, quote, {
          reservedUntil: yield* Timestamp.now,
          note: `Sent again for order ${order.number}`
        })
        const { customerId, id: orderId, number } = placed
        yield* events.publish([OrderReplaces.make(orderId, { orderId, number, customerId, replaced: order.id, because: before.id })])
        return yield* move(order, before, "replace", { answer, replacementId: orderId })
      }))
    }),

    refund: Effect.fn("Claims.refund")(function*(id, input = {}) {
      yield* Permission.require("orders:refund")
      yield* StepUp.require
      const { amount: wanted, answer = null, to = "original", version } = yield* decodeRefund(input)
      return yield* deciding(id, version, "refund", Effect.fnUntraced(function*(before, order) {
        if (wanted !== undefined && wanted.currency !== order.currency) {
          return yield* InvalidInput.at(["amount", "currency"], `must be ${order.currency}`, "other_currency")
        }
        const most = Money.make(yield* worthOf(order, before), order.currency)
        const amount = wanted ?? most
        if (amount.amount === 0) return yield* InvalidInput.at(["amount"], "is nothing: send it again, or reject the claim", "nothing_to_pay")
        if (amount.amount > most.amount) return yield* new RefundExceedsCaptured({ requested: amount, refundable: most })
        const reason = `claim ${before.id}`
        const back = [...yield* returns.ofOrder(order.id), ...counted((yield* repository.ofOrder(order.id)).filter((each) => each.id !== id))]
        const pieces = before.lines.map(({ lineId, quantity }) => ({ lineId, quantity, returned: ReturnFigures.returned(lineId, back) }))
        const madeUp = yield* balance.makeUp(order, pieces, amount, reason)
        if (madeUp === undefined) return yield* InvalidInput.at(["id"], "is of an order whose rest is being paid: decide once that is known", "payment_pending")
        const rest = Money.subtract(amount, madeUp.credited)
        const came = before.lines.map(({ lineId, quantity }) => ({ lineId, restocked: 0, scrapped: quantity }))
        const parts = ReturnFigures.parts(order, came, back, { amount: rest, credited: madeUp.credited.amount })
        if (rest.amount > 0 && to === "store_credit") {
          yield* payments.credit(madeUp.order, rest, reason, yield* refundCredit.give(madeUp.order, rest, reason), parts)
        } else if (rest.amount > 0) {
          const { given } = yield* payments.giveBack(madeUp.order, rest, reason, parts)
          // somebody has given most of it back by hand, or a dispute holds it
          if (given.amount < rest.amount) return yield* new RefundExceedsCaptured({ requested: rest, refundable: given })
        }
        return yield* move(order, before, "refund", { answer, amount })
      }))
    }),

    reject: Effect.fn("Claims.reject")(function*(id, input) {
      yield* Permission.require("orders:write")
      const { answer, version } = yield* decodeReject(input)
      return yield* deciding(id, version, "reject", (before, order) => move(order, before, "reject", { answer }))
    })
  })))
})

export const layer: Layer.Layer<
  Claims,
  never,
  | ClaimRepository
  | ReturnRepository
  | FulfilmentRepository
  | OrderRepository
  | Inventory
  | OpenBalance
  | Payments
  | StoredValueRepository
  | Tenders
  | CartRepository
  | FraudCheck
  | OrderLifecycle
  | PromotionBooks
  | Jobs
  | Stores
  | Events
  | AuditLog
  | Transactor
> = Layer.effect(Claims, make)
