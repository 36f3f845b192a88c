/**
 * Two processes that hear of the same payments at the same moment, the one from buyers who come back, the other from the bank: each is
 * counted once, and neither process waits for the other in a circle.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Actor from "@stoa/core/kernel/Actor"
import { Payments } from "@stoa/core/payments/Payments"
import * as Fixture from "@stoa/core/testing/PaymentFixture"
import * as ScriptedGateway from "@stoa/core/testing/ScriptedGateway"
import * as Shop from "@stoa/core/testing/Shop"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as PostgresClient from "./PostgresClient.ts"
import { fromClient } from "./PostgresStorage.ts"
import * as TestDatabase from "./testing/TestDatabase.ts"

/** An engine on a database, for as long as the scope lives. */
const process = (url: string, bank: ScriptedGateway.ScriptedGateway) =>
  Layer.build(Shop.layer<SqlClient.SqlClient>(
    fromClient(PostgresClient.layer({ url, maxConnections: 6, acquireTimeout: "1 minute" })),
    { bank }
  ))

const buyers = 8
const rounds = 4

describe("captures that two processes hear of at once, in PostgreSQL", () => {
  it.effect("count once, whichever is first with which of them", () =>
    Effect.gen(function*() {
      const url = yield* TestDatabase.migrated
      const bank = ScriptedGateway.make({ secret: "whsec_test" })
      const here = yield* process(url, bank)
      const there = yield* process(url, bank)
      yield* Effect.gen(function*() {
        yield* Shop.ships
        const { variantId } = yield* Shop.product({ stock: buyers * rounds })
        for (let round = 0; round < rounds; round++) {
          const waiting = yield* Effect.forEach(Array.from({ length: buyers }), () => Fixture.redirected({ variantId }))
          for (const { reference } of waiting) yield* bank.approve(reference)
          yield* Fixture.together(bank, "retrieve", 2 * buyers)
          const verify = ({ as, payment }: (typeof waiting)[number]) =>
            as(Effect.flatMap(Payments, (payments) => payments.verify(payment.id)))
          yield* Effect.all([
            Effect.forEach(waiting, verify, { concurrency: "unbounded" }),
            Effect.provide(Effect.forEach(waiting.toReversed(), verify, { concurrency: "unbounded" }), there)
          ], { concurrency: "unbounded" })
          bank.off("retrieve")
          for (const { order, payment } of waiting) {
            assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
            assert.deepStrictEqual(yield* Fixture.told(payment.id), ["payment.requires_action", "payment.captured"])
          }
        }
        assert.strictEqual(yield* Fixture.takings(bank), buyers * rounds)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 0, available: 0 })
        const sql = yield* SqlClient.SqlClient
        assert.deepStrictEqual(yield* sql`SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`, [
          { deadlocks: 0 }
        ])
      }).pipe(Actor.as(Actor.system("test")), Effect.provide(here))
    }).pipe(Effect.scoped))

  it.effect("do not wait for the order that somebody else is at work on, but that one does", () =>
    Effect.gen(function*() {
      const url = yield* TestDatabase.migrated
      const bank = ScriptedGateway.make({ secret: "whsec_test" })
      yield* Effect.gen(function*() {
        yield* Shop.ships
        const { variantId } = yield* Shop.product({ stock: 4 })
        const waiting = yield* Effect.forEach(Array.from({ length: 4 }), () => Fixture.redirected({ variantId }))
        for (const { reference } of waiting) yield* bank.approve(reference)
        yield* Fixture.together(bank, "retrieve", waiting.length)
        const isPaid = yield* Effect.forEach(waiting, () => Deferred.make<void>())
        const verify = ({ as, payment }: (typeof waiting)[number], index: number) =>
          as(Effect.flatMap(Payments, (payments) => payments.verify(payment.id))).pipe(
            Effect.andThen(Deferred.succeed(isPaid[index] as Deferred.Deferred<void>, undefined))
          )
        const sql = yield* SqlClient.SqlClient
        const all = yield* sql.withTransaction(Effect.gen(function*() {
          yield* sql`SELECT id FROM orders WHERE id = ${waiting[1]?.order.id ?? ""} FOR UPDATE`
          // in other connections than this one
          const fiber = yield* Effect.forEach(waiting, verify, { concurrency: "unbounded" }).pipe(
            Effect.provide(yield* process(url, bank)),
            Effect.forkDetach
          )
          for (const index of [0, 2, 3]) yield* Deferred.await(isPaid[index] as Deferred.Deferred<void>)
          assert.isFalse(yield* Deferred.isDone(isPaid[1] as Deferred.Deferred<void>))
          return fiber
        }))
        yield* Fiber.join(all)
        for (const { order } of waiting) assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 0, available: 0 })
      }).pipe(Actor.as(Actor.system("test")), Effect.provide(yield* process(url, bank)))
    }).pipe(Effect.scoped))
})
