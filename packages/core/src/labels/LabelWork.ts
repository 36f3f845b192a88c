/**
 * Asking carriers for labels and hearing from them. What is asked is a row before the carrier hears of it, and the label's id
 * is the key of the purchase: whatever is cut off between is asked again and buys nothing twice.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Fulfilment } from "../fulfilment/Fulfilment.ts"
import { FulfilmentRepository } from "../fulfilment/FulfilmentRepository.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Events } from "../events/Events.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import type { CarrierLabel, CarrierNews } from "../shipping/Carrier.ts"
import { Carriers } from "../shipping/Carriers.ts"
import type { ShippingLabel } from "./ShippingLabel.ts"
import { ShippingLabelNotPossible } from "./ShippingLabelErrors.ts"
import * as LabelEvents from "./ShippingLabelEvents.ts"
import { ShippingLabelRepository, type StoredLabel } from "./ShippingLabelRepository.ts"

/** How long a carrier is asked again that does not answer. */
const patience = "3 days"

/** How long to wait after an attempt without an answer. */
const wait = (tries: number): Duration.Duration => Duration.minutes(Math.min(2 ** tries, 60))

const system = Actor.as(Actor.system("labels"))

export const dataOf = ({ carrier, fulfilmentId, id, orderId }: ShippingLabel) => ({
  labelId: id,
  orderId,
  fulfilmentId,
  carrier
})

const isWaiting = ({ status }: Fulfilment): boolean => status === "pending" || status === "picked" || status === "packed"

