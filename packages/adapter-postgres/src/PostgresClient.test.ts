import { assert, describe, it } from "@effect/vitest"
import { ProductRepository } from "@stoa/core/catalog/ProductRepository"
import { CurrentStore, type StoreId } from "@stoa/core/kernel/CurrentStore"
import { OrderRepository } from "@stoa/core/orders/OrderRepository"
import * as Migration from "@stoa/sql/Migration"
import * as Migrations from "@stoa/sql/Migrations"
import { Replica } from "@stoa/sql/Replica"
import { StoreRepository } from "@stoa/core/stores/StoreRepository"
import { Transactor } from "@stoa/core/kernel/Transactor"
import { isStoaError } from "@stoa/core/kernel/StoaError"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Schedule from "effect/Schedule"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import { inspect } from "node:util"
import * as PostgresClient from "./PostgresClient.ts"
import * as PostgresStorage from "./PostgresStorage.ts"
import * as PostgresServer from "./testing/PostgresServer.ts"
import * as Relay from "./testing/Relay.ts"
import * as TestDatabase from "./testing/TestDatabase.ts"

const on = (options: Partial<PostgresClient.PostgresClientOptions> = {}) =>
  Layer.unwrap(Effect.map(TestDatabase.reused, (url) => PostgresClient.layer({ url, ...options })))

const storageOn = (options: Partial<PostgresClient.PostgresClientOptions> = {}) => PostgresStorage.fromClient(on(options))

const relayed = Effect.acquireRelease(
  Effect.flatMap(TestDatabase.reused, (url) => Effect.promise(() => Relay.open(url))),
  (relay) => Effect.promise(relay.goAway)
)

const changed = (url: string, change: (url: URL) => void): string => {
  const other = new URL(url)
  change(other)
  return other.href
}

/** How opening a database fails: its reason, and everything that a log could show of it. */
const failure = Effect.fnUntraced(function*(options: PostgresClient.PostgresClientOptions) {
  const error = yield* Effect.flip(Effect.scoped(Layer.build(PostgresClient.layer(options))))
  assert.isTrue(isStoaError(error))
  return { reason: error.reason, message: error.message, all: inspect(error, { depth: 20 }) }
})

const findStore = Effect.flatMap(StoreRepository, (stores) => stores.findByCode("main"))

describe("values of PostgreSQL", () => {
  it.effect("arrive as SQLite's do: integers are numbers, texts are texts", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const [row] = yield* sql`SELECT count(*) AS n, ${-9_007_199_254_740_991}::bigint AS low, 4294967296 AS high,
        -1::bigint AS minus, ARRAY[1::bigint, 2] AS many, '2026-01-01T00:00:00.000Z' AS at`
      assert.deepStrictEqual(row, {
        n: 1,
        low: -9_007_199_254_740_991,
        high: 4_294_967_296,
        minus: -1,
        many: [1, 2],
        at: "2026-01-01T00:00:00.000Z"
      })
    }).pipe(Effect.provide(on())))

  it.effect("are refused where a number would round them", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      for (const value of ["9007199254740992", "-9007199254740993", "9223372036854775807"]) {
        const error = yield* Effect.flip(sql`SELECT ${value}::bigint AS n`)
        assert.match(inspect(error), /beyond 2\^53/)
      }
      // the connection is another one, and the next statement works
      assert.deepStrictEqual(yield* sql`SELECT ${9_007_199_254_740_991}::bigint AS n`, [{ n: 9_007_199_254_740_991 }])
    }).pipe(Effect.provide(on())))
})

describe("a pool whose connections are all taken", () => {
  it.effect("lets a request wait for a bounded time, then says that it is busy", () =>
    Effect.gen(function*() {
      const { transaction } = yield* Transactor
      const done = Latch.makeUnsafe(false)
      const inside = Latch.makeUnsafe(false)
      const long = yield* Effect.forkChild(transaction(Effect.andThen(inside.open, done.await)))
      yield* inside.await
      for (const attempt of [findStore, transaction(findStore)]) {
        const error = yield* Effect.flip(attempt)
        assert.deepStrictEqual([error._tag, error.reason], ["StorageError", "busy"])
      }
      yield* done.open
      yield* Fiber.join(long)
      assert.isUndefined(yield* findStore)
    }).pipe(Effect.provide(storageOn({ maxConnections: 1, acquireTimeout: "50 millis" }))))

  it.effect("serves those who wait as soon as one is free", () =>
    Effect.gen(function*() {
      const { transaction } = yield* Transactor
      const all = yield* Effect.forEach(Array.from({ length: 50 }), () => transaction(findStore), {
        concurrency: "unbounded"
      })
      assert.lengthOf(all, 50)
    }).pipe(Effect.provide(storageOn({ maxConnections: 2, acquireTimeout: "1 minute" }))))
})

