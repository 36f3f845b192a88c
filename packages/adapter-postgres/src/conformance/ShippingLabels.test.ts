import { assert, describe, it } from "@effect/vitest"
import { FulfilmentRepository } from "@stoa/core/fulfilment/FulfilmentRepository"
import { Fulfilments } from "@stoa/core/fulfilment/Fulfilments"
import { Jobs } from "@stoa/core/jobs/Jobs"
import * as Actor from "@stoa/core/kernel/Actor"
import { ShippingLabelRepository } from "@stoa/core/labels/ShippingLabelRepository"
import { ShippingLabels } from "@stoa/core/labels/ShippingLabels"
import { Shipping } from "@stoa/core/shipping/Shipping"
import { ordered } from "@stoa/core/testing/OrderFixture"
import * as ParcelCarrier from "@stoa/core/testing/ParcelCarrier"
import { returnLabelSuite } from "@stoa/core/testing/ReturnLabelSuite"
import { shippingLabelSuite } from "@stoa/core/testing/ShippingLabelSuite"
import * as Shop from "@stoa/core/testing/Shop"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { fromClient } from "../PostgresStorage.ts"
import * as PostgresHarness from "./PostgresHarness.ts"

shippingLabelSuite(PostgresHarness.postgres)
returnLabelSuite(PostgresHarness.postgres)

/**
 * Storage on which the first news of a label and its purchase meet: the news has found no label when the purchase goes on, and
 * is not committed before the purchase has looked for news or waits for it.
 */
const meeting = Effect.gen(function*() {
  const [isBuying, hasHeard, hasLooked] = [yield* Deferred.make<void>(), yield* Deferred.make<void>(), yield* Deferred.make<void>()]
  const client = PostgresHarness.client()
  const storage = fromClient(client)
  const labels = Layer.effect(
    ShippingLabelRepository,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const repository = yield* ShippingLabelRepository
      const isWaiting = Effect.map(
        sql`SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        (rows) => rows.length > 0
      )
      return ShippingLabelRepository.of({
        ...repository,
        lock: Effect.fnUntraced(function*(carrier, references) {
          if (yield* Deferred.succeed(isBuying, undefined)) yield* Deferred.await(hasHeard)
          yield* repository.lock(carrier, references)
        }),
        findByReferences: (carrier, references) =>
          Effect.tap(repository.findByReferences(carrier, references), Effect.gen(function*() {
            yield* Deferred.succeed(hasHeard, undefined)
            while (!(yield* Deferred.isDone(hasLooked)) && !(yield* Effect.orDie(isWaiting))) { /* asks the database again */ }
          })),
        newsOf: (carrier, reference) =>
          Effect.tap(repository.newsOf(carrier, reference), Deferred.succeed(hasLooked, undefined))
      })
    })
  )
  return { isBuying, layer: Layer.merge(storage, Layer.provide(labels, Layer.merge(storage, client))) }
})

/** Storage on which a fulfilment is cancelled when the purchase of its label has just looked at it, as far as that is possible then. */
const cancelling = (isBought: () => boolean) =>
  Effect.gen(function*() {
    const [hasLooked, isOver] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
    const client = PostgresHarness.client()
    const storage = fromClient(client)
    const fulfilments = Layer.effect(
      FulfilmentRepository,
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const repository = yield* FulfilmentRepository
        const isWaiting = Effect.map(
          sql`SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))`,
          ({ length }) => length > 0
        )
        const met = Effect.gen(function*() {
          if (!isBought() || !(yield* Deferred.succeed(hasLooked, undefined))) return
          while (!(yield* Deferred.isDone(isOver)) && !(yield* Effect.orDie(isWaiting))) { /* asks the database again */ }
        })
        return FulfilmentRepository.of({
          ...repository,
          find: (id) => Effect.tap(repository.find(id), met),
          hold: (id) => Effect.tap(repository.hold(id), met)
        })
      })
    )
    return { hasLooked, isOver, layer: Layer.merge(storage, Layer.provide(fulfilments, Layer.merge(storage, client))) }
  })

describe("shipping labels and the news of carriers, on PostgreSQL", () => {
  it.effect("a parcel is followed whose first news comes while its label is being bought", () =>
    Effect.gen(function*() {
      const fake = yield* ParcelCarrier.open()
      const { isBuying, layer } = yield* meeting
      const shop = Effect.gen(function*() {
        const carrier = { name: ParcelCarrier.name, service: "standard", from: Shop.address }
        yield* (yield* Shipping).create({ name: "Parcel", price: Shop.usd(500), carrier })
        const fulfilments = yield* Fulfilments
        const labels = yield* ShippingLabels
        const fulfilment = yield* fulfilments.create((yield* ordered()).id)
        const buying = yield* Effect.forkChild(labels.buy(fulfilment.id, { parcels: [{ grams: 900 }] }))
        yield* Deferred.await(isBuying)
        yield* labels.receiveWebhook(ParcelCarrier.name, yield* fake.happen(fake.labels[0] ?? "", "in_transit"))
        assert.strictEqual((yield* Fiber.join(buying)).status, "bought")
        assert.strictEqual((yield* fulfilments.get(fulfilment.id)).status, "shipped")
      })
      yield* shop.pipe(
        Actor.as(Actor.staff("user_1", ["orders:*", "settings:*"])),
        Effect.provide(Shop.layer(layer, { carriers: [fake.carrier] }))
      )
    }).pipe(Effect.scoped))

  it.effect("a label is given back whose fulfilment is cancelled while it is being bought", () =>
    Effect.gen(function*() {
      const fake = yield* ParcelCarrier.open()
      const { hasLooked, isOver, layer } = yield* cancelling(() => fake.labels.length > 0)
      const shop = Effect.gen(function*() {
        const carrier = { name: ParcelCarrier.name, service: "standard", from: Shop.address }
        yield* (yield* Shipping).create({ name: "Parcel", price: Shop.usd(500), carrier })
        const fulfilments = yield* Fulfilments
        const labels = yield* ShippingLabels
        const { id } = yield* fulfilments.create((yield* ordered()).id)
        const cancelled = yield* Deferred.await(hasLooked).pipe(
          Effect.andThen(fulfilments.advance(id, { event: "cancel" }).pipe(
            Effect.retry({ times: 3, while: ({ _tag }) => _tag === "VersionConflict" })
          )),
          // who hears of it has heard before the purchase goes on
          Effect.tap((yield* Jobs).drain),
          Effect.ensuring(Deferred.succeed(isOver, undefined)),
          Effect.forkChild
        )
        const { id: labelId } = yield* labels.buy(id, { parcels: [{ grams: 900 }] })
        assert.strictEqual((yield* Fiber.join(cancelled)).status, "cancelled")
        yield* (yield* Jobs).drain
        assert.strictEqual((yield* labels.get(labelId)).status, "void")
        assert.lengthOf(fake.labels, 0)
      })
      yield* shop.pipe(
        Actor.as(Actor.staff("user_1", ["orders:*", "settings:*"])),
        Effect.provide(Shop.layer(layer, { carriers: [fake.carrier] }))
      )
    }).pipe(Effect.scoped))
})
