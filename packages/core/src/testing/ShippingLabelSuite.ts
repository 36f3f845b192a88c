/**
 * Labels of carriers and their news, on every storage, with a carrier that speaks HTTP on this machine.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Events } from "../events/Events.ts"
import type { FulfilmentEvent } from "../fulfilment/Fulfilment.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { ShippingLabelRepository } from "../labels/ShippingLabelRepository.ts"
import { ShippingLabels } from "../labels/ShippingLabels.ts"
import { Orders } from "../orders/Orders.ts"
import type { CarrierStatus } from "../shipping/Carrier.ts"
import { Shipping } from "../shipping/Shipping.ts"
import { Stores } from "../stores/Stores.ts"
import type { WebhookRequest } from "./GatewayHarness.ts"
import { ordered } from "./OrderFixture.ts"
import * as ParcelCarrier from "./ParcelCarrier.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(Actor.staff("user_1", ["orders:*", "settings:*"]))
const parcels = [{ grams: 900 }]

/** What the shop hears is signed, and nobody is signed in. */
const hear = (request: WebhookRequest) =>
  Actor.as(Actor.guest())(Effect.flatMap(ShippingLabels, (labels) => labels.receiveWebhook(ParcelCarrier.name, request)))

const begin = Effect.fnUntraced(function*() {
  const { id } = yield* ordered()
  return yield* (yield* Fulfilments).create(id)
})

const bought = Effect.fnUntraced(function*() {
  const fulfilment = yield* begin()
  const label = yield* (yield* ShippingLabels).buy(fulfilment.id, { parcels })
  assert.strictEqual(label.status, "bought")
  return { fulfilment, label, reference: label.reference ?? "" }
})

const statusOf = (fulfilmentId: string) =>
  Effect.flatMap(Fulfilments, (all) => Effect.map(all.get(fulfilmentId), ({ status }) => status))

const advance = (id: string, event: FulfilmentEvent) =>
  Effect.flatMap(Fulfilments, (fulfilments) => fulfilments.advance(id, { event }))

/** Lets the job ask that takes over from a call that was cut off. */
const later = Effect.gen(function*() {
  const jobs = yield* Jobs
  yield* TestClock.adjust("10 minutes")
  yield* Actor.as(Actor.system("test"))(jobs.runCron("labels.retry"))
  yield* jobs.drain
})