describe("limits of time", () => {
  it.effect("end a statement that takes too long", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const slow = yield* Effect.flip(sql`SELECT pg_sleep(60)`)
      assert.strictEqual(slow.reason._tag, "StatementTimeoutError")
      // with time enough for what is asked when a connection is opened
    }).pipe(Effect.provide(on({ statementTimeout: "1 second" }))))

  it.effect("end a wait for what another transaction holds", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const hold = sql`SELECT pg_advisory_xact_lock(1)`
      const done = Latch.makeUnsafe(false)
      const inside = Latch.makeUnsafe(false)
      const holder = yield* Effect.forkChild(
        sql.withTransaction(hold.pipe(Effect.andThen(inside.open), Effect.andThen(done.await)))
      )
      yield* inside.await
      const waiting = yield* Effect.flip(sql.withTransaction(hold))
      assert.strictEqual(waiting.reason._tag, "LockTimeoutError")
      yield* done.open
      yield* Fiber.join(holder)
    }).pipe(Effect.provide(on({ lockTimeout: "50 millis" }))))
})

describe("a database that cannot be used", () => {
  it.effect("is refused in one sentence, which never tells the password", () =>
    Effect.gen(function*() {
      const url = yield* TestDatabase.reused
      const password = "hunter2-of-the-test"
      const withPassword = (change: (url: URL) => void) => changed(url, (url) => {
        url.password = password
        change(url)
      })
      const closed = yield* Effect.acquireUseRelease(
        Effect.promise(() => Relay.open(url)),
        (relay) => Effect.succeed(relay.url),
        (relay) => Effect.promise(relay.goAway)
      )
      const cases: ReadonlyArray<readonly [string, string, RegExp]> = [
        [`postgres://shop:${password}@host:port/`, "invalid_url", /looks like postgres:/],
        [`mysql://shop:${password}@localhost/shop`, "invalid_url", /looks like postgres:/],
        [changed(closed, (url) => url.password = password), "unreachable", /does not answer/],
        [withPassword((url) => url.pathname = "/stoa_test_none"), "missing_database", /no database of the name/],
        [withPassword((url) => url.searchParams.set("sslmode", "require")), "no_tls", /does not offer TLS/]
      ]
      for (const [url, reason, message] of cases) {
        const found = yield* failure({ url })
        assert.strictEqual(found.reason, reason)
        assert.match(found.message, message)
        assert.notInclude(found.message, "\n")
        assert.notInclude(found.all, password)
      }
    }))

  it.effect("because the password is wrong says so", () =>
    Effect.gen(function*() {
      // only a server of the tests' own is known to ask this user for a password
      if (process.env[TestDatabase.urlVariable] !== undefined) return
      const url = yield* TestDatabase.reused
      yield* Effect.scoped(Effect.gen(function*() {
        const sql = yield* PostgresClient.make({ url }).pipe(Effect.provide(Reactivity.layer))
        yield* sql.unsafe(`DO $$ BEGIN
          CREATE ROLE ${PostgresServer.guardedUser} LOGIN PASSWORD 'right';
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`)
      }))
      const as = (password: string) => changed(url, (url) => {
        url.username = PostgresServer.guardedUser
        url.password = password
      })
      const found = yield* failure({ url: as("hunter2-of-the-test") })
      assert.strictEqual(found.reason, "credentials")
      assert.match(found.message, /refuses the user name or the password/)
      assert.notInclude(found.all, "hunter2")
      yield* Effect.scoped(Layer.build(PostgresClient.layer({ url: as("right") })))
    }))

  it.effect("because the server is too old says which version it is", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(PostgresClient.requireVersion(140_011))
      assert.match(error.message, /version 14, and Stoa needs 15/)
      for (const version of [150_000, 160_004, 180_004]) yield* PostgresClient.requireVersion(version)
    }))

  it.effect("because a newer engine has migrated it says which package to upgrade", () =>
    Effect.gen(function*() {
      const url = yield* TestDatabase.migrated
      yield* Effect.scoped(Effect.gen(function*() {
        const sql = yield* PostgresClient.make({ url }).pipe(Effect.provide(Reactivity.layer))
        yield* sql`INSERT INTO stoa_migrations VALUES ('@stoa/sql', 9999, 'teleportation', '', '')`
      }))
      const error = yield* Effect.flip(
        Effect.scoped(Layer.build(PostgresStorage.postgres({ url }).layer({ migrations: [] })))
      )
      assert.match(error.message, /migrated by a newer version of @stoa\/sql \(migration 9999, teleportation\)/)
    }))
})

