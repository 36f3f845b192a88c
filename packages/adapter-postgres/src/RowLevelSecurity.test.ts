import { assert, describe, it } from "@effect/vitest"
import { CurrentStore, type StoreId, within } from "@stoa/core/kernel/CurrentStore"
import { isStoaError } from "@stoa/core/kernel/StoaError"
import { Transactor } from "@stoa/core/kernel/Transactor"
import { StoreRepository } from "@stoa/core/stores/StoreRepository"
import * as CatalogFixture from "@stoa/core/testing/CatalogFixture"
import type * as Dialect from "@stoa/sql/Dialect"
import { storage } from "@stoa/sql/Storage"
import * as Migration from "@stoa/sql/Migration"
import { acrossStores } from "@stoa/sql/EveryStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as PostgresClient from "./PostgresClient.ts"
import { fromClient, postgres } from "./PostgresStorage.ts"
import * as RowLevelSecurity from "./RowLevelSecurity.ts"
import * as TestDatabase from "./testing/TestDatabase.ts"

const other = within("store_00000000000000000000000002" as StoreId)

const shop = (options: Partial<PostgresClient.PostgresClientOptions> = {}) =>
  CatalogFixture.shop<SqlClient.SqlClient>(
    fromClient(Layer.unwrap(Effect.map(TestDatabase.guarded, (url) => PostgresClient.layer({ url, ...options }))))
  )

