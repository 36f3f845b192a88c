/**
 * Asking carriers for labels and hearing from them. What is asked is a row before the carrier hears of it, and the label's id
 * is the key of the purchase: whatever is cut off between is asked again and buys nothing twice.
 */
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
import * as LabelAsking from "./LabelAsking.ts"
import type { ShippingLabel } from "./ShippingLabel.ts"
import { ShippingLabelNotPossible } from "./ShippingLabelErrors.ts"
import * as LabelEvents from "./ShippingLabelEvents.ts"
import { ShippingLabelRepository, type StoredLabel } from "./ShippingLabelRepository.ts"
import * as Whereabouts from "./Whereabouts.ts"

/** How much news is taken up in one transaction. */
const batch = 100

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

  const { fail, postpone, write: writeWhole } = yield* LabelAsking.make<ShippingLabel, StoredLabel>(
    repository.update,
    (label, failure) => LabelEvents.ShippingLabelFailed.make(label.id, { ...dataOf(label), failure })
  )
  const write = (stored: StoredLabel, changes: Partial<ShippingLabel>) => Effect.map(writeWhole(stored, changes), ({ label }) => label)

  /** What cannot be so of what the engine itself says, and of fulfilments, which nobody deletes, is a bug. */
  const tell = (...[id, news]: Parameters<Fulfilments["Service"]["learn"]>) =>
    system(sending.learn(id, news)).pipe(
      Effect.catchTag(
        ["FulfilmentNotFound", "OrderNotFound", "InvalidInput", "Forbidden", "Unauthenticated"],
        (error) => Effect.die(error)
      )
    )

  /** Takes up what a carrier tells, given in its order; what is older than what is known says nothing any more. */
  const learn = Effect.fnUntraced(function*(stored: StoredLabel, all: ReadonlyArray<CarrierNews>) {
    const { lastNewsAt, news } = Whereabouts.lastOf(all, stored.lastNewsAt)
    if (news !== undefined) yield* tell(stored.label.fulfilmentId, { status: news.status, reason: news.detail })
    if (lastNewsAt === stored.lastNewsAt) return
    const label: ShippingLabel = { ...stored.label, version: stored.label.version + 1 }
    if (!(yield* repository.update({ ...stored, label, lastNewsAt }))) {
      return yield* new VersionConflict({ id: label.id, expected: stored.label.version })
    }
  })

  const sold = Effect.fnUntraced(function*(stored: StoredLabel, { document, price, reference, tracking }: CarrierLabel) {
    const { label } = stored
    // of the purchase and the first news, whoever is later sees the other
    yield* repository.lock(label.carrier, [reference])
    // one that is cancelled at this moment has been before, or finds a label to give back
    const fulfilment = yield* fulfilments.hold(label.fulfilmentId)
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
    yield* repository.keepFile(bought, document)
    yield* events.publish([LabelEvents.ShippingLabelBought.make(bought.id, dataOf(bought))])
    if (!isWanted) return bought
    if (isWaiting(fulfilment)) yield* tell(fulfilment.id, { tracking: followed })
    // what the carrier told before it was known what it is about
    yield* learn({ ...stored, label: bought, tries: 0 }, yield* repository.newsOf(label.carrier, reference))
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

  const hearSome = Effect.fnUntraced(function*(carrier: string, news: ReadonlyArray<CarrierNews>, isAsked: boolean) {
    return yield* transaction(Effect.gen(function*() {
      const references = [...new Set(news.map(({ reference }) => reference))]
      yield* repository.lock(carrier, references)
      const isNew = yield* repository.receive(carrier, news, yield* Timestamp.now)
      const told = Map.groupBy(isAsked ? news : news.filter(({ key }) => isNew.has(key)), ({ reference }) => reference)
      const labels = told.size === 0 ? [] : yield* repository.findByReferences(carrier, [...told.keys()])
      yield* Effect.forEach(labels, (stored) => learn(stored, told.get(stored.label.reference ?? "") ?? []), { discard: true })
      return isNew.size
    })).pipe(Effect.retry({ while: (error) => error._tag === "VersionConflict", times: 10 }))
  })

  /**
   * Keeps what a carrier tells, and takes up what is new of it, or, where it was asked, all of it. Returns how much was new.
   * What is new stays new where somebody else writes: the carrier tells it again.
   */
  const hear = Effect.fnUntraced(function*(carrier: string, news: ReadonlyArray<CarrierNews>, isAsked = false) {
    const sorted = [...new Map(news.map((one) => [one.key, one])).values()]
      .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    let fresh = 0
    for (let from = 0; from < sorted.length; from += batch) {
      fresh += yield* hearSome(carrier, sorted.slice(from, from + batch), isAsked)
    }
    return fresh
  })

  const track = Effect.fnUntraced(function*({ label: { carrier: name, reference } }: StoredLabel) {
    if (reference === null) return yield* new ShippingLabelNotPossible({ reason: "not_bought" })
    const carrier = yield* carriers.get(name)
    const news = yield* carrier.track({ reference })
    yield* hear(name, news.filter((one) => one.reference === reference), true)
  })

  return { carryOut, hear, isWaiting, track }
})
