import { assert, describe, it } from "@effect/vitest"
import { SentAhead, sentAhead, sentAtOnce, transactionOf } from "@stoa/sql/Storage"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as SqlClient from "effect/sql/SqlClient"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import * as PostgresClient from "./PostgresClient.ts"
import * as TestDatabase from "./testing/TestDatabase.ts"

const oneConnection = Layer.unwrap(
  Effect.map(TestDatabase.reused, (url) => PostgresClient.layer({ url, maxConnections: 1 }))
)

/** A table that is gone when the test is over. */
const withTable = <A, E>(body: (sql: SqlClient.SqlClient) => Effect.Effect<A, E>) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE IF NOT EXISTS sent_ahead (id int PRIMARY KEY)`
    return yield* Effect.ensuring(body(sql), Effect.orDie(sql`DROP TABLE sent_ahead`))
  }).pipe(Effect.provide(oneConnection))

const insert = (sql: SqlClient.SqlClient, id: number) => sentAhead(sql`INSERT INTO sent_ahead VALUES (${id})`)

const ids = (sql: SqlClient.SqlClient) =>
  Effect.map(sql<{ readonly id: number }>`SELECT id FROM sent_ahead ORDER BY id`, (rows) => rows.map(({ id }) => id))

const constraintOf = (error: unknown) =>
  isSqlError(error) && error.reason._tag === "UniqueViolation" ? error.reason.constraint : error

describe("a statement that was prepared before a migration of another process", () => {
  it.effect("is prepared anew when its transaction is tried again", () =>
    withTable((sql) =>
      Effect.gen(function*() {
        const all = transactionOf(sql)(sql<{ readonly id: number; readonly note?: string }>`SELECT * FROM sent_ahead`)
        assert.deepStrictEqual(yield* all, [])
        yield* sql`ALTER TABLE sent_ahead ADD COLUMN note text NOT NULL DEFAULT 'none'`
        yield* sql`INSERT INTO sent_ahead (id) VALUES (1)`
        assert.deepStrictEqual(yield* all, [{ id: 1, note: "none" }])
      })))
})

describe("statements of a transaction that are sent ahead", () => {
  it.effect("are done before the next one, in their order", () =>
    withTable((sql) =>
      Effect.gen(function*() {
        const seen = yield* sql.withTransaction(Effect.gen(function*() {
          yield* insert(sql, 1)
          yield* insert(sql, 2)
          yield* sentAhead(sql`UPDATE sent_ahead SET id = id + 10`)
          const seen = yield* ids(sql)
          yield* insert(sql, 3)
          return seen
        }))
        assert.deepStrictEqual(seen, [11, 12])
        assert.deepStrictEqual(yield* ids(sql), [3, 11, 12])
      })))

  it.effect("tell of their failure by the next one, and nothing is left of the transaction", () =>
    withTable((sql) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(sql.withTransaction(
          insert(sql, 1).pipe(Effect.andThen(insert(sql, 1)), Effect.andThen(insert(sql, 2)), Effect.andThen(ids(sql)))
        ))
        assert.strictEqual(constraintOf(error), "sent_ahead_pkey")
        assert.deepStrictEqual(yield* ids(sql), [])
      })))

  it.effect("tell of it by the commit, if no other comes", () =>
    withTable((sql) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(sql.withTransaction(Effect.andThen(insert(sql, 1), insert(sql, 1))))
        assert.strictEqual(constraintOf(error), "sent_ahead_pkey")
        assert.deepStrictEqual(yield* ids(sql), [])
      })))

  it.effect("take only themselves back where a part of the transaction is rolled back", () =>
    withTable((sql) =>
      Effect.gen(function*() {
        const part = sql.withTransaction(
          insert(sql, 2).pipe(Effect.andThen(insert(sql, 1)), Effect.andThen(ids(sql)), Effect.as("done"))
        )
        const outcome = yield* sql.withTransaction(
          insert(sql, 1).pipe(
            Effect.andThen(part.pipe(Effect.catch((error) => Effect.succeed(constraintOf(error))))),
            Effect.tap(() => insert(sql, 3))
          )
        )
        assert.strictEqual(outcome, "sent_ahead_pkey")
        assert.deepStrictEqual(yield* ids(sql), [1, 3])
      })))

  it.effect("take back the part of the transaction whose last they are, and nothing of before", () =>
    withTable((sql) =>
      Effect.gen(function*() {
        const part = transactionOf(sql)(Effect.andThen(insert(sql, 2), insert(sql, 1)))
        const error = yield* transactionOf(sql)(
          insert(sql, 1).pipe(Effect.andThen(Effect.flip(part)), Effect.tap(() => insert(sql, 3)))
        )
        assert.strictEqual(error._tag, "StorageError")
        assert.strictEqual(constraintOf(error.cause), "sent_ahead_pkey")
        assert.deepStrictEqual(yield* ids(sql), [1, 3])
      })))

  it.effect("leave nothing where the commit itself finds what is wrong", () =>
    withTable((sql) =>
      Effect.gen(function*() {
        yield* sql`ALTER TABLE sent_ahead DROP CONSTRAINT sent_ahead_pkey,
          ADD CONSTRAINT sent_ahead_once UNIQUE (id) DEFERRABLE INITIALLY DEFERRED`
        const error = yield* Effect.flip(transactionOf(sql)(Effect.andThen(insert(sql, 1), insert(sql, 1))))
        assert.deepStrictEqual([error.reason, constraintOf(error.cause)], ["rejected", "sent_ahead_once"])
        assert.deepStrictEqual(yield* ids(sql), [])
        yield* transactionOf(sql)(insert(sql, 1))
        assert.deepStrictEqual(yield* ids(sql), [1])
      })))

  it.effect("tell of the limits of time by the commit, and run none of what is behind them", () =>
    withTable((sql) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(transactionOf(sql)(
          insert(sql, 1).pipe(
            Effect.andThen(sentAhead(sql`SET LOCAL statement_timeout = '20ms'`)),
            Effect.andThen(sentAhead(sql`SELECT pg_sleep(60)`)),
            Effect.andThen(insert(sql, 2))
          )
        ))
        assert.strictEqual(error.reason, "busy")
        assert.deepStrictEqual(yield* ids(sql), [])
      })))

  it.effect("are gone with a connection that is cut before the commit, which is heard of", () =>
    withTable((sql) =>
      Effect.gen(function*() {
        const cut = sentAhead(sql`SELECT pg_terminate_backend(pg_backend_pid())`)
        const exit = yield* Effect.exit(sql.withTransaction(insert(sql, 1).pipe(Effect.andThen(cut), Effect.andThen(insert(sql, 2)))))
        assert.strictEqual(exit._tag, "Failure")
        assert.deepStrictEqual(yield* ids(sql), [])
      })))

  it.effect("and those that write beside each other are one, and done in their order where they write the same", () =>
    withTable((sql) =>
      Effect.gen(function*() {
        yield* sql`CREATE TEMPORARY TABLE beside (place int GENERATED ALWAYS AS IDENTITY, note text, texts text)`
        const note = (note: string) => sentAtOnce(sql`INSERT INTO beside (note, texts) VALUES (${note}, current_query())`)
        yield* sql.withTransaction(Effect.gen(function*() {
          yield* sentAtOnce(sql`INSERT INTO sent_ahead VALUES (${1})`)
          yield* note("first")
          yield* note("second")
          yield* sentAtOnce(sql`INSERT INTO sent_ahead VALUES (${2})`)
        }))
        assert.deepStrictEqual(yield* ids(sql), [1, 2])
        const rows = yield* sql<{ readonly note: string; readonly one: boolean }>`
          SELECT note, texts LIKE 'WITH %' AS one FROM beside ORDER BY place`
        assert.deepStrictEqual(rows.map(({ note, one }) => [note, one]), [["first", true], ["second", true]])

        const error = yield* Effect.flip(sql.withTransaction(
          note("third").pipe(Effect.andThen(sentAtOnce(sql`INSERT INTO sent_ahead VALUES (${1})`)))
        ))
        assert.strictEqual(constraintOf(error), "sent_ahead_pkey")
        const part = sql.withTransaction(Effect.andThen(note("fourth"), Effect.fail("no" as const)))
        yield* sql.withTransaction(Effect.andThen(note("fifth"), Effect.flip(part)))
        const notes = yield* sql<{ readonly note: string }>`SELECT note FROM beside ORDER BY place`
        assert.deepStrictEqual(notes.map(({ note }) => note), ["first", "second", "fifth"])
      })))

  it.effect("and statements that are asked at the same time go together, in their order", () =>
    withTable((sql) =>
      Effect.gen(function*() {
        const seen = yield* sql.withTransaction(Effect.gen(function*() {
          yield* insert(sql, 1)
          const [first, , second] = yield* Effect.all([ids(sql), insert(sql, 2), ids(sql)], { concurrency: 3 })
          return [first, second]
        }))
        assert.deepStrictEqual(seen, [[1], [1, 2]])
      })))

  it.effect("and statements that are asked at the same time leave nothing where one of them fails, and the connection to the next", () =>
    withTable((sql) =>
      Effect.gen(function*() {
        const asked = (...all: ReadonlyArray<Effect.Effect<unknown, SqlError | string>>) =>
          Effect.flip(sql.withTransaction(Effect.andThen(insert(sql, 1), Effect.all(all, { concurrency: "unbounded" }))))
        const failed = yield* asked(sql`SELECT 1 / 0`, ids(sql))
        assert.isTrue(isSqlError(failed))
        // what the server is still at is called off
        assert.strictEqual(yield* asked(sql`SELECT pg_sleep(60)`, Effect.andThen(Effect.yieldNow, Effect.fail("no"))), "no")
        assert.deepStrictEqual(yield* ids(sql), [])
        yield* sql.withTransaction(insert(sql, 2))
        assert.deepStrictEqual(yield* ids(sql), [2])
      })))

  it.effect("fail as those of any storage do", () =>
    withTable((sql) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(transactionOf(sql)(Effect.andThen(insert(sql, 1), insert(sql, 1))))
        assert.strictEqual(error._tag, "StorageError")
      })))

  it.effect("are waited for outside of one", () =>
    withTable((sql) =>
      Effect.gen(function*() {
        yield* insert(sql, 1)
        assert.strictEqual(constraintOf(yield* Effect.flip(insert(sql, 1))), "sent_ahead_pkey")
        assert.isFalse(yield* SentAhead)
      })))
})

describe("a statement that is given up", () => {
  for (const where of ["in a transaction", "outside of one"]) {
    it.effect(`${where} ends on the server, too, and its connection serves others`, () =>
      Effect.gen(function*() {
        const url = yield* TestDatabase.reused
        const sql = yield* PostgresClient.make({ url, maxConnections: 1 })
        const watcher = yield* PostgresClient.make({ url })
        const running = Effect.map(
          watcher`
            SELECT 1 FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'active' AND query = 'SELECT pg_sleep(3600)'`,
          (rows) => rows.length
        )
        const sleep = sql`SELECT pg_sleep(3600)`
        const fiber = yield* Effect.forkChild(where === "in a transaction" ? sql.withTransaction(sleep) : sleep)
        yield* Effect.repeat(running, { until: (count) => count === 1 })
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(yield* running, 0)
        assert.deepStrictEqual(yield* sql`SELECT 1 AS one`, [{ one: 1 }])
      }).pipe(Effect.scoped, Effect.provide(Reactivity.layer)))
  }
})
