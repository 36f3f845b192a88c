/**
 * Buying labels for fulfilments, and hearing from carriers what became of them.
 *
 * **Details**
 *
 * A fulfilment has one label at a time. A carrier that does not answer is asked again by a job, with the same key, for three
 * days, or for thirty whether it takes a label back; what is bought for a fulfilment that was cancelled meanwhile is given back. What a carrier tells moves the fulfilment
 * along, and never back: the same news twice, or in another order, changes nothing.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import type { Fulfilment } from "../fulfilment/Fulfilment.ts"
import { FulfilmentCancelled } from "../fulfilment/FulfilmentEvents.ts"
import { FulfilmentNotFound } from "../fulfilment/FulfilmentErrors.ts"
import { FulfilmentRepository } from "../fulfilment/FulfilmentRepository.ts"
import type { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import type { CarrierError, CarrierNotFound, CarrierWebhookRejected } from "../shipping/Carrier.ts"
import { Carriers } from "../shipping/Carriers.ts"
import { ShippingRepository } from "../shipping/ShippingRepository.ts"
import * as Label from "./Label.ts"
import * as LabelAsking from "./LabelAsking.ts"
import * as LabelWork from "./LabelWork.ts"
import { BuyShippingLabel, type ShippingLabel, ShippingLabelId } from "./ShippingLabel.ts"
import { ShippingLabelNotFound, ShippingLabelNotPossible, ShippingLabelTaken } from "./ShippingLabelErrors.ts"
import { ShippingLabelFailed } from "./ShippingLabelEvents.ts"
import { ShippingLabelRepository, type StoredLabel } from "./ShippingLabelRepository.ts"

export class ShippingLabels extends Context.Service<ShippingLabels, {
  /**
   * Buys a label for what waits to be sent. A carrier that does not answer is no failure of this call: the label comes back
   * `pending`, and is bought by a job. Needs `orders:write`.
   */
  readonly buy: (
    fulfilmentId: string,
    input: typeof BuyShippingLabel.Encoded
  ) => Effect.Effect<
    ShippingLabel,
    | InvalidInput
    | FulfilmentNotFound
    | CarrierNotFound
    | ShippingLabelNotPossible
    | ShippingLabelTaken
    | StorageError
    | Denied
  >
  /** A shipping label by its id. Needs `orders:read`. */
  readonly get: (id: string) => Effect.Effect<ShippingLabel, InvalidInput | ShippingLabelNotFound | StorageError | Denied>
  /** The labels of a fulfilment, oldest first. Needs `orders:read`. */
  readonly ofFulfilment: (
    fulfilmentId: string
  ) => Effect.Effect<ReadonlyArray<ShippingLabel>, InvalidInput | FulfilmentNotFound | StorageError | Denied>
  /** What is printed. Needs `orders:read`. */
  readonly file: (id: string) => Effect.Effect<Label.LabelFile, InvalidInput | ShippingLabelNotFound | StorageError | Denied>
  /** Gives a label back that was not used. Where the carrier refuses, it stays bought and says why. Needs `orders:write`. */
  readonly giveBack: (
    id: string
  ) => Effect.Effect<
    ShippingLabel,
    InvalidInput | ShippingLabelNotFound | ShippingLabelNotPossible | VersionConflict | StorageError | Denied
  >
  /** Asks the carrier what became of it, for when its webhooks got lost. Needs `orders:write`. */
  readonly track: (
    id: string
  ) => Effect.Effect<
    ShippingLabel,
    | InvalidInput
    | ShippingLabelNotFound
    | ShippingLabelNotPossible
    | CarrierNotFound
    | CarrierError
    | VersionConflict
    | StorageError
    | Denied
  >
  /** Takes in what a carrier tells. Its signature is the credential; header names are in lower case. */
  readonly receiveWebhook: (
    carrier: string,
    request: { readonly body: Uint8Array; readonly headers: Readonly<Record<string, string | undefined>> }
  ) => Effect.Effect<
    { readonly duplicate: boolean },
    InvalidInput | CarrierNotFound | CarrierWebhookRejected | VersionConflict | StorageError
  >
}>()("@stoa/core/labels/ShippingLabels") {}

