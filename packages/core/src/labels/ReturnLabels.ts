/**
 * Labels with which buyers send back what they return, bought from the carriers of the engine. What is asked is a row before the carrier
 * hears of it, and the label's id is the key of the purchase: whatever is cut off between is asked again and buys nothing twice.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import * as OrderChange from "../orders/OrderChange.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import type { Return } from "../returns/Return.ts"
import { ReturnNotFound } from "../returns/ReturnErrors.ts"
import { ReturnStatusChanged } from "../returns/ReturnEvents.ts"
import * as OrderCase from "../returns/OrderCase.ts"
import { ReturnRepository } from "../returns/ReturnRepository.ts"
import type { CarrierLabel, CarrierNotFound } from "../shipping/Carrier.ts"
import { Carriers } from "../shipping/Carriers.ts"
import { ShippingRepository } from "../shipping/ShippingRepository.ts"
import { Stores } from "../stores/Stores.ts"
import * as Label from "./Label.ts"
import * as LabelAsking from "./LabelAsking.ts"
import { BuyReturnLabel, type ReturnLabel, ReturnLabelId } from "./ReturnLabel.ts"
import { ReturnLabelNeedsParcels, ReturnLabelNotFound, ReturnLabelNotPossible, ReturnLabelTaken } from "./ReturnLabelErrors.ts"
import { ReturnLabelBought, ReturnLabelFailed, ReturnLabelVoided } from "./ReturnLabelEvents.ts"
import { ReturnLabelRepository, type StoredReturnLabel } from "./ReturnLabelRepository.ts"

type NotBought =
  | InvalidInput
  | ReturnNotFound
  | ReturnLabelNotPossible
  | ReturnLabelTaken
  | ReturnLabelNeedsParcels
  | CarrierNotFound
  | StorageError

export class ReturnLabels extends Context.Service<ReturnLabels, {
  /**
   * Buys a label for a return that is approved: from where the order went to the shop. Pressed twice, it is bought once. If the carrier
   * does not answer, the label stays `pending` and a job goes on asking. Needs `orders:write`.
   */
  readonly buy: (
    returnId: string,
    input?: typeof BuyReturnLabel.Encoded
  ) => Effect.Effect<ReturnLabel, NotBought | VersionConflict | Denied>
  /** The labels of a return, oldest first. Needs `orders:read`. */
  readonly ofReturn: (
    returnId: string
  ) => Effect.Effect<ReadonlyArray<ReturnLabel>, InvalidInput | ReturnNotFound | StorageError | Denied>
  /** What a return is sent back with, to be printed. For its buyer, and staff with `orders:read`. */
  readonly file: (
    returnId: string
  ) => Effect.Effect<Label.LabelFile, InvalidInput | ReturnNotFound | ReturnLabelNotFound | StorageError>
  /** Gives a label back that was not used. Where the carrier refuses, it stays bought and says why. Needs `orders:write`. */
  readonly giveBack: (
    id: string
  ) => Effect.Effect<
    ReturnLabel,
    InvalidInput | ReturnLabelNotFound | ReturnLabelNotPossible | VersionConflict | StorageError | Denied
  >
}>()("@stoa/core/labels/ReturnLabels") {}

const decodeBuy = Input.decoder(BuyReturnLabel)
const isId = Schema.is(ReturnLabelId)

const checked = Input.textParameters<ReturnLabels["Service"]>({
  buy: ["returnId"],
  ofReturn: ["returnId"],
  file: ["returnId"],
  giveBack: ["id"]
})

const dataOf = ({ carrier, id, orderId, returnId }: ReturnLabel) => ({ labelId: id, orderId, returnId, carrier })

/** Whether the shop still waits for the pieces, or has them. */
const isWanted = (found: Return | undefined): boolean =>
  found !== undefined && found.status !== "cancelled" && found.status !== "rejected"

