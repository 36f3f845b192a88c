/**
 * Stores in SQL.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { defaultSettings, type Store } from "@stoa/core/stores/Store"
import { StoreRepository } from "@stoa/core/stores/StoreRepository"
import { StoreCodeTaken } from "@stoa/core/stores/StoresErrors"
import { acrossStores } from "../EveryStore.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface StoreRow {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly currency: string
  readonly settings: string
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const fromRow = (row: StoreRow): Store => ({
  id: row.id,
  code: row.code,
  name: row.name,
  currency: row.currency,
  // a setting that is newer than the row has its default
  settings: { ...defaultSettings, ...Row.json<object>(row.settings) },
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as Store)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return StoreRepository.of({
    current: Effect.flatMap(CurrentStore, (storeId) => sql<StoreRow>`SELECT * FROM stores WHERE id = ${storeId}`).pipe(
      Effect.map((rows) => Row.first(rows, fromRow)),
      storage("Stores.current")
    ),
    findByCode: (code) =>
      sql<StoreRow>`SELECT * FROM stores WHERE code = ${code}`.pipe(
        Effect.map((rows) => Row.first(rows, fromRow)),
        acrossStores,
        storage("Stores.findByCode")
      ),
    list: sql<StoreRow>`SELECT * FROM stores ORDER BY id LIMIT 1000`.pipe(
      Effect.map((rows) => rows.map(fromRow)),
      acrossStores,
      storage("Stores.list")
    ),
    insert: (store) =>
      sql`INSERT INTO stores ${
        sql.insert({
          id: store.id,
          code: store.code,
          name: store.name,
          currency: store.currency,
          settings: JSON.stringify(store.settings),
          version: store.version,
          created_at: store.createdAt,
          updated_at: store.updatedAt
        })
      }`.pipe(
        Effect.asVoid,
        acrossStores,
        Effect.catchReason("SqlError", "UniqueViolation", () => Effect.fail(new StoreCodeTaken({ storeCode: store.code }))),
        storage("Stores.insert")
      ),
    update: Effect.fnUntraced(function*(store, expected) {
      const storeId = yield* CurrentStore
      const rows = yield* sql`
        UPDATE stores SET name = ${store.name}, settings = ${JSON.stringify(store.settings)},
          version = ${store.version}, updated_at = ${store.updatedAt}
        WHERE id = ${storeId} AND version = ${expected}
        RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: store.id, expected })
    }, storage("Stores.update"))
  })
})

export const layer: Layer.Layer<StoreRepository, never, SqlClient.SqlClient> = Layer.effect(StoreRepository, make)
