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

const chainOf = (secret: string) => Secrets.layer(Redacted.make(secret)).pipe((secrets) => Layer.provide(services, secrets))

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
    assert.deepStrictEqual([sound.whole, sound.sealed, sound.waiting, sound.secret], [true, 10, 0, true])

    /** What is found after a change, which is then taken back. */
    const found = <E, R>(change: Effect.Effect<unknown, E, R>) =>
      sql.withTransaction(Effect.gen(function*() {
        yield* change
        const { faults, whole } = yield* chain.verify
        assert.strictEqual(whole, faults.length === 0)
        return yield* Effect.fail(faults.map(({ fault, position }) => `${position} ${fault}` as const))
      })).pipe(
        Effect.flip,
        Effect.map((faults) => faults as unknown as ReadonlyArray<`${number} ${AuditFault["fault"]}`>)
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
      yield* found(Effect.andThen(
        sql`DELETE FROM audit_seals WHERE position IN (9, 10)`,
        sql`DELETE FROM audit_log WHERE id NOT IN (SELECT entry_id FROM audit_seals)`
      )),
      ["8 stamp"]
    )
    assert.deepStrictEqual(
      yield* found(sql`UPDATE audit_seals SET hash = 'forged' WHERE position = 10`),
      ["10 changed", "10 stamp"]
    )
    assert.strictEqual((yield* chain.verify).whole, true)
  }).pipe(Effect.provide(chainOf(secret)))

  // with another secret, a chain that fits in itself was not made by this shop
  yield* Effect.gen(function*() {
    const { faults } = yield* Effect.flatMap(AuditChain.AuditChain, (chain) => chain.verify)
    assert.deepStrictEqual(faults.map(({ fault, position }) => [position, fault]), [[5, "stamp"], [10, "stamp"]])
  }).pipe(Effect.provide(chainOf("another secret of more than 32 characters")))
}).pipe(within(defaultStoreId), Actor.as(Actor.system("test")))
