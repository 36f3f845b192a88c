/**
 * What an audit log notices when somebody writes into its tables past the engine.
 */
import * as AuditChain from "@stoa/core/auditing/AuditChain"
import * as AuditLog from "@stoa/core/audit/AuditLog"
import type { AuditFault } from "@stoa/core/audit/AuditSeal"
import * as JobRegistry from "@stoa/core/jobs/JobRegistry"
import * as Actor from "@stoa/core/kernel/Actor"
import { defaultStoreId, within } from "@stoa/core/kernel/CurrentStore"
import * as Secrets from "@stoa/core/kernel/Secrets"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import assert from "node:assert/strict"

const services = Layer.mergeAll(AuditChain.layer, AuditLog.layer).pipe(Layer.provide(JobRegistry.layer))

const chainOf = (secret: string) => Layer.provide(Layer.fresh(services), Secrets.layer(Redacted.make(secret)))

const chainWithoutSecret = Layer.provide(
  Layer.fresh(services),
  Layer.succeed(Secrets.Secrets, Secrets.Secrets.defaultValue())
)

const secret = "a secret of more than 32 characters"

/** Runs on a new database that the engine's migrations have made. */
export const noticesTampering = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const log = Effect.forEach(["a", "b", "c", "d", "e"], (subject) =>
    Effect.flatMap(AuditLog.AuditLog, (audit) => audit.record({ action: "thing.change", subject, details: { z: 1, a: subject } })))
  yield* Effect.gen(function*() {
    const chain = yield* AuditChain.AuditChain
    yield* log
    assert.strictEqual(yield* chain.seal, 5)
    yield* log
    assert.strictEqual(yield* chain.seal, 5)
    const sound = yield* chain.verify
    assert.deepStrictEqual([sound.whole, sound.sealed, sound.waiting, sound.unprotected], [true, 10, 0, 0])

    /** What is found after a change, which is then taken back. */
    const found = <E, R>(change: Effect.Effect<unknown, E, R>) =>
      sql.withTransaction(Effect.gen(function*() {
        yield* change
        const { faults, whole } = yield* chain.verify
        assert.strictEqual(whole, faults.length === 0)
        return yield* Effect.fail(faults.map(({ fault, position }) => `${position ?? "no"} ${fault}` as const))
      })).pipe(
        Effect.flip,
        Effect.map((faults) => faults as unknown as ReadonlyArray<`${number | "no"} ${AuditFault["fault"]}`>)
      )
    const third = sql`(SELECT entry_id FROM audit_seals WHERE position = 3)`
    for (const change of [
      sql`UPDATE audit_log SET actor = 'somebody else' WHERE id = ${third}`,
      sql`UPDATE audit_log SET details = '{"z":1,"a":"x"}' WHERE id = ${third}`,
      sql`UPDATE audit_log SET at = '2020-01-01T00:00:00.000Z' WHERE id = ${third}`
    ]) {
      assert.deepStrictEqual(yield* found(change), ["3 changed"])
    }
    // the same words in another order are the same words
    assert.deepStrictEqual(
      yield* found(sql`UPDATE audit_log SET details = '{"a":"c","z":1}' WHERE subject = 'c'`),
      []
    )
    assert.deepStrictEqual(yield* found(sql`DELETE FROM audit_log WHERE id = ${third}`), ["3 missing"])
    assert.deepStrictEqual(
      yield* found(Effect.andThen(
        sql`DELETE FROM audit_log WHERE id = ${third}`,
        sql`DELETE FROM audit_seals WHERE position = 3`
      )),
      ["4 gap"]
    )
    // who closes the gap again breaks every seal after it
    assert.deepStrictEqual(
      yield* found(Effect.gen(function*() {
        yield* sql`DELETE FROM audit_log WHERE id = ${third}`
        yield* sql`DELETE FROM audit_seals WHERE position = 3`
        for (let position = 4; position <= 10; position += 1) {
          yield* sql`UPDATE audit_seals SET position = ${position - 1} WHERE position = ${position}`
        }
      })),
      // what follows a seal that does not hold is judged by that seal, as it stands there
      ["3 changed", "4 changed", "5 changed", "6 changed", "7 changed", "8 changed", "9 changed"]
    )
    // who cuts the end off leaves entries without a seal
    assert.deepStrictEqual(
      yield* found(sql`DELETE FROM audit_seals WHERE position IN (9, 10)`),
      ["no unsealed", "no unsealed"]
    )
    assert.deepStrictEqual(yield* found(sql`UPDATE audit_seals SET hash = 'forged' WHERE position = 10`), ["10 secret"])
    // and who seals them again without the secret is found out as well
    assert.deepStrictEqual(
      yield* found(Effect.gen(function*() {
        yield* sql`UPDATE audit_log SET actor = 'somebody else' WHERE id = (SELECT entry_id FROM audit_seals WHERE position = 9)`
        yield* sql`INSERT INTO audit_unsealed (store_id, entry_id) SELECT store_id, entry_id FROM audit_seals WHERE position > 8`
        yield* sql`DELETE FROM audit_seals WHERE position > 8`
        yield* Effect.provide(Effect.flatMap(AuditChain.AuditChain, ({ seal }) => seal), chainWithoutSecret)
      })),
      ["9 secret", "10 secret"]
    )
    assert.strictEqual((yield* chain.verify).whole, true)
  }).pipe(Effect.provide(chainOf(secret)))

  // a chain that fits in itself, made with another secret, is not this shop's
  yield* Effect.gen(function*() {
    const { faults } = yield* Effect.flatMap(AuditChain.AuditChain, (chain) => chain.verify)
    assert.deepStrictEqual(faults.map(({ fault, position }) => [position, fault]), Array.from({ length: 10 }, (_, index) => [index + 1, "secret"]))
  }).pipe(Effect.provide(chainOf("another secret of more than 32 characters")))
}).pipe(within(defaultStoreId), Actor.as(Actor.system("test")))