const decodeBuy = Input.decoder(BuyShippingLabel)
const decodeRequest = Input.decoder(Schema.Struct({
  body: Schema.Uint8Array,
  headers: Schema.Record(Schema.String, Schema.UndefinedOr(Schema.String))
}))
const isId = Schema.is(ShippingLabelId)

const checked = Input.textParameters<ShippingLabels["Service"]>({
  buy: ["fulfilmentId"],
  get: ["id"],
  ofFulfilment: ["fulfilmentId"],
  file: ["id"],
  giveBack: ["id"],
  track: ["id"],
  receiveWebhook: ["carrier"]
})

const unsaid = (field: "carrier" | "service" | "from") =>
  InvalidInput.at([field], "is needed: the order's shipping method does not say it", "missing")

/** How long news of carriers are kept. */
const newsKeptFor = "30 days"

export const make = Effect.gen(function*() {
  const repository = yield* ShippingLabelRepository
  const fulfilments = yield* FulfilmentRepository
  const orders = yield* OrderRepository
  const methods = yield* ShippingRepository
  const carriers = yield* Carriers
  const events = yield* Events
  const jobs = yield* Jobs
  const audit = yield* AuditLog
  const { transaction } = yield* Transactor
  const work = yield* LabelWork.make

  const found = Effect.fnUntraced(function*(id: string) {
    const stored = isId(id) ? yield* repository.find(id) : undefined
    return stored ?? (yield* new ShippingLabelNotFound({ labelId: id.slice(0, 50) }))
  })

  const fulfilmentOf = Effect.fnUntraced(function*(id: string) {
    return (yield* fulfilments.find(id)) ?? (yield* new FulfilmentNotFound({ fulfilmentId: id.slice(0, 50) }))
  })

  const { voiding } = yield* LabelAsking.make<ShippingLabel, StoredLabel>(
    repository.update,
    (label, failure) => ShippingLabelFailed.make(label.id, { ...LabelWork.dataOf(label), failure })
  )

  const ask = yield* LabelAsking.jobsOf("labels", repository.claim, Effect.fnUntraced(function*(labelId, version) {
    const stored = yield* repository.find(labelId)
    if (stored !== undefined && stored.label.version === version) yield* work.carryOut(stored)
  }))

  yield* jobs.cron({
    name: "labels.forget",
    cron: "37 * * * *",
    run: Effect.flatMap(Timestamp.now, (now) =>
      repository.deleteBefore({ files: Timestamp.minus(now, LabelAsking.filesKeptFor), news: Timestamp.minus(now, newsKeptFor) }))
  })

  yield* events.subscribe({
    name: "labels.give-back-with-fulfilment",
    types: [FulfilmentCancelled.type],
    handle: Effect.fnUntraced(function*(event) {
      const { fulfilmentId } = event.data as typeof FulfilmentCancelled.data.Type
      yield* transaction(Effect.gen(function*() {
        for (const { id, status } of yield* repository.ofFulfilment(fulfilmentId)) {
          const stored = status === "bought" ? yield* repository.find(id) : undefined
          if (stored === undefined) continue
          const { label } = yield* voiding(stored, Timestamp.plus(yield* Timestamp.now, LabelAsking.again))
          yield* ask(label)
        }
      }))
    })
  })

  /** The order of a fulfilment that waits to be sent, if a label can be bought for it. */
  const sendable = Effect.fnUntraced(function*(fulfilment: Fulfilment) {
    if (fulfilment.kind === "pickup") return yield* new ShippingLabelNotPossible({ reason: "picked_up" })
    if (!work.isWaiting(fulfilment)) return yield* new ShippingLabelNotPossible({ reason: "not_waiting" })
    const order = yield* orders.find(fulfilment.orderId)
    if (order === undefined || order.shippingAddress === null) return yield* new ShippingLabelNotPossible({ reason: "no_address" })
    if (order.status !== "processing" && order.status !== "paid" && order.status !== "shipped") {
      return yield* new ShippingLabelNotPossible({ reason: "order_rests" })
    }
    return order
  })

  /** The carrier, its service and where the parcels are sent from: as given, or else as the shipping method says. */
  const sending = Effect.fnUntraced(function*(given: typeof BuyShippingLabel.Type, methodId: string | undefined) {
    const needsMethod = given.carrier === undefined || given.service === undefined || given.from === undefined
    const said = needsMethod && methodId !== undefined ? (yield* methods.find(methodId))?.carrier : null
    const carrier = given.carrier ?? said?.name
    const isOfMethod = given.carrier === undefined || given.carrier === said?.name
    const service = given.service ?? (isOfMethod ? said?.service : undefined)
    const from = given.from ?? said?.from
    if (carrier === undefined) return yield* unsaid("carrier")
    if (service === undefined) return yield* unsaid("service")
    if (from === undefined) return yield* unsaid("from")
    yield* carriers.get(carrier)
    return { carrier, service, from }
  })

  /** Writes a label that is to be bought, before the carrier hears of it. */
  const begin = Effect.fnUntraced(function*(fulfilmentId: string, given: typeof BuyShippingLabel.Type) {
    const fulfilment = yield* fulfilmentOf(fulfilmentId)
    const order = yield* sendable(fulfilment)
    const { carrier, from, service } = yield* sending(given, fulfilment.part?.methodId ?? order.shipping?.id)
    const now = yield* Timestamp.now
    const label: ShippingLabel = {
      id: yield* ShippingLabelId.generate,
      orderId: fulfilment.orderId,
      fulfilmentId: fulfilment.id,
      status: "pending",
      carrier,
      service,
      from,
      parcels: given.parcels,
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
    const begun: StoredLabel = { label, tries: 0, askedSince: now, lastNewsAt: null }
    if (!(yield* repository.insert(begun))) return yield* new ShippingLabelTaken({ fulfilmentId: fulfilment.id })
    yield* audit.record({
      action: "shipping-label.buy",
      subject: label.id,
      details: { orderId: label.orderId, fulfilmentId: label.fulfilmentId, carrier, service }
    })
    return begun
  })

  return checked(ShippingLabels.of({
    buy: Effect.fn("ShippingLabels.buy")(function*(fulfilmentId, input) {
      yield* Permission.require("orders:write")
      const given = yield* decodeBuy(input)
      const stored = yield* transaction(begin(fulfilmentId, given))
      return yield* work.carryOut(stored)
    }),

    get: Effect.fn("ShippingLabels.get")(function*(id) {
      yield* Permission.require("orders:read")
      return (yield* found(id)).label
    }),

    ofFulfilment: Effect.fn("ShippingLabels.ofFulfilment")(function*(fulfilmentId) {
      yield* Permission.require("orders:read")
      return yield* repository.ofFulfilment((yield* fulfilmentOf(fulfilmentId)).id)
    }),

    file: Effect.fn("ShippingLabels.file")(function*(id) {
      yield* Permission.require("orders:read")
      const { label } = yield* found(id)
      const file = yield* repository.file(label.id)
      if (file === undefined) return yield* new ShippingLabelNotFound({ labelId: label.id })
      return Label.fileOf(label.id, file)
    }),

    giveBack: Effect.fn("ShippingLabels.giveBack")(function*(id) {
      yield* Permission.require("orders:write")
      const stored = yield* transaction(Effect.gen(function*() {
        const before = yield* found(id)
        // once more changes nothing
        if (before.label.status === "voiding" || before.label.status === "void") return before
        if (before.label.status !== "bought") return yield* new ShippingLabelNotPossible({ reason: "not_bought" })
        const after = yield* voiding(before, Timestamp.plus(yield* Timestamp.now, LabelAsking.headStart))
        yield* audit.record({ action: "shipping-label.give-back", subject: id, details: { orderId: before.label.orderId } })
        return after
      }))
      return yield* work.carryOut(stored)
    }),

    track: Effect.fn("ShippingLabels.track")(function*(id) {
      yield* Permission.require("orders:write")
      yield* work.track(yield* found(id))
      return (yield* found(id)).label
    }),

    receiveWebhook: Effect.fn("ShippingLabels.receiveWebhook")(function*(name, request) {
      const carrier = yield* carriers.get(name)
      const news = yield* carrier.parseWebhook(yield* decodeRequest(request))
      return { duplicate: (yield* work.hear(carrier.name, news)) === 0 }
    })
  }))
})

export const layer: Layer.Layer<
  ShippingLabels,
  never,
  | ShippingLabelRepository
  | FulfilmentRepository
  | Fulfilments
  | OrderRepository
  | ShippingRepository
  | Events
  | Jobs
  | AuditLog
  | Transactor
> = Layer.effect(ShippingLabels, make)
