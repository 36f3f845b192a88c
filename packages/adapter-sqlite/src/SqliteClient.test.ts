import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as SqliteClient from "./SqliteClient.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "stoa-sqlite-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const file = Effect.map(folder, (path) => join(path, "shop.db"))

const inMemory = SqliteClient.layer({ filename: ":memory:" })

const inFile = Layer.unwrap(Effect.map(file, (filename) => SqliteClient.layer({ filename })))

const createStock = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  sql`CREATE TABLE stock (sku TEXT PRIMARY KEY, on_hand INTEGER NOT NULL CHECK (on_hand >= 0), note TEXT) STRICT`)

const addStock = (count: number) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    sql`INSERT INTO stock (sku, on_hand)
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
      SELECT printf('sku-%05d', i), i FROM n`)

const onHand = (sku: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.map(sql<{ on_hand: number }>`SELECT on_hand FROM stock WHERE sku = ${sku}`, (rows) => rows[0]?.on_hand))

const reasonOf = <A, R>(effect: Effect.Effect<A, { readonly reason: { readonly _tag: string } }, R>) =>
  Effect.map(Effect.flip(effect), (error) => error.reason._tag)

for (const [name, database] of [["in a file", inFile], ["in memory", inMemory]] as const) {
  describe(`a database ${name}`, () => {
    const test = <A, E>(sentence: string, effect: Effect.Effect<A, E, SqlClient.SqlClient | SqliteClient.SqliteClient>) =>
      it.effect(sentence, () => Effect.provide(effect, database))

    test("answers rows as plain objects", Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* createStock
      yield* sql`INSERT INTO stock ${sql.insert([{ sku: "a", on_hand: 3 }, { sku: "b", on_hand: 4 }])}`
      assert.deepStrictEqual(yield* sql`SELECT * FROM stock ORDER BY sku`, [
        { sku: "a", on_hand: 3, note: null },
        { sku: "b", on_hand: 4, note: null }
      ])
      assert.deepStrictEqual(yield* sql`SELECT sku, on_hand FROM stock ORDER BY sku`.values, [["a", 3], ["b", 4]])
      assert.deepStrictEqual(yield* sql`SELECT sku FROM stock WHERE sku = 'none'`, [])
      assert.deepStrictEqual(yield* sql`UPDATE stock SET on_hand = on_hand - 1 WHERE sku = 'a' RETURNING on_hand`, [
        { on_hand: 2 }
      ])
      assert.deepInclude(yield* sql`DELETE FROM stock`.raw, { changes: 2 })
    }))

    test("stores each kind of value as what it is", Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const [row] = yield* sql`SELECT ${5} / 2 AS half, ${1.5} AS float, ${true} AS yes, ${false} AS no,
        ${new Date(0)} AS date, ${undefined} AS missing, ${null} AS empty, ${-0} AS zero,
        ${2n ** 53n - 1n} AS large, json_object('n', ${7}) AS json, typeof(${new Uint8Array([1, 2])}) AS blob`
      assert.deepStrictEqual(row, {
        half: 2,
        float: 1.5,
        yes: 1,
        no: 0,
        date: "1970-01-01T00:00:00.000Z",
        missing: null,
        empty: null,
        zero: 0,
        large: Number.MAX_SAFE_INTEGER,
        json: "{\"n\":7}",
        blob: "blob"
      })
    }))

    test("refuses what it could only store wrongly, and names the parameter but not the value", Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const refused = (value: unknown) =>
        Effect.map(Effect.flip(sql`SELECT ${"first"} AS a, ${value} AS b`), (error) => error.message)
      assert.strictEqual(yield* refused(Number.NaN), "Parameter 2 of the statement is not a finite number")
      assert.strictEqual(
        yield* refused(2 ** 53),
        "Parameter 2 of the statement is a whole number beyond 2^53; pass a bigint"
      )
      assert.strictEqual(
        yield* refused(["secret"]),
        "Parameter 2 of the statement is of type array; pass JSON as text"
      )
      assert.strictEqual(
        yield* refused({ card: "4242" }),
        "Parameter 2 of the statement is of type object; pass JSON as text"
      )
    }))

    test("reads an integer beyond 2^53 as a bigint when asked, and says so otherwise", Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const large = sql`SELECT ${2n ** 60n} AS n`
      assert.include((yield* Effect.flip(large)).message, "beyond 2^53")
      assert.deepStrictEqual(yield* Effect.provideService(large, SqlClient.SafeIntegers, true), [{ n: 2n ** 60n }])
      assert.deepStrictEqual(yield* sql`SELECT ${1} AS n`, [{ n: 1 }])
    }))

    test("says which kind of rule a statement broke", Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* createStock
      yield* sql`CREATE TABLE line (id INTEGER PRIMARY KEY, sku TEXT REFERENCES stock (sku), code TEXT UNIQUE) STRICT`
      yield* sql`INSERT INTO stock (sku, on_hand) VALUES ('a', 1)`
      yield* sql`INSERT INTO line VALUES (1, 'a', 'x')`
      assert.strictEqual(yield* reasonOf(sql`INSERT INTO stock (sku, on_hand) VALUES ('a', 1)`), "UniqueViolation")
      assert.strictEqual(yield* reasonOf(sql`INSERT INTO line VALUES (1, 'a', 'y')`), "UniqueViolation")
      assert.strictEqual(yield* reasonOf(sql`INSERT INTO line VALUES (2, 'a', 'x')`), "UniqueViolation")
      assert.strictEqual(yield* reasonOf(sql`INSERT INTO line VALUES (3, 'none', 'z')`), "ConstraintError")
      assert.strictEqual(yield* reasonOf(sql`UPDATE stock SET on_hand = -1`), "ConstraintError")
      assert.strictEqual(yield* reasonOf(sql`SELECT * FROM absent`), "UnknownError")
    }))

    test("never fills a missing parameter with that of the run before", Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql.unsafe("SELECT ? AS a, ? AS b", ["ada", "grace"])
      const error = yield* Effect.flip(sql.unsafe("SELECT ? AS a, ? AS b", ["bob"]))
      assert.strictEqual(error.message, "The statement takes 2 parameters and was given 1")
    }))

    test("runs all of a text or nothing of it", Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const error = yield* Effect.flip(sql.unsafe("CREATE TABLE a (x TEXT); CREATE TABLE b (x TEXT)"))
      assert.include(error.message, "several statements")
      assert.deepStrictEqual(yield* sql`SELECT name FROM sqlite_schema`, [])
      yield* sql.unsafe("CREATE TABLE a (x TEXT DEFAULT ';'); -- the end;")
      yield* sql.unsafe("CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a; DELETE FROM a; END")
      assert.deepStrictEqual(yield* sql`SELECT ';' AS "a;b"`, [{ "a;b": ";" }])
    }))

    test("knows the columns of a table after they have changed", Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* createStock
      yield* addStock(1)
      assert.deepStrictEqual(Object.keys((yield* sql`SELECT * FROM stock`)[0] ?? {}), ["sku", "on_hand", "note"])
      yield* sql`ALTER TABLE stock RENAME COLUMN note TO remark`
      yield* sql`ALTER TABLE stock ADD COLUMN bin TEXT`
      assert.deepStrictEqual(
        Object.keys((yield* sql`SELECT * FROM stock`)[0] ?? {}),
        ["sku", "on_hand", "remark", "bin"]
      )
    }))

    test("rolls a failed transaction back, and a failed part of one", Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* createStock
      yield* addStock(2)
      const sell = (sku: string) => sql`UPDATE stock SET on_hand = on_hand - 1 WHERE sku = ${sku}`
      yield* sql.withTransaction(Effect.andThen(sell("sku-00001"), Effect.fail("no money"))).pipe(Effect.ignore)
      assert.strictEqual(yield* onHand("sku-00001"), 1)
      yield* sql.withTransaction(Effect.gen(function*() {
        yield* sell("sku-00001")
        yield* sql.withTransaction(Effect.andThen(sell("sku-00002"), Effect.fail("no gift"))).pipe(Effect.ignore)
      }))
      assert.strictEqual(yield* onHand("sku-00001"), 0)
      assert.strictEqual(yield* onHand("sku-00002"), 2)
    }))

    test("rolls an interrupted transaction back and goes on", Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* createStock
      yield* addStock(1)
      const sold = yield* Deferred.make<void>()
      const buyer = yield* sql.withTransaction(Effect.gen(function*() {
        yield* sql`UPDATE stock SET on_hand = 0`
        yield* Deferred.succeed(sold, undefined)
        yield* Effect.never
      })).pipe(Effect.forkChild)
      yield* Deferred.await(sold)
      yield* Fiber.interrupt(buyer)
      assert.strictEqual(yield* onHand("sku-00001"), 1)
      yield* sql.withTransaction(sql`UPDATE stock SET on_hand = 5`)
      assert.strictEqual(yield* onHand("sku-00001"), 5)
    }))

    test("is usable after a commit that broke a rule", Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* createStock
      yield* sql`CREATE TABLE line (sku TEXT REFERENCES stock (sku) DEFERRABLE INITIALLY DEFERRED) STRICT`
      const reason = yield* reasonOf(sql.withTransaction(sql`INSERT INTO line VALUES ('none')`))
      assert.strictEqual(reason, "ConstraintError")
      yield* sql.withTransaction(addStock(1))
      assert.deepStrictEqual(yield* sql`SELECT count(*) AS n FROM line`, [{ n: 0 }])
    }))

    test("lets who reads a stream ask for more at each row", Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* createStock
      yield* addStock(1000)
      const sold = yield* sql<{ sku: string }>`SELECT sku FROM stock ORDER BY sku`.stream.pipe(
        Stream.mapEffect(({ sku }) =>
          sql.withTransaction(sql`UPDATE stock SET on_hand = 0 WHERE sku = ${sku} RETURNING sku`)
        ),
        Stream.runCount
      )
      assert.strictEqual(sold, 1000)
      assert.deepStrictEqual(yield* sql`SELECT sum(on_hand) AS n FROM stock`, [{ n: 0 }])
    }))

    test("streams what the transaction has written", Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* createStock
      const skus = yield* sql.withTransaction(Effect.gen(function*() {
        yield* addStock(600)
        return yield* sql<{ sku: string }>`SELECT sku FROM stock ORDER BY sku`.stream.pipe(
          Stream.map((row) => row.sku),
          Stream.runCollect
        )
      }))
      assert.strictEqual(skus.length, 600)
      assert.strictEqual(skus[599], "sku-00600")
    }))

    test("ends a stream that is not read to its end", Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* createStock
      yield* addStock(1000)
      const rows = sql`SELECT sku FROM stock`.stream
      assert.strictEqual((yield* Stream.runCollect(Stream.take(rows, 3))).length, 3)
      yield* sql.withTransaction(Stream.runCollect(Stream.take(rows, 3)))
      // an open cursor would hold a lock on the table
      yield* sql`DROP TABLE stock`
    }))

    test("says what is wrong with a streamed statement", Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const exit = yield* Effect.exit(Stream.runCollect(sql`SELECT * FROM absent`.stream))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasFails(exit.cause))
    }))

    test("makes a backup that is a database of its own", Effect.gen(function*() {
      const client = yield* SqliteClient.SqliteClient
      yield* createStock
      yield* addStock(500)
      const path = join(yield* folder, "backup.db")
      yield* client.backup(path)
      yield* client`DELETE FROM stock`
      const copy = yield* Effect.provide(
        Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT count(*) AS n FROM stock`),
        SqliteClient.layer({ filename: path })
      )
      assert.deepStrictEqual(copy, [{ n: 500 }])
      const again = yield* Effect.flip(client.backup(path))
      assert.deepInclude(again, { _tag: "SqliteBackupError", code: "backup_failed", reason: "exists" })
      const nowhere = yield* Effect.flip(client.backup(join(path, "no", "folder.db")))
      assert.deepInclude(nowhere, { code: "backup_failed", reason: "missing_folder" })
    }).pipe(Effect.scoped))
  })
}

describe("a database file", () => {
  it.effect("is in WAL mode, durable unless told otherwise, and keeps references whole", () =>
    Effect.gen(function*() {
      const filename = yield* file
      const settings = Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const pragma = (name: string) => Effect.map(sql.unsafe(`PRAGMA ${name}`).values, (rows) => rows[0]?.[0])
        return yield* Effect.all([pragma("journal_mode"), pragma("synchronous"), pragma("foreign_keys")])
      })
      const full = 2
      const normal = 1
      const unless = settings.pipe(Effect.provide(SqliteClient.layer({ filename })))
      assert.deepStrictEqual(yield* unless, ["wal", full, 1])
      const told = settings.pipe(Effect.provide(SqliteClient.layer({ filename, synchronous: "NORMAL" })))
      assert.deepStrictEqual(yield* told, ["wal", normal, 1])
    }))

  it.effect("lets readers past an open transaction, and shows them what was committed", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* createStock
      yield* addStock(1)
      const sold = yield* Deferred.make<void>()
      const go = yield* Deferred.make<void>()
      const buyer = yield* sql.withTransaction(Effect.gen(function*() {
        yield* sql`UPDATE stock SET on_hand = 0`
        assert.strictEqual(yield* onHand("sku-00001"), 0)
        yield* Deferred.succeed(sold, undefined)
        yield* Deferred.await(go)
      })).pipe(Effect.forkChild)
      yield* Deferred.await(sold)
      assert.strictEqual(yield* onHand("sku-00001"), 1)
      assert.deepStrictEqual(yield* sql`WITH s AS (SELECT * FROM stock) SELECT count(*) AS n FROM s`, [{ n: 1 }])
      yield* Deferred.succeed(go, undefined)
      yield* Fiber.join(buyer)
      assert.strictEqual(yield* onHand("sku-00001"), 0)
    }).pipe(Effect.provide(inFile)))

  it.effect("takes a statement that writes for one, whatever it begins with", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* createStock
      assert.deepStrictEqual(
        yield* sql`WITH n AS (SELECT 'a' AS sku) INSERT INTO stock (sku, on_hand) SELECT sku, 1 FROM n RETURNING sku`,
        [{ sku: "a" }]
      )
      assert.deepStrictEqual(yield* sql`SELECT changes() AS n`, [{ n: 1 }])
      assert.deepStrictEqual(
        yield* Stream.runCollect(sql`INSERT INTO stock (sku, on_hand) VALUES ('b', 2) RETURNING sku`.stream),
        [{ sku: "b" }]
      )
    }).pipe(Effect.provide(inFile)))

  it.effect("sees what is new after a read that failed half-way", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* createStock
      yield* addStock(10)
      const tooLarge = sql`SELECT on_hand, CASE WHEN on_hand > 5 THEN 9007199254740993 ELSE 1 END AS n FROM stock`
      assert.strictEqual(yield* reasonOf(tooLarge), "UnknownError")
      assert.strictEqual(yield* reasonOf(sql.withTransaction(Stream.runCollect(tooLarge.stream))), "UnknownError")
      yield* sql`UPDATE stock SET on_hand = 0`
      assert.strictEqual(yield* onHand("sku-00001"), 0)
      yield* sql`DROP TABLE stock`
    }).pipe(Effect.provide(inFile)))

  it.effect("streams one state of the data, however long it takes", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* createStock
      yield* addStock(1000)
      const first = yield* Deferred.make<void>()
      const go = yield* Deferred.make<void>()
      const download = yield* sql<{ on_hand: number }>`SELECT on_hand FROM stock`.stream.pipe(
        Stream.tap(() => Effect.andThen(Deferred.succeed(first, undefined), Deferred.await(go))),
        Stream.runFold(() => 0, (sum, row) => sum + row.on_hand),
        Effect.forkChild
      )
      yield* Deferred.await(first)
      yield* sql.withTransaction(sql`UPDATE stock SET on_hand = 0`)
      assert.deepStrictEqual(yield* sql`SELECT sum(on_hand) AS n FROM stock`, [{ n: 0 }])
      yield* Deferred.succeed(go, undefined)
      assert.strictEqual(yield* Fiber.join(download), 500_500)
    }).pipe(Effect.provide(inFile)))

  it.effect("makes a backup while a transaction is open, without what is not committed", () =>
    Effect.gen(function*() {
      const client = yield* SqliteClient.SqliteClient
      yield* createStock
      yield* addStock(10)
      const path = join(yield* folder, "backup.db")
      yield* client.withTransaction(Effect.gen(function*() {
        yield* client`DELETE FROM stock`
        yield* client.backup(path)
      }))
      const copy = new DatabaseSync(path)
      assert.strictEqual(copy.prepare("SELECT count(*) AS n FROM stock").get()?.["n"], 10)
      copy.close()
    }).pipe(Effect.provide(inFile)))

  it.effect("makes a second engine in the same process wait for its turn", () =>
    Effect.gen(function*() {
      const filename = yield* file
      const one = yield* Layer.build(SqliteClient.layer({ filename }))
      const other = yield* Layer.build(SqliteClient.layer({ filename }))
      yield* createStock.pipe(Effect.provide(one))
      yield* addStock(1).pipe(Effect.provide(one))
      const held = yield* Deferred.make<void>()
      const go = yield* Deferred.make<void>()
      const sell = (before: Effect.Effect<unknown>) =>
        Effect.flatMap(SqlClient.SqlClient, (sql) =>
          sql.withTransaction(Effect.andThen(before, sql`UPDATE stock SET on_hand = on_hand + 1`)))
      const first = yield* sell(Effect.andThen(Deferred.succeed(held, undefined), Deferred.await(go))).pipe(
        Effect.provide(one),
        Effect.forkChild
      )
      yield* Deferred.await(held)
      const second = yield* sell(Effect.void).pipe(Effect.provide(other), Effect.forkChild)
      yield* Effect.yieldNow
      assert.strictEqual(yield* onHand("sku-00001").pipe(Effect.provide(other)), 1)
      yield* Deferred.succeed(go, undefined)
      yield* Fiber.join(first)
      yield* Fiber.join(second)
      assert.strictEqual(yield* onHand("sku-00001").pipe(Effect.provide(one)), 3)
    }))

  it.effect("gives up on a lock that is not let go in time", () =>
    Effect.gen(function*() {
      const filename = yield* file
      yield* Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* createStock
        const other = new DatabaseSync(filename)
        other.exec("BEGIN IMMEDIATE")
        assert.strictEqual(yield* reasonOf(sql.withTransaction(addStock(1))), "LockTimeoutError")
        assert.strictEqual(yield* reasonOf(addStock(1)), "LockTimeoutError")
        other.exec("COMMIT")
        other.close()
        yield* addStock(1)
      }).pipe(Effect.provide(SqliteClient.layer({ filename, busyTimeout: "20 millis" })))
    }))

  it.effect("says that it is closed, and nothing worse", () =>
    Effect.gen(function*() {
      const filename = yield* file
      const sql = yield* Effect.provide(SqlClient.SqlClient, SqliteClient.layer({ filename }))
      assert.strictEqual(yield* reasonOf(sql`SELECT 1`), "ConnectionError")
      assert.strictEqual(yield* reasonOf(sql.withTransaction(sql`SELECT 1`)), "ConnectionError")
    }))
})