describe("a server that is away", () => {
  it.effect("at the start is waited for, for a bounded time", () =>
    Effect.gen(function*() {
      const relay = yield* relayed
      yield* Effect.promise(relay.goAway)
      const given = yield* failure({ url: relay.url, startTimeout: "600 millis" })
      assert.strictEqual(given.reason, "unreachable")
      const starting = yield* Effect.forkChild(
        Effect.exit(Effect.scoped(Layer.build(PostgresClient.layer({ url: relay.url, startTimeout: "1 minute" }))))
      )
      yield* TestClock.withLive(Effect.sleep("100 millis"))
      yield* Effect.promise(relay.comeBack)
      assert.isTrue(Exit.isSuccess(yield* Fiber.join(starting)))
    }))

  it.effect("for a while fails every request at once, and works again by itself when it is back", () =>
    Effect.gen(function*() {
      const relay = yield* relayed
      yield* Effect.gen(function*() {
        const { transaction } = yield* Transactor
        assert.isUndefined(yield* findStore)
        yield* Effect.promise(relay.goAway)
        for (const attempt of [findStore, transaction(findStore), findStore, transaction(findStore)]) {
          const error = yield* Effect.flip(attempt)
          assert.deepStrictEqual([error._tag, error.reason], ["StorageError", "unreachable"])
        }
        yield* Effect.promise(relay.comeBack)
        // the pool tries again by itself; how soon depends on the machine
        yield* TestClock.withLive(Effect.retry(findStore, Schedule.spaced("50 millis")))
        assert.isUndefined(yield* transaction(findStore))
      }).pipe(Effect.provide(PostgresStorage.fromClient(PostgresClient.layer({ url: relay.url }))))
    }))
})

describe("engines that start at the same moment", () => {
  it.effect("on a database without tables migrate it once", () =>
    Effect.gen(function*() {
      const url = yield* TestDatabase.empty
      const engine = Layer.fresh(PostgresStorage.postgres({ url }).layer({ migrations: [] }))
      yield* Effect.forEach(Array.from({ length: 4 }), () => Effect.scoped(Layer.build(engine)), {
        concurrency: "unbounded"
      })
      const all = yield* PostgresStorage.migrationStatus({ url })
      assert.isNotEmpty(all)
      assert.deepStrictEqual(all.filter(({ state }) => state !== "applied"), [])
    }))

  it.effect("wait for each other's migrations for longer than for anything else", () =>
    Effect.gen(function*() {
      const url = yield* TestDatabase.empty
      // time enough for what is asked when a connection is opened, and not for the migration
      const client = Layer.fresh(PostgresClient.layer({ url, lockTimeout: "1 millis", statementTimeout: "1 second" }))
      const slow = Migration.set("slow", [{ id: 1, name: "slow", up: () => ["SELECT pg_sleep(1.1)"] }])
      const ran = yield* Effect.forEach(
        Array.from({ length: 3 }),
        () => Effect.scoped(Effect.provide(Migrations.run([slow]), client)),
        { concurrency: "unbounded" }
      )
      assert.lengthOf(ran.flat(), 1)
    }))
})

describe("a replica", () => {
  const listed = Effect.gen(function*() {
    const orders = yield* OrderRepository
    const products = yield* ProductRepository
    yield* orders.list({})
    yield* products.list({ status: "active" })
    yield* products.list({ status: "active", search: "board" })
  })

  it.effect("answers lists, and nothing that must see what was just written", () =>
    Effect.gen(function*() {
      const relay = yield* relayed
      const url = yield* TestDatabase.reused
      const shop = PostgresStorage.fromClient(PostgresClient.layer({ url, replica: { url: relay.url } }))
      yield* Effect.gen(function*() {
        const replica = (yield* Replica)!
        const { transaction } = yield* Transactor
        yield* listed
        // a copy that cannot be read shows who reads it
        for (const table of ["orders", "products"]) {
          yield* replica.unsafe(`ALTER TABLE ${table} RENAME TO ${table}_gone`)
          yield* replica.unsafe(`CREATE VIEW ${table} AS SELECT * FROM ${table}_gone WHERE 1 / 0 = 1`)
        }
        const products = yield* ProductRepository
        const refused = yield* Effect.flip(listed)
        assert.deepStrictEqual([refused._tag, "reason" in refused && refused.reason], ["StorageError", "rejected"])
        yield* transaction(listed)
        yield* products.list({ status: "any" })
        yield* products.find("board")
        // and one that lacks what a migration brought is done without
        for (const table of ["orders", "products"]) yield* replica.unsafe(`DROP VIEW ${table}`)
        yield* listed
        for (const table of ["orders", "products"]) yield* replica.unsafe(`ALTER TABLE ${table}_gone RENAME TO ${table}`)
        yield* listed
        // and one that is away is done without
        yield* Effect.promise(relay.goAway)
        yield* listed
      }).pipe(Effect.provide(shop), Effect.ensuring(Effect.ignore(Effect.tryPromise(relay.comeBack))))
    }).pipe(Effect.provideService(CurrentStore, "store_test" as StoreId)))
})
