import { PostgresClient, PostgresStorage, postgres } from "@stoa/adapter-postgres"
import { TestDatabase } from "@stoa/adapter-postgres/testing"
import { SqliteClient, SqliteStorage, sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import type { Storage, StoragePorts } from "@stoa/core/engine/Storage"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Invariants from "@stoa/core/testing/Invariants"
import type { MigrationSet } from "@stoa/sql/Migration"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as OldShop from "./testing/OldShop.ts"
import * as StoaCommand from "./testing/StoaCommand.ts"

interface Database {
  readonly storage: Storage<SqlClient.SqlClient, MigrationSet>
  readonly ports: () => Layer.Layer<StoragePorts, unknown>
}

const folder = Effect.acquireRelease(
  Effect.sync(StoaCommand.temporaryFolder),
  (folder) => Effect.sync(() => folder[Symbol.dispose]())
)

const inFile = Effect.map(folder, ({ path }): Database => {
  const filename = join(path, "shop.db")
  writeFileSync(filename, OldShop.file())
  return {
    storage: sqlite({ filename, synchronous: "NORMAL" }),
    ports: () => SqliteStorage.fromClient(SqliteClient.layer({ filename }))
  }
})

const onServer = Effect.gen(function*() {
  const url = yield* TestDatabase.empty
  // what a dump says of its session ends with this connection
  yield* SqlClient.SqlClient.pipe(
    Effect.flatMap((sql) => sql.unsafe(OldShop.statement()).unprepared),
    Effect.provide(PostgresClient.layer({ url, maxConnections: 1 }))
  )
  const database: Database = {
    storage: postgres({ url }),
    ports: () => PostgresStorage.fromClient(PostgresClient.layer({ url }))
  }
  return database
})

/** The shop, opened by the engine of now, which brings its database up to date. */
const opened = ({ storage }: Database) =>
  Effect.acquireRelease(
    Effect.promise(() => createStoa({ storage, workers: false, secret: OldShop.secret })),
    (shop) => Effect.promise(() => shop.close())
  )

describe("a shop that was filled before many of the migrations", () => {
  const databases = { "an SQLite file": inFile, PostgreSQL: onServer }
  for (const [name, database] of Object.entries(databases)) {
    it.effect(`answers as before from ${name}, keeps its laws, and goes on`, () =>
      Effect.gen(function*() {
        const kept = yield* database
        const shop = yield* opened(kept)
        const call = <A>(body: () => Promise<A>) => Effect.promise(body)
        const violations = Invariants.violations({ settled: false }).pipe(
          Effect.provideService(CurrentStore, Context.get(shop.context, CurrentStore)),
          Effect.provide(kept.ports())
        )
        assert.deepStrictEqual(yield* call(() => OldShop.answersOf(shop)), OldShop.answers())
        assert.deepStrictEqual(yield* violations, [])
        const facets = yield* call(() => shop.search.facets())
        const year = () => shop.analytics.sales({ from: "2026-01-01", to: "2026-12-31" })
        const sales = yield* call(year)

        // what is made of the rows anew is what the migrations have left
        yield* call(() => shop.search.rebuild())
        yield* call(() => shop.analytics.rebuild())
        assert.deepStrictEqual(yield* call(() => OldShop.answersOf(shop)), OldShop.answers())
        assert.deepStrictEqual(yield* call(() => shop.search.facets()), facets)
        assert.deepStrictEqual(yield* call(year), sales)

        yield* call(() => shop.payments.recover())
        assert.deepStrictEqual(yield* violations, [])

        const { variants: [mug] } = yield* call(() => shop.catalog.getProduct("mug"))
        const { cart } = yield* call(() => shop.carts.create())
        yield* call(() => shop.carts.addItem(cart.id, { variantId: mug?.id ?? "", quantity: 1 }))
        const { order } = yield* call(() =>
          shop.checkout.place({
            cartId: cart.id,
            email: "eve@example.com",
            shippingAddress: { name: "Eve", line1: "1 Main St", city: "Portland", region: "OR", postalCode: "97201", country: "US" },
            payment: { gateway: "sandbox" }
          }))
        assert.deepStrictEqual([order.number, order.status], [1009, "paid"])
        assert.deepStrictEqual(yield* violations, [])
      }))
  }
})
