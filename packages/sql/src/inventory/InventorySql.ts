/**
 * Locations, stock levels, reservations and the ledger in SQL.
 */
import type { Bundle } from "@stoa/core/catalog/Bundle"
import { InventoryRepository, type VariantStock } from "@stoa/core/inventory/InventoryRepository"
import type { LocationId, StockDrift, StockMovement, StockRow, StockStats } from "@stoa/core/inventory/Stock"
import { CurrentStore, type StoreId } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { total } from "../analytics/Sold.ts"
import { variantName } from "../catalog/ProductRow.ts"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import * as LevelSql from "./LevelSql.ts"
import * as LocationSql from "./LocationSql.ts"
import * as ReservationSql from "./ReservationSql.ts"

interface MovementRow {
  readonly sequence: number
  readonly variant_id: string
  readonly location_id: string
  readonly kind: string
  readonly on_hand_delta: number
  readonly reserved_delta: number
  readonly reason: string
  readonly reference: string
  readonly actor: string
  readonly at: string
}

const toMovement = (row: MovementRow): StockMovement => ({
  sequence: row.sequence,
  variantId: row.variant_id,
  locationId: row.location_id,
  kind: row.kind,
  onHandDelta: row.on_hand_delta,
  reservedDelta: row.reserved_delta,
  reason: row.reason,
  reference: row.reference,
  actor: row.actor,
  at: row.at
} as StockMovement)

interface ListedRow extends LevelSql.LevelRow {
  readonly threshold: number
  readonly sku: string | null
  readonly product_title: string
  readonly variant_title: string
  readonly location_code: string
}

const toStockRow = (row: ListedRow): StockRow => {
  const available = row.on_hand - row.reserved
  return {
    ...LevelSql.toLevel(row),
    available,
    low: available <= row.threshold,
    sku: row.sku,
    title: variantName(row.product_title, row.variant_title),
    locationCode: row.location_code
  }
}

interface DriftRow {
  readonly variant_id: string
  readonly location_id: string
  readonly on_hand: number
  readonly ledger_on_hand: number
  readonly reserved: number
  readonly ledger_reserved: number
  readonly held: number
}

const toDrift = (row: DriftRow): StockDrift => ({
  variantId: row.variant_id,
  locationId: row.location_id,
  onHand: row.on_hand,
  ledgerOnHand: row.ledger_on_hand,
  reserved: row.reserved,
  ledgerReserved: row.ledger_reserved,
  heldByReservations: row.held
} as StockDrift)

