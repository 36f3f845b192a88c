/**
 * Trouble that PostgreSQL itself makes, and what becomes of transactions in it.
 */
import { assert, describe, it } from "@effect/vitest"
import { Jobs } from "@stoa/core/jobs/Jobs"
import * as Actor from "@stoa/core/kernel/Actor"
import { StorageError } from "@stoa/core/kernel/StorageError"
import { Transactor } from "@stoa/core/kernel/Transactor"
import { Payments } from "@stoa/core/payments/Payments"
import * as Invariants from "@stoa/core/testing/Invariants"
import * as Shop from "@stoa/core/testing/Shop"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import * as PostgresClient from "./PostgresClient.ts"
import { fromClient } from "./PostgresStorage.ts"
import * as TestDatabase from "./testing/TestDatabase.ts"

const storage = () =>
  Layer.unwrap(Effect.map(TestDatabase.migrated, (url) =>
    fromClient(PostgresClient.layer({ url, maxConnections: 12, acquireTimeout: "1 minute" }))))

const createShelves = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.andThen(
    sql`CREATE TABLE shelf (id text PRIMARY KEY, books int NOT NULL)`,
    sql`INSERT INTO shelf ${sql.insert([{ id: "a", books: 5 }, { id: "b", books: 5 }])}`
  ))

const books = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(sql<{ readonly books: number }>`SELECT books FROM shelf ORDER BY id`, (rows) => rows.map(({ books }) => books)))

const take = (id: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`UPDATE shelf SET books = books - 1 WHERE id = ${id}`)