export const shippingLabelSuite = (harness: StorageHarness): void => {
  const test = (
    name: string,
    body: (fake: ParcelCarrier.ParcelCarrier) => Effect.Effect<unknown, unknown, Shop.ShopServices>
  ) =>
    it.effect(name, () =>
      Effect.gen(function*() {
        const fake = yield* ParcelCarrier.open()
        const carrier = { name: ParcelCarrier.name, service: "standard", from: Shop.address }
        const shop = Effect.gen(function*() {
          yield* (yield* Shipping).create({ name: "Parcel", price: Shop.usd(500), carrier })
          return yield* body(fake)
        })
        yield* Effect.provide(staff(shop), Shop.layer(harness.storage(), { carriers: [fake.carrier] }))
      }).pipe(Effect.scoped))

  describe(`shipping labels, on ${harness.name}`, () => {
    test("are bought by the order's shipping method, printed, and followed until the parcel is there", (fake) =>
      Effect.gen(function*() {
        const labels = yield* ShippingLabels
        const { fulfilment, label, reference } = yield* bought()
        assert.deepInclude(label, { carrier: ParcelCarrier.name, service: "standard", price: Shop.usd(500), failure: null })
        const { content, contentType } = yield* labels.file(label.id)
        assert.deepStrictEqual([contentType, content.byteLength > 10], ["application/zpl", true])
        assert.strictEqual((yield* Effect.flip(labels.buy(fulfilment.id, { parcels })))._tag, "ShippingLabelTaken")
        const fulfilments = yield* Fulfilments
        assert.deepStrictEqual((yield* fulfilments.get(fulfilment.id)).tracking, label.tracking)
        const seen: Array<string> = []
        for (const status of ["in_transit", "out_for_delivery", "failed", "out_for_delivery", "delivered"] as const) {
          yield* TestClock.adjust("1 minute")
          const request = yield* fake.happen(reference, status)
          assert.deepStrictEqual([yield* hear(request), yield* hear(request)], [{ duplicate: false }, { duplicate: true }])
          seen.push(yield* statusOf(fulfilment.id))
        }
        assert.deepStrictEqual(seen, ["shipped", "out_for_delivery", "failed", "out_for_delivery", "delivered"])
        assert.strictEqual((yield* (yield* Orders).get(fulfilment.orderId)).status, "delivered")
        assert.deepStrictEqual(yield* labels.ofFulfilment(fulfilment.id), [yield* labels.get(label.id)])
      }))

    test("bring a parcel where the carrier has it, in whatever order its news come, and never back", (fake) =>
      Effect.gen(function*() {
        const news: ReadonlyArray<CarrierStatus> = ["in_transit", "out_for_delivery", "failed", "out_for_delivery", "delivered"]
        for (const [order, last] of [[[4, 0, 2, 1, 3], "delivered"], [[2, 4, 4, 3, 0, 1], "delivered"], [[3, 2, 1, 0], "out_for_delivery"], [[2, 1, 0], "failed"]] as const) {
          const { fulfilment, reference } = yield* bought()
          const requests: Array<WebhookRequest> = []
          for (const status of news) {
            yield* TestClock.adjust("1 second")
            requests.push(yield* fake.happen(reference, status))
          }
          for (const index of order) yield* hear(requests[index] ?? { body: new Uint8Array(), headers: {} })
          assert.strictEqual(yield* statusOf(fulfilment.id), last, order.join())
        }
      }))

    test("take up each piece of news once when several come at the same time", (fake) =>
      Effect.gen(function*() {
        const { fulfilment, reference } = yield* bought()
        const requests = [
          yield* fake.happen(reference, "in_transit"),
          yield* fake.happen(reference, "out_for_delivery"),
          yield* fake.happen(reference, "delivered")
        ]
        yield* Effect.forEach([...requests, ...requests], hear, { concurrency: "unbounded" })
        assert.strictEqual(yield* statusOf(fulfilment.id), "delivered")
        const types = (yield* (yield* Orders).timeline(fulfilment.orderId)).map(({ type }) => type)
        assert.lengthOf(types.filter((type) => type === "fulfilment.shipped"), 1)
        assert.lengthOf(types.filter((type) => type === "fulfilment.delivered"), 1)
      }))

    test("are bought once where the answer is lost, and the news that came before count", (fake) =>
      Effect.gen(function*() {
        const labels = yield* ShippingLabels
        const fulfilment = yield* begin()
        yield* fake.server.fail("lost_answer")
        const label = yield* labels.buy(fulfilment.id, { parcels })
        assert.deepStrictEqual([label.status, label.failure], ["pending", `The carrier ${ParcelCarrier.name} did not answer`])
        const [reference = ""] = fake.labels
        assert.deepStrictEqual(yield* hear(yield* fake.happen(reference, "in_transit")), { duplicate: false })
        assert.strictEqual(yield* statusOf(fulfilment.id), "pending")
        yield* later
        assert.deepInclude(yield* labels.get(label.id), { status: "bought", reference, failure: null, nextAttemptAt: null })
        assert.deepStrictEqual(fake.labels, [reference])
        assert.strictEqual(yield* statusOf(fulfilment.id), "shipped")
      }))

    test("are one for a fulfilment, however many people buy at once", (fake) =>
      Effect.gen(function*() {
        const labels = yield* ShippingLabels
        const fulfilment = yield* begin()
        const outcomes = yield* Effect.forEach(
          Array.from({ length: 8 }, () => labels.buy(fulfilment.id, { parcels })),
          (attempt) => Effect.result(attempt),
          { concurrency: "unbounded" }
        )
        const refused = outcomes.flatMap((outcome) => outcome._tag === "Failure" ? [outcome.failure._tag] : [])
        assert.deepStrictEqual(refused, Array.from({ length: 7 }, () => "ShippingLabelTaken" as const))
        assert.lengthOf(fake.labels, 1)
      }))

    test("are given back by hand, and with their fulfilment, also where the carrier was silent", (fake) =>
      Effect.gen(function*() {
        const labels = yield* ShippingLabels
        const { fulfilment, label } = yield* bought()
        assert.strictEqual((yield* labels.giveBack(label.id)).status, "void")
        assert.strictEqual((yield* labels.giveBack(label.id)).status, "void")
        assert.deepStrictEqual(fake.labels, [])
        // another one may be bought now, and goes with the fulfilment
        const second = yield* labels.buy(fulfilment.id, { parcels })
        yield* fake.server.fail("broken")
        yield* advance(fulfilment.id, "cancel")
        yield* (yield* Jobs).drain
        assert.strictEqual((yield* labels.get(second.id)).status, "voiding")
        yield* later
        assert.strictEqual((yield* labels.get(second.id)).status, "void")
        // bought, but nobody knew it, for what is not sent any more
        const late = yield* begin()
        yield* fake.server.fail("lost_answer")
        const third = yield* labels.buy(late.id, { parcels })
        yield* advance(late.id, "cancel")
        yield* (yield* Jobs).drain
        assert.strictEqual((yield* labels.get(third.id)).status, "pending")
        assert.lengthOf(fake.labels, 1)
        yield* later
        yield* later
        assert.strictEqual((yield* labels.get(third.id)).status, "void")
        assert.deepStrictEqual(fake.labels, [])
      }))

    test("stay where the carrier refuses: to sell what it does not have, to take back what is on its way", (fake) =>
      Effect.gen(function*() {
        const labels = yield* ShippingLabels
        const fulfilment = yield* begin()
        const failed = yield* labels.buy(fulfilment.id, { service: "pigeon", parcels })
        assert.strictEqual(failed.status, "failed")
        assert.include(failed.failure, "There is no service pigeon")
        assert.strictEqual((yield* Effect.flip(labels.giveBack(failed.id)))._tag, "ShippingLabelNotPossible")
        const label = yield* labels.buy(fulfilment.id, { service: "express", parcels })
        // its webhook got lost
        yield* fake.happen(label.reference ?? "", "in_transit")
        const kept = yield* labels.giveBack(label.id)
        assert.deepStrictEqual([kept.status, kept.failure?.includes("on its way")], ["bought", true])
        yield* labels.track(label.id)
        yield* labels.track(label.id)
        assert.strictEqual(yield* statusOf(fulfilment.id), "shipped")
      }))

    test("are followed again by asking the carrier, where it was heard but not taken up", (fake) =>
      Effect.gen(function*() {
        const labels = yield* ShippingLabels
        const { fulfilment, label, reference } = yield* bought()
        yield* hear(yield* fake.happen(reference, "in_transit"))
        yield* fake.happen(reference, "failed")
        yield* fake.happen(reference, "out_for_delivery")
        const [carrier, at] = [ParcelCarrier.name, yield* Timestamp.now]
        yield* (yield* ShippingLabelRepository).receive(carrier, yield* fake.carrier.track({ reference }), at)
        yield* labels.track(label.id)
        yield* labels.track(label.id)
        assert.strictEqual(yield* statusOf(fulfilment.id), "out_for_delivery")
        const types = (yield* (yield* Orders).timeline(fulfilment.orderId)).map(({ type }) => type)
        assert.notInclude(types, "fulfilment.failed")
      }))

    test("are no longer given back by a carrier that is silent for 30 days, which staff hear of", (fake) =>
      Effect.gen(function*() {
        const labels = yield* ShippingLabels
        const { fulfilment, label } = yield* bought()
        // three days are over since it was made
        yield* TestClock.adjust("10 days")
        yield* fake.server.fail("broken")
        assert.strictEqual((yield* labels.giveBack(label.id)).status, "voiding")
        yield* TestClock.adjust("29 days")
        yield* fake.server.fail("broken")
        yield* later
        assert.strictEqual((yield* labels.get(label.id)).status, "voiding")
        yield* TestClock.adjust("1 day")
        yield* fake.server.fail("broken")
        yield* later
        const { failure, nextAttemptAt, status } = yield* labels.get(label.id)
        assert.deepStrictEqual([status, nextAttemptAt], ["failed", null])
        assert.include(failure, "look there whether it was taken back")
        const types = (yield* (yield* Events).history(label.id)).map(({ type }) => type)
        assert.include(types, "shipping-label.failed")
        assert.strictEqual((yield* labels.buy(fulfilment.id, { parcels })).status, "bought")
      }))

    test("get their turn to be asked about again, those whose job was given up included", (fake) =>
      Effect.gen(function*() {
        const repository = yield* ShippingLabelRepository
        const jobs = yield* Jobs
        const asked = Actor.as(Actor.system("test"))(Effect.andThen(jobs.runCron("labels.retry"), Effect.map(jobs.counts, ({ waiting }) => waiting)))
        const ids: Array<string> = []
        for (const _ of [1, 2, 3]) {
          const { id } = yield* begin()
          yield* fake.server.fail("broken")
          ids.push((yield* (yield* ShippingLabels).buy(id, { parcels })).id)
          yield* TestClock.adjust("1 second")
        }
        yield* jobs.drain
        yield* TestClock.adjust("10 minutes")
        const claim = Effect.gen(function*() {
          const now = yield* Timestamp.now
          return (yield* repository.claim(now, Timestamp.plus(now, "5 minutes"), 2)).map(({ labelId }) => ids.indexOf(labelId))
        })
        assert.sameMembers(yield* claim, [0, 1])
        assert.deepStrictEqual([yield* claim, yield* claim], [[2], []])
        yield* TestClock.adjust("5 minutes")
        assert.deepStrictEqual([yield* asked, yield* asked], [3, 3])
        yield* TestClock.adjust("1 hour")
        assert.strictEqual(yield* asked, 6)
        yield* jobs.drain
        assert.lengthOf(fake.labels, 3)
      }))

    test("lose their file, which says who lives where, after a year, and what the carrier told after a month", (fake) =>
      Effect.gen(function*() {
        const labels = yield* ShippingLabels
        const { label, reference } = yield* bought()
        const request = yield* fake.happen(reference, "in_transit", "Left with a neighbour")
        yield* hear(request)
        const told = Effect.flatMap(ShippingLabelRepository, (all) => all.newsOf(ParcelCarrier.name, reference))
        const forget = Effect.flatMap(Jobs, (jobs) => jobs.runCron("labels.forget"))
        yield* TestClock.adjust("29 days")
        yield* forget
        assert.lengthOf(yield* told, 1)
        yield* TestClock.adjust("2 days")
        yield* forget
        assert.lengthOf(yield* told, 0)
        yield* TestClock.adjust("330 days")
        yield* forget
        assert.strictEqual((yield* labels.file(label.id)).contentType, "application/zpl")
        yield* TestClock.adjust("5 days")
        yield* forget
        assert.strictEqual((yield* Effect.flip(labels.file(label.id)))._tag, "ShippingLabelNotFound")
        assert.strictEqual((yield* labels.get(label.id)).status, "bought")
      }))

    test("are for what waits to be sent by a carrier, for staff of the store, and webhooks for the carrier", (fake) =>
      Effect.gen(function*() {
        const labels = yield* ShippingLabels
        const fulfilments = yield* Fulfilments
        const refusal = (id: string, input: object = {}) =>
          Effect.map(Effect.flip(labels.buy(id, { parcels, ...input })), (error) =>
            error._tag === "ShippingLabelNotPossible" ? error.reason : error._tag)
        const counter = yield* fulfilments.create((yield* ordered()).id, { kind: "pickup" })
        assert.strictEqual(yield* refusal(counter.id), "picked_up")
        const { fulfilment, label, reference } = yield* bought()
        yield* advance(fulfilment.id, "ship")
        assert.strictEqual(yield* refusal(fulfilment.id), "not_waiting")
        const waiting = yield* begin()
        assert.strictEqual(yield* refusal(waiting.id, { carrier: "nobody", service: "x" }), "CarrierNotFound")
        assert.strictEqual(yield* refusal(waiting.id, { parcels: [{ grams: 0 }] }), "InvalidInput")
        assert.strictEqual(yield* refusal("ful_00000000000000000000000000"), "FulfilmentNotFound")
        yield* (yield* Orders).changeStatus(waiting.orderId, { event: "hold" })
        assert.strictEqual(yield* refusal(waiting.id), "order_rests")

        const clerk = Actor.as(Actor.staff("user_2", ["orders:read"]))
        assert.strictEqual((yield* Effect.flip(clerk(labels.giveBack(label.id))))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(labels.file(label.id))))._tag, "Unauthenticated")
        const request = yield* fake.happen(reference, "delivered")
        const forged = yield* fake.sign(request.body, { secret: "another" })
        assert.deepInclude(yield* Effect.flip(hear(forged)), { _tag: "CarrierWebhookRejected", reason: "wrong_signature" })
        assert.strictEqual(yield* statusOf(fulfilment.id), "shipped")
        const other = yield* (yield* Stores).create({ code: "other", name: "Other", currency: "USD" })
        assert.strictEqual((yield* Effect.flip(within(other.id)(labels.get(label.id))))._tag, "ShippingLabelNotFound")
        // of what another store has bought, nothing is known here
        yield* within(other.id)(hear(request))
        assert.strictEqual(yield* statusOf(fulfilment.id), "shipped")
      }))
  })
}
