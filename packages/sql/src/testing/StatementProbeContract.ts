/**
 * That the probe counts every statement, and dies as a process dies.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { SqlClient } from "effect/sql/SqlClient"
import { isSqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import assert from "node:assert/strict"
import * as Dialect from "../Dialect.ts"
import type { Case } from "./Contract.ts"
import * as StatementProbe from "./StatementProbe.ts"

const createShelf = Effect.gen(function*() {
  const sql = yield* SqlClient
  const d = Dialect.ddl(Dialect.of(sql))
  yield* sql.unsafe(`CREATE TABLE shelf (id ${d.text} PRIMARY KEY, books ${d.int} NOT NULL)${d.strict}`)
  yield* sql`INSERT INTO shelf ${sql.insert([{ id: "a", books: 10 }, { id: "b", books: 0 }])}`
})

const take = (from: string, books: number) =>
  Effect.flatMap(SqlClient, (sql) => sql`UPDATE shelf SET books = books - ${books} WHERE id = ${from}`)

/** Moves a book, two statements in one transaction. */
const moveBook = Effect.flatMap(SqlClient, (sql) =>
  sql.withTransaction(Effect.andThen(take("a", 1), take("b", -1))))

const shelves = Effect.flatMap(SqlClient, (sql) =>
  Effect.map(
    sql<{ books: number | bigint }>`SELECT books FROM shelf ORDER BY id`,
    (rows) => rows.map((row) => Number(row.books))
  ))

const begin = (statement: string | undefined) => statement?.replace(" IMMEDIATE", "")

const probing = (
  test: (probe: StatementProbe.StatementProbe["Service"], sql: SqlClient) => Effect.Effect<void, unknown, SqlClient>
) =>
  Effect.gen(function*() {
    yield* createShelf
    yield* Effect.gen(function*() {
      yield* test(yield* StatementProbe.StatementProbe, yield* SqlClient)
    }).pipe(Effect.provide(StatementProbe.layer))
  })