/** Ends every other connection to the database, as an administrator or a restart does. */
const cutAll = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`)

/** The first time that two come here, each waits for the other. */
const meeting = () => {
  const latch = Latch.makeUnsafe(false)
  let missing = 2
  return Effect.suspend(() => {
    missing -= 1
    if (missing <= 0) latch.openUnsafe()
    return latch.await
  })
}

describe("PostgreSQL in real trouble", () => {
  const test = (
    name: string,
    body: Effect.Effect<void, unknown, SqlClient.SqlClient | Transactor>
  ) => it.effect(name, () => Effect.andThen(createShelves, body).pipe(Effect.provide(storage())))

  test(
    "two transactions that wait for each other both get done",
    Effect.gen(function*() {
      const { transaction } = yield* Transactor
      const meet = meeting()
      let runs = 0
      const both = (first: string, second: string) =>
        transaction(Effect.gen(function*() {
          runs += 1
          yield* take(first)
          yield* meet
          yield* take(second)
        }))
      yield* Effect.all([both("a", "b"), both("b", "a")], { concurrency: 2 })
      assert.isAtLeast(runs, 3, "one of them was the victim of the deadlock and ran again")
      assert.deepStrictEqual(yield* books, [3, 3])
    })
  )

  test(
    "two transactions that have read the same before either wrote count both",
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { transaction } = yield* Transactor
      const meet = meeting()
      let runs = 0
      const takeWhatIsThere = transaction(Effect.gen(function*() {
        runs += 1
        const [there = 0] = yield* books
        yield* meet
        yield* sql`UPDATE shelf SET books = ${there - 1} WHERE id = 'a'`
      })).pipe(Effect.provideService(SqlClient.BeginTransaction, "BEGIN ISOLATION LEVEL SERIALIZABLE"))
      yield* Effect.all([takeWhatIsThere, takeWhatIsThere], { concurrency: 2 })
      assert.isAtLeast(runs, 3, "one of them could not be serialised and ran again")
      assert.deepStrictEqual(yield* books, [3, 5])
    })
  )

  test(
    "who waits too long for a lock tries again, and says that the storage is busy if that is of no use",
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { transaction } = yield* Transactor
      const isHeld = Latch.makeUnsafe(false)
      const isOver = Latch.makeUnsafe(false)
      const holder = transaction(Effect.andThen(take("a"), Effect.andThen(isHeld.open, isOver.await)))
      let runs = 0
      const hurried = transaction(Effect.gen(function*() {
        runs += 1
        yield* sql`SET LOCAL lock_timeout = '20ms'`
        yield* take("b")
        yield* take("a")
      }))
      const waiting = Effect.gen(function*() {
        yield* isHeld.await
        const error = yield* Effect.flip(hurried)
        assert(error instanceof StorageError)
        assert.strictEqual(error.reason, "busy")
        assert.isAtLeast(runs, 2)
        assert.deepStrictEqual(yield* books, [5, 5])
        yield* isOver.open
      })
      yield* Effect.all([holder, waiting], { concurrency: 2 })
      yield* hurried
      assert.deepStrictEqual(yield* books, [3, 4])
    })
  )

  test(
    "a statement that takes too long is ended, and so is its transaction",
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { transaction } = yield* Transactor
      const slow = transaction(Effect.gen(function*() {
        yield* take("a")
        yield* sql`SET LOCAL statement_timeout = '20ms'`
        yield* sql`SELECT pg_sleep(60)`
      }))
      const error = yield* Effect.flip(slow)
      assert(error instanceof StorageError)
      assert.strictEqual(error.reason, "busy")
      assert.deepStrictEqual(yield* books, [5, 5])
    })
  )

  test(
    "a connection that is cut in the middle of a transaction takes the transaction with it, and nothing else",
    Effect.gen(function*() {
      const { transaction } = yield* Transactor
      const isHalfDone = Latch.makeUnsafe(false)
      const isCut = Latch.makeUnsafe(false)
      const halfDone = transaction(Effect.gen(function*() {
        yield* take("a")
        yield* isHalfDone.open
        yield* isCut.await
        yield* take("b")
      }))
      const cut = isHalfDone.await.pipe(Effect.andThen(cutAll), Effect.andThen(isCut.open))
      const [error] = yield* Effect.all([Effect.flip(halfDone), cut], { concurrency: 2 })
      assert(error instanceof StorageError)
      assert.strictEqual(error.reason, "unreachable")
      assert.deepStrictEqual(yield* books, [5, 5])
      yield* transaction(Effect.andThen(take("a"), take("b")))
      assert.deepStrictEqual(yield* books, [4, 4])
    })
  )
})

describe("a shop whose connections are cut again and again", () => {
  const rounds = 12

  it.effect("keeps its books: each buyer gets an order or hears of the trouble, and nobody pays twice", () =>
    Effect.gen(function*() {
      const payments = yield* Payments
      const jobs = yield* Jobs
      yield* Shop.ships
      const { variantId } = yield* Shop.product({ stock: 60 })
      const buyers = yield* Effect.forEach(Array.from({ length: 90 }), () => Shop.guest([variantId, 1]), { concurrency: 8 })
      let [connections, cuts, isOver] = [0, 0, false]
      const cut = Effect.match(cutAll, {
        // its own may have been the one that the round before has cut
        onFailure: () => undefined,
        onSuccess: ({ length }) => {
          connections += length
        }
      }).pipe(Effect.repeat({ until: () => ++cuts >= rounds && (connections >= rounds || isOver) }))
      const [exits] = yield* Effect.all([
        Effect.forEach(buyers, (buyer) => Effect.exit(Shop.place(buyer)), { concurrency: "unbounded" }).pipe(
          Effect.tap(() => Effect.sync(() => isOver = true))
        ),
        cut
      ], { concurrency: "unbounded" })
      assert.isAbove(connections, 0)
      for (const exit of exits) {
        if (Exit.isSuccess(exit)) continue
        for (const reason of exit.cause.reasons) {
          assert(reason._tag === "Fail", String(exit.cause))
          assert.include(["StorageError", "InsufficientStock"], reason.error._tag)
        }
      }
      // those who heard of the trouble press the button again
      yield* Effect.forEach(
        buyers.filter((_, index) => exits[index]?._tag === "Failure"),
        (buyer) => Effect.exit(Shop.place(buyer)),
        { concurrency: "unbounded" }
      )
      for (const time of ["2 minutes", "30 minutes", "2 minutes"] as const) {
        yield* TestClock.adjust(time)
        yield* payments.recover
        yield* jobs.drain
      }
      assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(yield* Shop.Bank) }), [])
    }).pipe(
      Actor.as(Actor.system("test")),
      Effect.provide(Shop.layer<SqlClient.SqlClient>(storage()))
    ))
})