/** The orders of lists, which their cursors name. */
const byVariant = "variant"
const newestFirst = "-sequence"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  /** At or below how many pieces `level` is low. */
  const thresholdOf = (storeId: StoreId) =>
    sql`coalesce(level.low_stock_threshold, ${LevelSql.defaultThreshold(sql, storeId)}, 0)`
  return InventoryRepository.of({
    ...LevelSql.make(sql),
    ...LocationSql.make(sql),
    ...ReservationSql.make(sql),

    levels: Effect.fnUntraced(function*(variantIds) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<LevelSql.LevelRow>`
        SELECT level.*
        FROM stock_levels AS level JOIN locations AS location ON location.id = level.location_id
        WHERE level.store_id = ${storeId} AND ${Dialect.oneOf(sql, "level.variant_id", variantIds)}
          AND location.active = 1
        ORDER BY level.variant_id, location.priority, location.id`
      return rows.map(LevelSql.toLevel)
    }, storage("Inventory.levels")),

    stock: Effect.fnUntraced(function*(variantIds) {
      const storeId = yield* CurrentStore
      // one list of ids, and tables that are joined one by one: of two lists or a subquery, SQLite reads all variants or levels of the store
      const rows = yield* sql<{
        readonly id: string
        readonly track_stock: number
        readonly backorder_limit: number
        readonly bundle: string | null
        readonly location_id: string | null
        readonly on_hand: number
        readonly reserved: number
      }>`
        SELECT variants.id, variants.track_stock, variants.backorder_limit, variants.bundle, locations.id AS location_id, level.on_hand,
          level.reserved
        FROM variants
        LEFT JOIN stock_levels AS level ON level.store_id = ${storeId} AND level.variant_id = variants.id
        LEFT JOIN locations ON locations.id = level.location_id AND locations.active = 1
        WHERE variants.store_id = ${storeId} AND variants.id IN (
          SELECT id FROM ${Dialect.jsonRows(sql, variantIds.map((id) => ({ id })), { id: "text" })}
          UNION ALL SELECT part_id FROM bundle_parts WHERE ${Dialect.oneOf(sql, "bundle_id", variantIds)}
        )
        ORDER BY variants.id, locations.priority, locations.id`
      const stocks = new Map<string, VariantStock & { readonly levels: Array<VariantStock["levels"][number]> }>()
      for (const row of rows) {
        const stock = stocks.get(row.id) ?? {
          variantId: row.id as VariantStock["variantId"],
          trackStock: row.track_stock === 1,
          backorderLimit: row.backorder_limit,
          levels: [],
          ...(row.bundle === null ? {} : { parts: Row.json<Bundle>(row.bundle).parts })
        }
        stocks.set(row.id, stock)
        if (row.location_id !== null) {
          const locationId = row.location_id as LocationId
          stock.levels.push({ locationId, onHand: row.on_hand, reserved: row.reserved })
        }
      }
      return Array.from(stocks.values())
    }, storage("Inventory.stock")),

    list: Effect.fnUntraced(function*(query) {
      const storeId = yield* CurrentStore
      const limit = query.limit ?? Page.defaultLimit
      const threshold = thresholdOf(storeId)
      const conditions = [sql`level.store_id = ${storeId}`]
      if (query.variantId !== undefined) conditions.push(sql`level.variant_id = ${query.variantId}`)
      if (query.locationId !== undefined) conditions.push(sql`level.location_id = ${query.locationId}`)
      if (query.low !== undefined) {
        const isLow = sql`level.on_hand - level.reserved <= ${threshold}`
        conditions.push(query.low ? sql`${isLow} AND variant.track_stock = 1` : sql`NOT (${isLow})`)
      }
      if (query.after !== undefined) {
        const [variantId, locationId] = yield* Page.decodeCursor(byVariant, ["string", "string"], query.after)
        conditions.push(sql`(level.variant_id, level.location_id) > (${variantId}, ${locationId})`)
      }
      const rows = yield* sql<ListedRow>`
        SELECT level.*, ${threshold} AS threshold, variant.sku, variant.title AS variant_title,
          product.title AS product_title, location.code AS location_code
        FROM stock_levels AS level
        JOIN variants AS variant ON variant.id = level.variant_id
        JOIN products AS product ON product.id = variant.product_id
        JOIN locations AS location ON location.id = level.location_id
        WHERE ${sql.and(conditions)}
        ORDER BY level.variant_id, level.location_id LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(toStockRow), limit, byVariant, (row) => [row.variantId, row.locationId])
    }, storage("Inventory.list")),

    movements: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const conditions = [sql`store_id = ${yield* CurrentStore}`, sql`variant_id = ${query.variantId}`]
      if (query.after !== undefined) {
        const [sequence] = yield* Page.decodeCursor(newestFirst, ["number"], query.after)
        conditions.push(sql`sequence < ${sequence}`)
      }
      const rows = yield* sql<MovementRow>`
        SELECT sequence, variant_id, location_id, kind, on_hand_delta, reserved_delta, reason, reference, actor, at
        FROM stock_movements WHERE ${sql.and(conditions)} ORDER BY sequence DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(toMovement), limit, newestFirst, (row) => [row.sequence])
    }, storage("Inventory.movements")),

    updateLevel: Effect.fnUntraced(function*(level) {
      const storeId = yield* CurrentStore
      const expected = level.version - 1
      const rows = expected === 0
        ? yield* sql`
          INSERT INTO stock_levels ${
          sql.insert({
            store_id: storeId,
            variant_id: level.variantId,
            location_id: level.locationId,
            on_hand: 0,
            reserved: 0,
            incoming: level.incoming,
            low_stock_threshold: level.lowStockThreshold,
            moved_kind: "",
            moved_reason: "",
            moved_reference: "",
            moved_actor: "",
            moved_on_hand: 0,
            moved_reserved: 0,
            version: 1,
            updated_at: level.updatedAt
          })
        } ON CONFLICT (variant_id, location_id) DO NOTHING RETURNING version`
        : yield* sql`
          UPDATE stock_levels SET incoming = ${level.incoming}, low_stock_threshold = ${level.lowStockThreshold},
            version = ${level.version}, updated_at = ${level.updatedAt}
          WHERE store_id = ${storeId} AND variant_id = ${level.variantId} AND location_id = ${level.locationId}
            AND version = ${expected}
          RETURNING version`
      if (rows.length === 0) {
        return yield* new VersionConflict({ id: `${level.variantId} at ${level.locationId}`, expected })
      }
    }, storage("Inventory.updateLevel")),

    stats: Effect.fnUntraced(function*({ locationId }) {
      const storeId = yield* CurrentStore
      const conditions = [sql`level.store_id = ${storeId}`, sql`variant.track_stock = 1`]
      if (locationId !== undefined) conditions.push(sql`level.location_id = ${locationId}`)
      const [sums] = yield* sql<StockStats>`
        WITH counted AS (
          SELECT level.variant_id, level.on_hand, level.reserved, level.incoming, level.on_hand - level.reserved AS available,
            ${thresholdOf(storeId)} AS threshold
          FROM stock_levels AS level JOIN variants AS variant ON variant.id = level.variant_id
          WHERE ${sql.and(conditions)}
        )
        SELECT count(DISTINCT variant_id) AS variants, count(*) AS levels, ${
        sql.literal([
          `${total("on_hand")} AS "onHand"`,
          `${total("reserved")} AS reserved`,
          `${total("available")} AS available`,
          `${total("incoming")} AS incoming`
        ].join(", "))
      }, count(CASE WHEN available <= threshold THEN 1 END) AS "lowLevels",
          count(CASE WHEN available <= 0 THEN 1 END) AS "emptyLevels"
        FROM counted`
      return sums as StockStats
    }, storage("Inventory.stats")),

    drift: (limit) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<DriftRow>`
          WITH level AS (
            SELECT variant_id, location_id, on_hand, reserved FROM stock_levels WHERE store_id = ${storeId}
          ),
          book AS (
            SELECT variant_id, location_id, CAST(sum(on_hand_delta) AS BIGINT) AS on_hand,
              CAST(sum(reserved_delta) AS BIGINT) AS reserved
            FROM stock_movements WHERE store_id = ${storeId} GROUP BY variant_id, location_id
          ),
          promised AS (
            SELECT variant_id, location_id, CAST(sum(quantity) AS BIGINT) AS held
            FROM reservations
            WHERE store_id = ${storeId} AND status = 'held'
              AND variant_id IN (SELECT id FROM variants WHERE store_id = ${storeId})
            GROUP BY variant_id, location_id
          ),
          place AS (
            SELECT variant_id, location_id FROM level
            UNION SELECT variant_id, location_id FROM book
            UNION SELECT variant_id, location_id FROM promised
          ),
          compared AS (
            SELECT place.variant_id, place.location_id,
              coalesce(level.on_hand, 0) AS on_hand, coalesce(book.on_hand, 0) AS ledger_on_hand,
              coalesce(level.reserved, 0) AS reserved, coalesce(book.reserved, 0) AS ledger_reserved,
              coalesce(promised.held, 0) AS held
            FROM place
            LEFT JOIN level ON level.variant_id = place.variant_id AND level.location_id = place.location_id
            LEFT JOIN book ON book.variant_id = place.variant_id AND book.location_id = place.location_id
            LEFT JOIN promised ON promised.variant_id = place.variant_id AND promised.location_id = place.location_id
          )
          SELECT * FROM compared
          WHERE on_hand <> ledger_on_hand OR reserved <> ledger_reserved OR reserved <> held
          ORDER BY variant_id, location_id LIMIT ${limit}`
      ).pipe(
        Effect.map((rows) => rows.map(toDrift)),
        storage("Inventory.drift")
      )
  })
})

export const layer: Layer.Layer<InventoryRepository, never, SqlClient.SqlClient> = Layer.effect(
  InventoryRepository,
  make
)