export const cases: ReadonlyArray<Case> = [
  {
    name: "the probe counts what an operation sends, its transaction included, and nobody else's",
    test: probing((probe, sql) =>
      Effect.gen(function*() {
        const other = yield* Effect.forkChild(moveBook)
        const [, both] = yield* probe.record(Effect.all([moveBook, moveBook], { concurrency: 2 }))
        yield* Fiber.join(other)
        assert.equal(both.length, 8)
        assert.equal(both.filter((statement) => statement === "COMMIT").length, 2)
        const [, own] = yield* probe.record(moveBook)
        assert.equal(begin(own[0]), "BEGIN")
        assert.match(String(own[1]), /^UPDATE shelf SET books = books - \S+ WHERE id = \S+$/)
        assert.equal(own[2], own[1])
        assert.equal(own[3], "COMMIT")
        assert.equal(own.length, 4)
        const [, others] = yield* probe.record(Effect.andThen(
          shelves,
          Stream.runCollect(sql`SELECT id\n  FROM shelf`.stream)
        ))
        assert.deepEqual(others, ["SELECT books FROM shelf ORDER BY id", "SELECT id FROM shelf"])
        assert.equal((yield* probe.statements).length, 4 + 8 + 4 + 2)
        yield* probe.clear
        assert.deepEqual(yield* probe.statements, [])
      })
    )
  },
  {
    name: "the probe counts savepoints and rollbacks",
    test: probing((probe, sql) =>
      Effect.gen(function*() {
        const part = sql.withTransaction(Effect.andThen(take("a", 1), Effect.fail("no"))).pipe(Effect.ignore)
        const [, statements] = yield* probe.record(
          sql.withTransaction(Effect.andThen(part, Effect.fail("never"))).pipe(Effect.ignore)
        )
        assert.deepEqual(statements.map((statement) => statement.split(" ")[0]), [
          "BEGIN",
          "SAVEPOINT",
          "UPDATE",
          "ROLLBACK",
          "RELEASE",
          "ROLLBACK"
        ])
        assert.deepEqual(yield* shelves, [10, 0])
      })
    )
  },
  {
    name: "a process that dies at any statement of a transaction has done all of it or nothing",
    test: probing((probe) =>
      Effect.gen(function*() {
        const [, statements] = yield* probe.record(moveBook)
        let moved = 1
        for (const fault of StatementProbe.everyFault(statements.length)) {
          const exit = yield* Effect.exit(probe.kill(moveBook, fault))
          assert.equal(StatementProbe.hasDied(exit), true)
          assert.equal(StatementProbe.hasDied(yield* Effect.exit(shelves)), true)
          assert.equal(StatementProbe.hasDied(yield* Effect.exit(moveBook)), true)
          yield* probe.revive
          if (statements[fault.at - 1] === "COMMIT" && fault.moment === "after") moved++
          assert.deepEqual(yield* shelves, [10 - moved, moved], `${fault.moment} statement ${fault.at}`)
        }
        assert.equal(moved, 2)
        const exit = yield* Effect.exit(probe.kill(moveBook, { at: statements.length + 1, moment: "before" }))
        assert.equal(exit._tag, "Success")
      })
    )
  },
  {
    name: "a statement outside of a transaction has run when the process dies after it, and not when before",
    test: probing((probe, sql) =>
      Effect.gen(function*() {
        assert.equal(
          StatementProbe.hasDied(yield* Effect.exit(probe.kill(take("a", 1), { at: 1, moment: "before" }))),
          true
        )
        yield* probe.revive
        assert.deepEqual(yield* shelves, [10, 0])
        yield* probe.arm({ at: 2, moment: "after" })
        yield* take("a", 1)
        assert.equal(StatementProbe.hasDied(yield* Effect.exit(take("a", 1))), true)
        yield* probe.revive
        assert.deepEqual(yield* shelves, [8, 0])
        const read: Array<unknown> = []
        const exit = yield* sql`SELECT id FROM shelf ORDER BY id`.stream.pipe(
          Stream.runForEach((row) => Effect.sync(() => read.push(row))),
          (reading) => probe.kill(reading, { at: 1, moment: "after" }),
          Effect.exit
        )
        assert.equal(StatementProbe.hasDied(exit), true)
        assert.deepEqual(read, [{ id: "a" }, { id: "b" }])
        yield* probe.revive
      })
    )
  },
  {
    name: "a connection that is lost at any statement fails the operation once, and the next one works",
    test: probing((probe) =>
      Effect.gen(function*() {
        let moved = 0
        for (const fault of StatementProbe.everyFault(4)) {
          // a transaction that cannot even be rolled back is a defect of the client, of the same reason
          const exit = yield* Effect.exit(Effect.catchDefect(probe.fail(moveBook, fault, "connection_lost"), Effect.fail))
          const [reason] = exit._tag === "Failure" ? exit.cause.reasons : []
          const error = reason?._tag === "Fail" ? reason.error : reason
          assert.equal(isSqlError(error) && error.reason._tag, "ConnectionError")
          if (fault.at === 4 && fault.moment === "after") moved++
          assert.deepEqual(yield* shelves, [10 - moved, moved], `${fault.moment} statement ${fault.at}`)
          yield* moveBook
          moved++
        }
      })
    )
  },
  {
    name: "a statement that is refused takes its transaction with it, whatever is tried in it afterwards",
    test: probing((probe, sql) =>
      Effect.gen(function*() {
        const refusals = ["serialization_failure", "deadlock", "lock_timeout", "statement_timeout", "disk_full"] as const
        for (const trouble of refusals) {
          for (let at = 1; at <= 4; at++) {
            const error = yield* Effect.flip(probe.fail(moveBook, { at, moment: "after" }, trouble))
            assert.equal(error.message.includes(trouble), true)
            assert.deepEqual(yield* shelves, [10, 0], `${trouble} at statement ${at}`)
          }
          const stubborn = sql.withTransaction(Effect.andThen(Effect.ignore(take("a", 1)), take("b", -1)))
          const error = yield* Effect.flip(probe.fail(stubborn, { at: 2, moment: "before" }, trouble))
          assert.equal(error.message.includes(trouble), true)
          // a savepoint is a way back
          const careful = sql.withTransaction(
            Effect.andThen(Effect.ignore(sql.withTransaction(take("a", 1))), take("b", 0))
          )
          yield* probe.fail(careful, { at: 3, moment: "before" }, trouble)
          assert.deepEqual(yield* shelves, [10, 0])
        }
      })
    )
  },
  {
    name: "a fault counts only the statements that it is about",
    test: probing((probe) =>
      Effect.gen(function*() {
        const among = (statement: string) => statement.startsWith("UPDATE")
        const [exit, statements] = yield* probe.record(
          Effect.exit(probe.fail(moveBook, { at: 2, moment: "before", among }, "deadlock"))
        )
        assert.equal(exit._tag, "Failure")
        assert.deepEqual(statements, [])
        assert.deepEqual(yield* shelves, [10, 0])
        assert.deepEqual((yield* probe.statements).filter(among).length, 2)
      })
    )
  },
  {
    name: "a fault is told which statements are inside of a transaction, whoever else has one open",
    test: probing((probe) =>
      Effect.gen(function*() {
        const seen: Array<string> = []
        const among = (statement: string, inTransaction: boolean) =>
          seen.push(`${statement.split(" ")[0]} ${inTransaction ? "inside" : "outside"}`) > 0
        const both = Effect.all([moveBook, shelves], { concurrency: 2 })
        yield* probe.fail(both, { at: 6, moment: "before", among }, "deadlock")
        assert.deepEqual(seen.sort(), ["BEGIN inside", "COMMIT inside", "SELECT outside", "UPDATE inside", "UPDATE inside"])
      })
    )
  },
  {
    name: "a commit that breaks a rule is rolled back behind the probe, too",
    test: probing((_, sql) =>
      Effect.gen(function*() {
        yield* sql.unsafe(
          "CREATE TABLE page (shelf TEXT REFERENCES shelf (id) DEFERRABLE INITIALLY DEFERRED)"
        )
        const error = yield* Effect.flip(sql.withTransaction(sql`INSERT INTO page (shelf) VALUES ('none')`))
        assert.equal(error.reason._tag, "ConstraintError")
        yield* moveBook
        assert.deepEqual(yield* shelves, [9, 1])
        const ran: Array<string> = []
        yield* sql.withTransaction(Effect.andThen(take("a", 1), sql.afterCommit(Effect.sync(() => ran.push("done")))))
        assert.deepEqual(ran, ["done"])
      })
    )
  }
]