export const make = Effect.gen(function*() {
  const repository = yield* ShippingLabelRepository
  const fulfilments = yield* FulfilmentRepository
  const sending = yield* Fulfilments
  const orders = yield* OrderRepository
  const carriers = yield* Carriers
  const events = yield* Events
  const { transaction } = yield* Transactor

  /** Writes a label in its new state. Whoever was quicker has done the work. */
  const write = Effect.fnUntraced(function*(
    { label, lastNewsAt }: StoredLabel,
    changes: Partial<ShippingLabel>,
    tries = 0
  ) {
    const after: ShippingLabel = {
      ...label,
      nextAttemptAt: null,
      ...changes,
      version: label.version + 1,
      updatedAt: yield* Timestamp.now
    }
    if (yield* repository.update({ label: after, tries, lastNewsAt })) return after
    return yield* new VersionConflict({ id: label.id, expected: label.version })
  })

  /** A carrier that did not answer is asked again later, until nobody waits for it any more. */
  const postpone = Effect.fnUntraced(function*(stored: StoredLabel, detail: string) {
    const { label, tries } = stored
    const now = yield* Timestamp.now
    if (Timestamp.plus(label.createdAt, patience) > now || label.status === "voiding") {
      return yield* write(stored, { nextAttemptAt: Timestamp.plus(now, wait(tries)), failure: detail }, tries + 1)
    }
    return yield* fail(stored, `${detail}; look there whether it was sold`)
  })

  const fail = Effect.fnUntraced(function*(stored: StoredLabel, failure: string) {
    const failed = yield* write(stored, { status: "failed", failure })
    yield* events.publish([LabelEvents.ShippingLabelFailed.make(failed.id, { ...dataOf(failed), failure })])
    return failed
  })

  /** What cannot be so of what the engine itself says, and of fulfilments, which nobody deletes, is a bug. */
  const tell = (...[id, news]: Parameters<Fulfilments["Service"]["learn"]>) =>
    system(sending.learn(id, news)).pipe(
      Effect.catchTag(
        ["FulfilmentNotFound", "OrderNotFound", "InvalidInput", "Forbidden", "Unauthenticated"],
        (error) => Effect.die(error)
      )
    )

  /** Takes up what a carrier tells, in its order; what is older than what is known says nothing any more. */
  const learn = Effect.fnUntraced(function*(stored: StoredLabel, news: ReadonlyArray<CarrierNews>) {
    let { lastNewsAt } = stored
    for (const { at, detail, status } of news) {
      const isLate = lastNewsAt !== null && at < lastNewsAt
      if (isLate && status !== "delivered" && status !== "returned") continue
      if (!isLate) lastNewsAt = at
      yield* tell(stored.label.fulfilmentId, { status, reason: detail })
    }
    if (lastNewsAt === stored.lastNewsAt) return
    const label: ShippingLabel = { ...stored.label, version: stored.label.version + 1 }
    if (!(yield* repository.update({ ...stored, label, lastNewsAt }))) {
      return yield* new VersionConflict({ id: label.id, expected: stored.label.version })
    }
  })

  const sold = Effect.fnUntraced(function*(stored: StoredLabel, { document, price, reference, tracking }: CarrierLabel) {
    const { label } = stored
    const fulfilment = yield* fulfilments.find(label.fulfilmentId)
    const isWanted = fulfilment !== undefined && fulfilment.status !== "cancelled"
    const followed = tracking.map(({ number, url }) => ({ carrier: label.carrier, number, url }))
    const bought = yield* write(stored, {
      // what was called off meanwhile is given back at once
      status: isWanted ? "bought" : "voiding",
      nextAttemptAt: isWanted ? null : yield* Timestamp.now,
      reference,
      tracking: followed,
      price,
      mediaType: document.mediaType,
      failure: null
    })
    yield* repository.keepFile(bought.id, document)
    yield* events.publish([LabelEvents.ShippingLabelBought.make(bought.id, dataOf(bought))])
    if (!isWanted) return bought
    if (isWaiting(fulfilment)) yield* tell(fulfilment.id, { tracking: followed })
    // what the carrier told before it was known what it is about
    yield* learn({ label: bought, tries: 0, lastNewsAt: null }, yield* repository.newsOf(label.carrier, reference))
    return (yield* repository.find(bought.id))?.label ?? bought
  })

  const buy = Effect.fnUntraced(function*(stored: StoredLabel) {
    const { carrier: name, from, id, orderId, parcels, service } = stored.label
    const order = yield* orders.find(orderId)
    if (order === undefined || order.shippingAddress === null) return yield* transaction(fail(stored, "the order has no address"))
    const answer = yield* Effect.result(Effect.flatMap(carriers.get(name), (carrier) =>
      carrier.buy({
        idempotencyKey: id,
        reference: String(order.number),
        service,
        from,
        to: order.shippingAddress as NonNullable<typeof order.shippingAddress>,
        parcels
      })))
    if (answer._tag === "Success") return yield* transaction(sold(stored, answer.success))
    const error = answer.failure
    return yield* transaction(
      error._tag === "CarrierUnavailable" ? postpone(stored, error.message) : fail(stored, error.message.slice(0, 500))
    )
  })

  const giveBack = Effect.fnUntraced(function*(stored: StoredLabel) {
    const { carrier: name, reference } = stored.label
    const answer = yield* Effect.result(Effect.flatMap(carriers.get(name), (carrier) =>
      carrier.giveBack({ reference: reference ?? "" })))
    if (answer._tag === "Success") {
      return yield* transaction(Effect.gen(function*() {
        const voided = yield* write(stored, { status: "void", failure: null })
        yield* events.publish([LabelEvents.ShippingLabelVoided.make(voided.id, dataOf(voided))])
        return voided
      }))
    }
    const error = answer.failure
    return yield* transaction(
      error._tag === "CarrierUnavailable"
        ? postpone(stored, error.message)
        : write(stored, { status: "bought", failure: error.message.slice(0, 500) })
    )
  })

  /** Asks the carrier for what a label waits for. What another process has done meanwhile stays as it is. */
  const carryOut = (stored: StoredLabel) =>
    (stored.label.status === "pending" ? buy(stored) : stored.label.status === "voiding" ? giveBack(stored) : Effect.succeed(stored.label))
      .pipe(Effect.catchTag("VersionConflict", () =>
        Effect.map(repository.find(stored.label.id), (now) => now?.label ?? stored.label)))

  /** Keeps what a carrier tells, and takes up what is new of it. All of it, or, where somebody else writes, none. */
  const hear = Effect.fnUntraced(function*(carrier: string, news: ReadonlyArray<CarrierNews>) {
    return yield* transaction(Effect.gen(function*() {
      const isNew = yield* repository.receive(carrier, news, yield* Timestamp.now)
      const fresh = news.filter(({ key }, index) => isNew.has(key) && news.findIndex((other) => other.key === key) === index)
        .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
      for (const reference of new Set(fresh.map((one) => one.reference))) {
        const stored = yield* repository.findByReference(carrier, reference)
        if (stored !== undefined) yield* learn(stored, fresh.filter((one) => one.reference === reference))
      }
      return fresh.length
    })).pipe(Effect.retry({ while: (error) => error._tag === "VersionConflict", times: 10 }))
  })

  const track = Effect.fnUntraced(function*({ label: { carrier: name, reference } }: StoredLabel) {
    if (reference === null) return yield* new ShippingLabelNotPossible({ reason: "not_bought" })
    const carrier = yield* carriers.get(name)
    const news = yield* carrier.track({ reference })
    yield* hear(name, news.filter((one) => one.reference === reference))
  })

  return { carryOut, hear, isWaiting, track }
})