export const make = Effect.gen(function*() {
  const repository = yield* ReturnLabelRepository
  const returns = yield* ReturnRepository
  const orders = yield* OrderRepository
  const methods = yield* ShippingRepository
  const carriers = yield* Carriers
  const stores = yield* Stores
  const events = yield* Events
  const jobs = yield* Jobs
  const audit = yield* AuditLog
  const { transaction } = yield* Transactor
  const hold = OrderChange.hold(orders)
  const { changing, find, mine } = yield* OrderCase.make(returns, (returnId) => new ReturnNotFound({ returnId }))

  const found = Effect.fnUntraced(function*(id: string) {
    const stored = isId(id) ? yield* repository.find(id) : undefined
    return stored ?? (yield* new ReturnLabelNotFound({ label: id.slice(0, 50) }))
  })

  const { fail, postpone, voiding, write } = yield* LabelAsking.make<ReturnLabel, StoredReturnLabel>(
    repository.update,
    (label, failure) => ReturnLabelFailed.make(label.id, { ...dataOf(label), failure })
  )

  const sold = Effect.fnUntraced(function*(stored: StoredReturnLabel, { document, price, reference, tracking }: CarrierLabel) {
    const { carrier, orderId, returnId } = stored.label
    // a return that ends at this moment has ended before, or finds a label to give back
    yield* Effect.catchTag(hold(orderId), "OrderNotFound", Effect.die)
    const wanted = isWanted(yield* returns.find(returnId))
    const { label } = yield* write(stored, {
      // what was called off meanwhile is given back at once
      status: wanted ? "bought" : "voiding",
      nextAttemptAt: wanted ? null : yield* Timestamp.now,
      reference,
      tracking: tracking.map(({ number, url }) => ({ carrier, number, url })),
      price,
      mediaType: document.mediaType,
      failure: null
    })
    yield* repository.keepFile(label, document)
    if (wanted) yield* events.publish([ReturnLabelBought.make(label.id, dataOf(label))])
    return label
  })

  const buy = Effect.fnUntraced(function*(stored: StoredReturnLabel) {
    const { carrier: name, id, orderId, parcels, service, to } = stored.label
    const order = yield* orders.find(orderId)
    const from = order?.shippingAddress
    if (order === undefined || from === null || from === undefined) return yield* transaction(fail(stored, "the order has no address"))
    const answer = yield* Effect.result(Effect.flatMap(carriers.get(name), (carrier) =>
      carrier.buy({ idempotencyKey: id, reference: String(order.number), service, from, to, parcels })))
    if (answer._tag === "Success") return yield* transaction(sold(stored, answer.success))
    const error = answer.failure
    return yield* transaction(
      error._tag === "CarrierUnavailable" ? postpone(stored, error.message) : fail(stored, error.message.slice(0, 500))
    )
  })

  const letGo = Effect.fnUntraced(function*(stored: StoredReturnLabel) {
    const { carrier: name, reference } = stored.label
    const answer = yield* Effect.result(Effect.flatMap(carriers.get(name), (carrier) =>
      carrier.giveBack({ reference: reference ?? "" })))
    if (answer._tag === "Success") {
      return yield* transaction(Effect.gen(function*() {
        const { label } = yield* write(stored, { status: "void", failure: null })
        yield* events.publish([ReturnLabelVoided.make(label.id, dataOf(label))])
        return label
      }))
    }
    const error = answer.failure
    return yield* transaction(
      error._tag === "CarrierUnavailable"
        ? postpone(stored, error.message)
        : Effect.map(write(stored, { status: "bought", failure: error.message.slice(0, 500) }), ({ label }) => label)
    )
  })

  /** Asks the carrier for what a label waits for. What another process has done meanwhile stays as it is. */
  const carryOut = (stored: StoredReturnLabel) =>
    (stored.label.status === "pending" ? buy(stored) : stored.label.status === "voiding" ? letGo(stored) : Effect.succeed(stored.label))
      .pipe(Effect.catchTag("VersionConflict", () =>
        Effect.map(repository.find(stored.label.id), (now) => now?.label ?? stored.label)))

  /** One parcel of all pieces, where it is known what they weigh. */
  const packed = Effect.fnUntraced(function*({ id, lines }: Return) {
    const { grams, unknown } = yield* repository.weigh(lines)
    if (unknown.length > 0) return yield* new ReturnLabelNeedsParcels({ returnId: id, variantIds: unknown })
    return [{ grams }]
  })

  /** Writes down that a label is to be bought, in the current transaction, in which nobody else writes the order. */
  const begin = Effect.fnUntraced(function*(returned: Return, given: BuyReturnLabel) {
    if (returned.status !== "approved") return yield* new ReturnLabelNotPossible({ reason: "not_approved" })
    const order = yield* orders.find(returned.orderId)
    if (order === undefined || order.shippingAddress === null) return yield* new ReturnLabelNotPossible({ reason: "no_address" })
    const methodId = order.shipping?.id
    const said = methodId === undefined ? undefined : (yield* methods.find(methodId))?.carrier
    const carrier = given.carrier ?? said?.name
    const service = given.service ?? (given.carrier === undefined || given.carrier === said?.name ? said?.service : undefined)
    const to = given.to ?? said?.from
    if (carrier === undefined) return yield* InvalidInput.at(["carrier"], "is needed: the order's shipping method does not say it", "missing")
    if (service === undefined) return yield* InvalidInput.at(["service"], "is needed: the order's shipping method does not say it", "missing")
    if (to === undefined) return yield* InvalidInput.at(["to"], "is needed: the order's shipping method does not say it", "missing")
    yield* carriers.get(carrier)
    const parcels = given.parcels ?? (yield* packed(returned))
    const now = yield* Timestamp.now
    const label: ReturnLabel = {
      id: yield* ReturnLabelId.generate,
      orderId: returned.orderId,
      returnId: returned.id,
      status: "pending",
      carrier,
      service,
      to,
      parcels,
      reference: null,
      tracking: [],
      price: null,
      mediaType: null,
      failure: null,
      nextAttemptAt: Timestamp.plus(now, LabelAsking.headStart),
      version: 1,
      createdAt: now,
      updatedAt: now
    }
    const begun: StoredReturnLabel = { label, tries: 0, askedSince: now }
    if (!(yield* repository.insert(begun))) return yield* new ReturnLabelTaken({ returnId: returned.id })
    yield* audit.record({
      action: "return-label.buy",
      subject: label.id,
      details: { orderId: label.orderId, returnId: label.returnId, carrier, service }
    })
    return begun
  })

  const ask = yield* LabelAsking.jobsOf("return-labels", repository.claim, Effect.fnUntraced(function*(labelId, version) {
    const stored = yield* repository.find(labelId)
    if (stored !== undefined && stored.label.version === version) yield* carryOut(stored)
  }))

  yield* jobs.cron({
    name: "return-labels.forget",
    cron: "41 * * * *",
    run: Effect.flatMap(Timestamp.now, (now) => repository.deleteFilesBefore(Timestamp.minus(now, LabelAsking.filesKeptFor)))
  })

  /** Where the store has it so, an approval buys the label, unless staff have said how else it is sent. */
  const onApproval = Effect.fnUntraced(function*(returnId: string) {
    const { settings: { returnLabels } } = yield* stores.current
    if (returnLabels !== "on_approval") return
    yield* changing(returnId, undefined, Effect.fnUntraced(function*(returned) {
      if (returned.label !== null || returned.status !== "approved") return
      const { label } = yield* begin(returned, {})
      yield* ask(label)
    })).pipe(
      // staff buy one by hand, or say how else it is sent
      Effect.catchTag(["InvalidInput", "CarrierNotFound", "ReturnLabelNotPossible", "ReturnLabelNeedsParcels"], (error) =>
        Effect.logWarning(`No label was bought for the return ${returnId}: ${error.message}`)),
      Effect.catchTag(["ReturnLabelTaken", "ReturnNotFound"], () => Effect.void)
    )
  })

  const afterEnd = Effect.fnUntraced(function*(returnId: string) {
    yield* transaction(Effect.gen(function*() {
      for (const { id, status } of yield* repository.ofReturn(returnId)) {
        const stored = status === "bought" ? yield* repository.find(id) : undefined
        if (stored === undefined) continue
        const { label } = yield* voiding(stored, Timestamp.plus(yield* Timestamp.now, LabelAsking.again))
        yield* ask(label)
      }
    }))
  })

  yield* events.subscribe({
    name: "return-labels.follow-return",
    types: [ReturnStatusChanged.type],
    handle: (event) => {
      const { returnId, to } = event.data as typeof ReturnStatusChanged.data.Type
      return to === "approved" ? onApproval(returnId) : to === "cancelled" || to === "rejected" ? afterEnd(returnId) : Effect.void
    }
  })

  return checked(ReturnLabels.of({
    buy: Effect.fn("ReturnLabels.buy")(function*(returnId, input = {}) {
      yield* Permission.require("orders:write")
      const given = yield* decodeBuy(input)
      return yield* carryOut(yield* changing(returnId, undefined, (returned) => begin(returned, given)))
    }),

    ofReturn: Effect.fn("ReturnLabels.ofReturn")(function*(returnId) {
      yield* Permission.require("orders:read")
      return yield* repository.ofReturn((yield* find(returnId)).id)
    }),

    file: Effect.fn("ReturnLabels.file")(function*(returnId) {
      const { found: returned } = yield* mine(returnId)
      const label = !isWanted(returned) ? undefined : (yield* repository.ofReturn(returned.id)).findLast(({ status }) => status === "bought")
      const file = label === undefined ? undefined : yield* repository.file(label.id)
      if (label === undefined || file === undefined) return yield* new ReturnLabelNotFound({ label: `of ${returned.id}` })
      return Label.fileOf(label.id, file)
    }),

    giveBack: Effect.fn("ReturnLabels.giveBack")(function*(id) {
      yield* Permission.require("orders:write")
      const stored = yield* transaction(Effect.gen(function*() {
        const before = yield* found(id)
        // once more changes nothing
        if (before.label.status === "voiding" || before.label.status === "void") return before
        if (before.label.status !== "bought") return yield* new ReturnLabelNotPossible({ reason: "not_bought" })
        const after = yield* voiding(before, Timestamp.plus(yield* Timestamp.now, LabelAsking.headStart))
        yield* audit.record({ action: "return-label.give-back", subject: id, details: { orderId: before.label.orderId } })
        return after
      }))
      return yield* carryOut(stored)
    })
  }))
})

export const layer: Layer.Layer<
  ReturnLabels,
  never,
  | ReturnLabelRepository
  | ReturnRepository
  | OrderRepository
  | ShippingRepository
  | Stores
  | Events
  | Jobs
  | AuditLog
  | Transactor
> = Layer.effect(ReturnLabels, make)
