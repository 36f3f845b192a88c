/**
 * Stores in SQL.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { VersionConflict } from "@stoa/core/kernel/Version"
import type { SettingChange } from "@stoa/core/stores/SettingChange"
import { defaultSettings, type Store } from "@stoa/core/stores/Store"
import { StoreRepository } from "@stoa/core/stores/StoreRepository"
import { StoreCodeTaken } from "@stoa/core/stores/StoresErrors"
import * as Dialect from "../Dialect.ts"
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

interface ChangeRow {
  readonly id: string
  readonly setting: string
  readonly before_value: string
  readonly after_value: string
  readonly actor: string
  readonly version: number
  readonly at: string
}

const changeColumns = {
  id: "text",
  setting: "text",
  before_value: "text",
  after_value: "text",
  actor: "text",
  version: "int",
  at: "text"
} as const

const changeOf = ({ actor, after_value, at, before_value, id, setting, version }: ChangeRow): SettingChange => ({
  id,
  setting,
  from: Row.json(before_value),
  to: Row.json(after_value),
  actor,
  version,
  at
} as SettingChange)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("id, setting, before_value, after_value, actor, version, at")
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
    }, storage("Stores.update")),
    insertChanges: Effect.fnUntraced(function*(changes) {
      if (changes.length === 0) return
      const storeId = yield* CurrentStore
      const rows = changes.map(({ actor, at, from, id, setting, to, version }) => ({
        id,
        setting,
        before_value: JSON.stringify(from),
        after_value: JSON.stringify(to),
        actor,
        version,
        at
      }))
      yield* sql`
        INSERT INTO setting_changes (id, store_id, setting, before_value, after_value, actor, version, at)
        SELECT id, ${storeId}, setting, before_value, after_value, actor, version, at
        FROM ${Dialect.jsonRows(sql, rows, changeColumns)}`
    }, storage("Stores.insertChanges")),
    changes: Effect.fnUntraced(function*({ after, limit = Page.defaultLimit, setting }) {
      const [last = "~"] = after === undefined ? [] : yield* Page.decodeCursor("-id", ["string"], after)
      const named = setting === undefined ? sql.literal("") : sql`AND setting = ${setting}`
      const rows = yield* sql<ChangeRow>`
        SELECT ${columns} FROM setting_changes WHERE store_id = ${yield* CurrentStore} AND id < ${last} ${named}
        ORDER BY id DESC LIMIT ${limit + 1}`
      const page = Page.fromRows(rows, limit, "-id", ({ id }) => [id])
      return { items: page.items.map(changeOf), nextCursor: page.nextCursor }
    }, storage("Stores.changes")),
    findChange: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<ChangeRow>`
        SELECT ${columns} FROM setting_changes WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, changeOf)
    }, storage("Stores.findChange"))
  })
})

export const layer: Layer.Layer<StoreRepository, never, SqlClient.SqlClient> = Layer.effect(StoreRepository, make)