describe("row-level security", () => {
  it.effect("is on, and holds for the owner too, on every table of a store", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const open = yield* sql<{ readonly name: string }>`
        SELECT relname AS name FROM pg_class
        WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
          AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY relname`
      assert.deepStrictEqual(open.map(({ name }) => name), ["stoa_jobs", "stoa_jobs_migrations", "stoa_migrations"])
    }).pipe(Effect.provide(shop())))

  it.effect("shows a query that forgets its store nothing of other stores, and lets it change nothing of them", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* CatalogFixture.sell("Walnut board")
      const all = sql<{ readonly id: string }>`SELECT id FROM products`
      assert.lengthOf(yield* all, 1)
      assert.lengthOf(yield* other(all), 0)
      assert.lengthOf(yield* other(sql.withTransaction(all)), 0)
      assert.lengthOf(yield* other(sql`UPDATE products SET title = 'Mine' RETURNING id`), 0)
      assert.lengthOf(yield* other(sql`DELETE FROM variants RETURNING id`), 0)
      assert.lengthOf(yield* other(sql`SELECT 1 FROM stock_movements`), 0)
      assert.lengthOf(yield* other(sql`SELECT 1 FROM stores`), 0)
      assert.lengthOf(yield* other(acrossStores(all)), 1)
      assert.deepStrictEqual(yield* sql`SELECT title FROM products`, [{ title: "Walnut board" }])
    }).pipe(Effect.provide(shop())))

  it.effect("refuses a row of another store", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const mine = yield* CurrentStore
      const insert = (storeId: string) =>
        sql`INSERT INTO audit_log (id, store_id, action, subject, actor, details, at)
          VALUES (${`log ${storeId}`}, ${storeId}, 'a', 's', 'me', '{}', '')`
      yield* insert(mine)
      const refused = yield* Effect.flip(other(insert(mine)))
      assert.match(String(refused.reason.cause), /violates row-level security policy for table "audit_log"/)
      const moved = yield* Effect.flip(sql`UPDATE audit_log SET store_id = 'store_other'`)
      assert.match(String(moved.reason.cause), /violates row-level security policy/)
    }).pipe(Effect.provide(shop())))

  it.effect("tells a connection each store that it works for, whatever became of a transaction before", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* CatalogFixture.sell("Walnut board")
      const count = Effect.map(sql`SELECT 1 FROM products`, (rows) => rows.length)
      for (let round = 0; round < 3; round++) {
        assert.deepStrictEqual([yield* count, yield* other(count)], [1, 0])
        // another store inside a transaction, which is rolled back, in part or as a whole
        yield* Effect.ignore(sql.withTransaction(Effect.gen(function*() {
          assert.deepStrictEqual([yield* count, yield* other(count), yield* count], [1, 0, 1])
          yield* Effect.ignore(sql.withTransaction(Effect.andThen(other(count), Effect.fail("rolled back"))))
          assert.strictEqual(yield* count, 1)
          yield* other(count)
          return yield* Effect.fail("rolled back")
        })))
        assert.strictEqual(yield* count, 1)
        yield* sql.withTransaction(other(count))
        assert.strictEqual(yield* count, 1)
      }
    }).pipe(Effect.provide(shop({ maxConnections: 1 }))))

  it.effect("shows a connection that was told no store nothing at all", () =>
    Effect.gen(function*() {
      const url = yield* TestDatabase.guarded
      yield* Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* (yield* StoreRepository).list
        yield* sql`SELECT set_config('stoa.store', '', false)`
        assert.deepStrictEqual(yield* sql`SELECT 1 FROM stores`, [])
      }).pipe(Effect.provide(fromClient(PostgresClient.layer({ url, maxConnections: 1 }))))
    }))

  it.effect.each([{ rowLevelSecurity: true }, {}])("covers tables that come later, such as those of plug-ins, also where it is on already: %j", (options) =>
    Effect.gen(function*() {
      const url = yield* TestDatabase.guarded
      const wishes = Migration.set("wishes", [{
        id: 1,
        name: "wishes",
        up: (d) => [`CREATE TABLE wishes (id ${d.text} PRIMARY KEY, store_id ${d.text} NOT NULL)`]
      }])
      const engine = postgres({ url, ...options }).layer({ migrations: [wishes] })
      yield* Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* sql`INSERT INTO wishes VALUES ('a', ${yield* CurrentStore})`
        assert.lengthOf(yield* sql`SELECT 1 FROM wishes`, 1)
        assert.lengthOf(yield* other(sql`SELECT 1 FROM wishes`), 0)
        yield* sql`DROP TABLE wishes`
        yield* sql`DELETE FROM stoa_migrations WHERE package = 'wishes'`
      }).pipe(Effect.provide(engine))
    }))

  it.effect.each([{ rowLevelSecurity: true }, { rowLevelSecurity: false }, {}])(
    "shows a migration every row that it moves, also where policies are about to go: %j",
    (options) =>
      Effect.gen(function*() {
        const url = yield* TestDatabase.guardedAlone
        const first = {
          id: 1,
          name: "wishes",
          up: (d: Dialect.Ddl) => [`CREATE TABLE wishes (id ${d.text} PRIMARY KEY, store_id ${d.text} NOT NULL)`]
        }
        const second = {
          id: 2,
          name: "wishesKept",
          up: (d: Dialect.Ddl) => [
            `CREATE TABLE wishes_kept (id ${d.text} PRIMARY KEY, store_id ${d.text} NOT NULL)`,
            "INSERT INTO wishes_kept SELECT id, store_id FROM wishes",
            "DROP TABLE wishes",
            "ALTER TABLE wishes_kept RENAME TO wishes"
          ]
        }
        yield* Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          yield* sql`INSERT INTO wishes VALUES ('mine', ${yield* CurrentStore})`
          yield* other(Effect.flatMap(CurrentStore, (id) => sql`INSERT INTO wishes VALUES ('theirs', ${id})`))
        }).pipe(Effect.provide(postgres({ url }).layer({ migrations: [Migration.set("wishes", [first])] })))
        yield* Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const all = sql<{ readonly id: string }>`SELECT id FROM wishes ORDER BY id`
          assert.deepStrictEqual((yield* acrossStores(all)).map(({ id }) => id), ["mine", "theirs"])
          assert.lengthOf(yield* other(all), options.rowLevelSecurity === false ? 2 : 1)
        }).pipe(Effect.provide(postgres({ url, ...options }).layer({ migrations: [Migration.set("wishes", [first, second])] })))
      })
  )

  it.effect("is refused for a role that it does not hold for", () =>
    Effect.gen(function*() {
      const url = yield* TestDatabase.reused
      const error = yield* Effect.flip(Effect.scoped(Layer.build(PostgresClient.layer({ url, rowLevelSecurity: true }))))
      assert.isTrue(isStoaError(error))
      assert.match(error.message, /neither for superusers nor for roles with BYPASSRLS/)
    }))

  it.effect("can be taken away again", () =>
    Effect.gen(function*() {
      const url = yield* TestDatabase.migrated
      const policies = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT 1 FROM pg_policy`)
      yield* Effect.flatMap(SqlClient.SqlClient, RowLevelSecurity.enable).pipe(
        Effect.provide(PostgresClient.layer({ url }))
      )
      assert.isNotEmpty(yield* Effect.provide(policies, PostgresClient.layer({ url })))
      const off = postgres({ url, rowLevelSecurity: false }).layer({ migrations: [] })
      assert.isEmpty(yield* Effect.provide(policies, off))
    }))

  it.effect.each([{ inTransactions: false }, { inTransactions: true }])(
    "is kept by a process that was there before somebody switched it on, which loses nothing: %j",
    ({ inTransactions }) =>
      Effect.gen(function*() {
        const url = yield* TestDatabase.guardedAlone
        yield* Effect.scoped(Layer.build(postgres({ url, rowLevelSecurity: false }).layer({ migrations: [] })))
        yield* Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const { transaction } = yield* Transactor
          yield* CatalogFixture.sell("Walnut board")
          const count = Effect.map(storage("count")(sql`SELECT 1 FROM products`), ({ length }) => length)
          const asked = inTransactions ? transaction(count) : count
          assert.strictEqual(yield* asked, 1)
          yield* Effect.scoped(Layer.build(postgres({ url, rowLevelSecurity: true }).layer({ migrations: [] })))
          assert.deepStrictEqual([yield* asked, yield* other(asked)], [1, 0])
          yield* CatalogFixture.sell("Oak board")
          assert.deepStrictEqual([yield* asked, yield* other(asked)], [2, 0])
        }).pipe(Effect.provide(CatalogFixture.shop<SqlClient.SqlClient>(fromClient(PostgresClient.layer({ url, maxConnections: 2 })))))
      })
  )

  it.effect("leaves the search its index, and lists theirs", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const plan = (statement: string) =>
        sql.withTransaction(Effect.gen(function*() {
          yield* sql`SET LOCAL enable_seqscan = off`
          const rows = yield* sql.unsafe<Record<string, string>>(`EXPLAIN ${statement}`)
          return rows.map((row) => row["QUERY PLAN"]).join("\n")
        }))
      // of so few rows the other index finds all as fast, so it is away for as long as the question takes
      const byWord = sql.withTransaction(Effect.gen(function*() {
        yield* sql`DROP INDEX product_search_by_age`
        return yield* Effect.fail(
          yield* plan("SELECT product_id FROM product_search WHERE document @@ 'board'::tsquery AND store_id = 'a'")
        )
      }))
      assert.match(String(yield* Effect.flip(byWord)), /Index Scan on product_search_by_word/)
      assert.match(
        yield* plan("SELECT id FROM products WHERE store_id = 'a' AND status = 'active' ORDER BY title LIMIT 1"),
        /Index/
      )
      assert.match(
        yield* plan("SELECT id FROM orders WHERE store_id = 'a' AND (placed_at, id) < ('b', 'c') ORDER BY placed_at DESC, id DESC LIMIT 20"),
        /Index (Only )?Scan Backward using orders_by_time on orders .*\n.*Index Cond: .*ROW\(placed_at, id\) </
      )
    }).pipe(Effect.provide(shop())))
})
