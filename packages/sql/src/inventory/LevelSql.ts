/**
 * The statement that changes stock levels, however many there are.
 */
import { InsufficientStock } from "@stoa/core/inventory/InventoryErrors"
import type { ChangedLevel, LevelFound } from "@stoa/core/inventory/InventoryRepository"
import { addUp, keyOf, type LevelChange, type LevelKey, type Movement } from "@stoa/core/inventory/LevelChange"
import type { StockLevel } from "@stoa/core/inventory/Stock"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { StorageError } from "@stoa/core/kernel/StorageError"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import { storage } from "../Storage.ts"
import { asExpected, expected } from "../AsExpected.ts"

export interface LevelRow {
  readonly variant_id: string
  readonly location_id: string
  readonly on_hand: number
  readonly reserved: number
  readonly incoming: number
  readonly low_stock_threshold: number | null
  readonly version: number
  readonly updated_at: string
}

export const columns = "variant_id, location_id, on_hand, reserved, incoming, low_stock_threshold, version, updated_at"

export const toLevel = (row: LevelRow): StockLevel => ({
  variantId: row.variant_id,
  locationId: row.location_id,
  onHand: row.on_hand,
  reserved: row.reserved,
  incoming: row.incoming,
  lowStockThreshold: row.low_stock_threshold,
  version: row.version,
  updatedAt: row.updated_at
} as StockLevel)

interface ChangedRow extends LevelRow {
  readonly threshold: number | null
}

const toChanged = (row: ChangedRow): ChangedLevel => ({
  ...toLevel(row),
  threshold: row.low_stock_threshold ?? row.threshold ?? 0
})

/** A level that may not be there. */
interface FoundRow extends Omit<LevelRow, "version"> {
  readonly version: number | null
  readonly known_variant: string | null
  readonly track_stock: number
  readonly backorder_limit: number
  readonly known_location: string | null
  readonly active: number
}

const changeColumns = {
  variant_id: "text",
  location_id: "text",
  on_hand_delta: "int",
  reserved_delta: "int",
  kind: "text",
  reason: "text",
  reference: "text",
  actor: "text",
  moves: "json",
  at: "text"
} as const satisfies Dialect.Columns

/** A row for each level. Several movements of one level go along as a list, for the trigger that writes the ledger. */
const toRows = (movements: ReadonlyArray<Movement>): ReadonlyArray<Dialect.RowOf<typeof changeColumns>> => {
  const byLevel = new Map<string, Array<Movement>>()
  for (const movement of movements) {
    const key = keyOf(movement)
    const others = byLevel.get(key)
    if (others === undefined) byLevel.set(key, [movement])
    else others.push(movement)
  }
  return Array.from(byLevel.values(), (own) => {
    const [first] = own as [Movement, ...Array<Movement>]
    return {
      variant_id: first.variantId,
      location_id: first.locationId,
      on_hand_delta: own.reduce((pieces, { onHandDelta }) => pieces + onHandDelta, 0),
      reserved_delta: own.reduce((pieces, { reservedDelta }) => pieces + reservedDelta, 0),
      kind: first.kind,
      reason: first.reason,
      reference: first.reference,
      actor: first.actor,
      moves: own.length === 1 ? null : own.map((movement) => [
        movement.kind,
        movement.onHandDelta,
        movement.reservedDelta,
        movement.reason,
        movement.reference,
        movement.actor,
        movement.at
      ]),
      at: first.at
    }
  })
}

const names = Object.keys(changeColumns)
const text = (column: keyof typeof changeColumns) => `value ->> ${names.indexOf(column)}`
const int = (column: "on_hand_delta" | "reserved_delta") => `(${text(column)})::bigint`

/** Rows as PostgreSQL takes them, in the order in which everybody locks levels. */
const toSortedRows = (movements: ReadonlyArray<Movement>): string =>
  JSON.stringify(
    toRows([...movements].sort((a, b) => keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0)).map((row) => [
      row.variant_id,
      row.location_id,
      row.on_hand_delta,
      row.reserved_delta,
      row.kind,
      row.reason,
      row.reference,
      row.actor,
      row.moves === null ? null : JSON.stringify(row.moves),
      row.at
    ])
  )

/**
 * Levels that are there, locked as they are looked up, one after the other: whoever comes with rows in order waits for nobody in a circle.
 * PostgreSQL takes an array from a subquery for short, and does not read all levels of the store instead.
 */
const heldThere = Dialect.written(["rows", "storeId"], (sql, { rows, storeId }) =>
  sql`WITH held AS MATERIALIZED (
    SELECT input.value, own.*, variants.backorder_limit
    FROM unnest(ARRAY(SELECT jsonb_array_elements(${rows}::jsonb))) AS input (value)
    CROSS JOIN LATERAL (
      SELECT variant_id, location_id, on_hand + ${sql.literal(int("on_hand_delta"))} AS on_hand,
        reserved + ${sql.literal(int("reserved_delta"))} AS reserved
      FROM stock_levels
      WHERE variant_id = ${sql.literal(text("variant_id"))} AND location_id = ${sql.literal(text("location_id"))}
        AND store_id = ${storeId} FOR UPDATE
    ) AS own
    JOIN variants ON variants.id = own.variant_id AND variants.store_id = ${storeId}
  )`)

/** Changes these, all or none, in two thirds of the time of the statement for any. */
const changeThere = Dialect.written(["count"], (sql, { count }) =>
  sql`UPDATE stock_levels SET ${
    sql.literal(`
      on_hand = stock_levels.on_hand + ${int("on_hand_delta")}, reserved = stock_levels.reserved + ${int("reserved_delta")},
      lowest = least(-held.backorder_limit, held.on_hand - held.reserved),
      moved_kind = ${text("kind")}, moved_reason = ${text("reason")}, moved_reference = ${text("reference")},
      moved_actor = ${text("actor")}, moved_on_hand = ${int("on_hand_delta")}, moved_reserved = ${int("reserved_delta")},
      moves = ${text("moves")}, version = stock_levels.version + 1, updated_at = ${text("at")}
    FROM held
    WHERE stock_levels.variant_id = held.variant_id AND stock_levels.location_id = held.location_id AND (
      SELECT bool_and(reserved >= 0 AND (${int("on_hand_delta")} >= ${int("reserved_delta")} OR on_hand - reserved >= -backorder_limit))`)
  } AND count(*) = ${count} FROM held)`)

/** The threshold of a store for levels without one of their own. */
export const defaultThreshold = (sql: SqlClient.SqlClient, storeId: string): Fragment =>
  sql`(SELECT ${
    sql.onDialectOrElse({
      pg: () => sql.literal("(settings::json ->> 'lowStockThreshold')::bigint"),
      orElse: () => sql.literal("settings ->> 'lowStockThreshold'")
    })
  } FROM stores WHERE id = ${storeId})`

export const make = (sql: SqlClient.SqlClient) => {
  /**
   * The rows of `input`, and the levels they are about as `held`: nobody else changes these until the transaction ends.
   * Postgres locks them, in the same order for everybody, so that nobody waits in a circle. SQLite has one writer at a
   * time, and takes half as long without the detour.
   */
  const source = (storeId: string, input: Fragment): { readonly before: Fragment; readonly tables: Fragment } =>
    sql.onDialectOrElse({
      pg: () => ({
        before: sql`
          WITH input AS (SELECT * FROM ${input}),
          held AS (
            SELECT stock_levels.*
            FROM input JOIN stock_levels
              ON stock_levels.variant_id = input.variant_id AND stock_levels.location_id = input.location_id
            WHERE stock_levels.store_id = ${storeId} AND stock_levels.variant_id = ${oneOfInput}
            ORDER BY stock_levels.variant_id, stock_levels.location_id
            FOR UPDATE OF stock_levels
          )`,
        tables: joined(storeId, sql`input`, sql`held`, sql` AND variants.id = ${oneOfInput}`)
      }),
      orElse: () => ({ before: sql``, tables: joined(storeId, input, sql`stock_levels AS held`, sql``) })
    })

  /** Postgres takes any list in JSON for a hundred rows, and without this would read all that the store has instead. */
  const oneOfInput = sql.literal("ANY(ARRAY(SELECT variant_id FROM input))")

  const joined = (storeId: string, input: Fragment, held: Fragment, andVariant: Fragment) => sql`
    ${input}
    LEFT JOIN variants ON variants.id = input.variant_id AND variants.store_id = ${storeId}${andVariant}
    LEFT JOIN locations ON locations.id = input.location_id AND locations.store_id = ${storeId}
    LEFT JOIN ${held} ON held.variant_id = input.variant_id AND held.location_id = input.location_id
      AND held.store_id = ${storeId}`

  /**
   * What each level would be, and whether it may: nothing falls below what its variant allows, unless it rises from
   * further below. In SQLite that decides. In Postgres a level that somebody else creates at the same moment is not in
   * `held`, so the conditions stand in `DO UPDATE` once more.
   */
  const changing = (storeId: string, movements: ReadonlyArray<Movement>, may: Fragment) => {
    const { before, tables } = source(storeId, Dialect.jsonRows(sql, toRows(movements), changeColumns))
    const change = sql`
      INSERT INTO stock_levels (
        store_id, variant_id, location_id, on_hand, reserved, lowest, moved_kind, moved_reason, moved_reference,
        moved_actor, moved_on_hand, moved_reserved, moves, version, updated_at
      )
      SELECT ${storeId}, variant_id, location_id, on_hand, reserved,
        ${Dialect.least(sql, sql.literal("-backorder_limit"), sql.literal("on_hand - reserved"))},
        kind, reason, reference, actor, on_hand_delta, reserved_delta, moves, 1, at
      FROM (
        SELECT judged.*, ${may} AS may
        FROM (
          SELECT planned.*, CASE
              WHEN known = 0 OR reserved < 0 THEN 0
              WHEN on_hand_delta < reserved_delta AND on_hand - reserved < -backorder_limit THEN 0
              ELSE 1
            END AS fits
          FROM (
            SELECT input.variant_id, input.location_id, input.on_hand_delta, input.reserved_delta, input.kind,
              input.reason, input.reference, input.actor, input.moves, input.at,
              CASE WHEN variants.id IS NULL OR locations.id IS NULL THEN 0 ELSE 1 END AS known,
              coalesce(held.on_hand, 0) + input.on_hand_delta AS on_hand,
              coalesce(held.reserved, 0) + input.reserved_delta AS reserved,
              coalesce(variants.backorder_limit, 0) AS backorder_limit
            FROM ${tables}
          ) AS planned
        ) AS judged
      ) AS decided
      WHERE may = 1
      ORDER BY variant_id, location_id
      ON CONFLICT (variant_id, location_id) DO UPDATE SET
        on_hand = stock_levels.on_hand + excluded.moved_on_hand,
        reserved = stock_levels.reserved + excluded.moved_reserved,
        lowest = excluded.lowest,
        moved_kind = excluded.moved_kind,
        moved_reason = excluded.moved_reason,
        moved_reference = excluded.moved_reference,
        moved_actor = excluded.moved_actor,
        moved_on_hand = excluded.moved_on_hand,
        moved_reserved = excluded.moved_reserved,
        moves = excluded.moves,
        version = stock_levels.version + 1,
        updated_at = excluded.updated_at
      WHERE stock_levels.reserved + excluded.moved_reserved >= 0
        AND stock_levels.on_hand + excluded.moved_on_hand - stock_levels.reserved - excluded.moved_reserved
          >= excluded.lowest`
    return { before, change }
  }

  const change = Effect.fnUntraced(function*(movements: ReadonlyArray<Movement>, may: Fragment) {
    const storeId = yield* CurrentStore
    const { before, change } = changing(storeId, movements, may)
    const rows = yield* sql<ChangedRow>`${before} ${change}
      RETURNING ${sql.literal(columns)}, ${defaultThreshold(sql, storeId)} AS threshold`
    return rows.map(toChanged)
  })

  /** All of these, or none. PostgreSQL alone. */
  const changeAllThere = Effect.fnUntraced(function*(movements: ReadonlyArray<Movement>, count: number) {
    const storeId = yield* CurrentStore
    const rows = yield* sql<ChangedRow>`${heldThere(sql, { rows: toSortedRows(movements), storeId })} ${changeThere(sql, { count })}
      RETURNING ${thereColumns}, ${defaultThreshold(sql, storeId)} AS threshold`
    return rows.map(toChanged)
  })

  const thereColumns = sql.literal(columns.split(", ").map((column) => `stock_levels.${column}`).join(", "))

  const allOrNone = sql`min(fits) OVER ()`
  const whatFits = sql`fits`

  const look = Effect.fnUntraced(function*(keys: ReadonlyArray<LevelKey>) {
    const storeId = yield* CurrentStore
    const { before, tables } = source(
      storeId,
      Dialect.jsonRows(
        sql,
        keys.map((key, position) => ({ variant_id: key.variantId, location_id: key.locationId, position })),
        { variant_id: "text", location_id: "text", position: "int" }
      )
    )
    return yield* sql<FoundRow>`
      ${before}
      SELECT input.variant_id, input.location_id, variants.id AS known_variant, variants.track_stock,
        variants.backorder_limit, locations.id AS known_location, locations.active, held.on_hand, held.reserved,
        held.incoming, held.low_stock_threshold, held.version, held.updated_at
      FROM ${tables}
      ORDER BY input.position`
  })

  /** Which lines were short, for the error. */
  const shortages = (changes: ReadonlyArray<LevelChange>, rows: ReadonlyArray<FoundRow>) => {
    const found = new Map(rows.map((row) => [`${row.variant_id} ${row.location_id}`, row]))
    const lines: Array<InsufficientStock["lines"][number]> = []
    for (const change of changes) {
      const requested = change.reservedDelta - change.onHandDelta
      const row = found.get(keyOf(change))
      const known = row !== undefined && row.known_variant !== null && row.known_location !== null
      const available = known ? Math.max(0, (row.on_hand ?? 0) - (row.reserved ?? 0) + row.backorder_limit) : 0
      if (!known || (requested > 0 && available < requested)) {
        lines.push({ variantId: change.variantId, requested: Math.abs(requested), available })
      }
    }
    return lines
  }

  /** Why nothing was changed: what is short, or that pieces have come since, and that is to be tried again. */
  const refused = (changes: ReadonlyArray<LevelChange>, rows: ReadonlyArray<FoundRow>) => {
    const lines = shortages(changes, rows)
    return lines.length > 0
      ? new InsufficientStock({ lines })
      : new StorageError({ operation: "Inventory.apply", reason: "conflict" })
  }

  return {
    apply: Effect.fnUntraced(function*(movements: ReadonlyArray<Movement>) {
      const changes = addUp(movements)
      // what only arrives may be the first of its level, and is never refused
      if (Dialect.of(sql) === "pg" && changes.some(({ onHandDelta, reservedDelta }) => onHandDelta < 0 || reservedDelta !== 0)) {
        const levels = yield* changeAllThere(movements, changes.length)
        if (levels.length === changes.length) return levels
        const found = yield* look(changes)
        // one that is not there yet is written below
        if (found.every(({ version }) => version !== null)) return yield* refused(changes, found)
      }
      const levels = yield* change(movements, allOrNone)
      if (levels.length === changes.length) return levels
      // Some did and some did not: that somebody else was in the way, not that there is too little. Start over.
      if (levels.length > 0) return yield* new StorageError({ operation: "Inventory.apply", reason: "conflict" })
      return yield* refused(changes, yield* look(changes))
    }, storage("Inventory.apply")),

    settle: (movements: ReadonlyArray<Movement>) =>
      change(movements, whatFits).pipe(storage("Inventory.settle")),

    settleAll: Effect.fnUntraced(function*(movements: ReadonlyArray<Movement>) {
      const storeId = yield* CurrentStore
      const count = addUp(movements).length
      yield* sql.onDialectOrElse({
        pg: () =>
          asExpected(
            sql,
            sql`${heldThere(sql, { rows: toSortedRows(movements), storeId })}, changed AS (${changeThere(sql, { count })} RETURNING 1)`,
            sql`changed`,
            sql`count(*) = ${count}`
          ),
        orElse: () => {
          const { before, change } = changing(storeId, movements, whatFits)
          return Effect.flatMap(sql`${before} ${change} RETURNING variant_id`, (rows) => expected("Inventory.settleAll", rows.length === count))
        }
      })
    }, storage("Inventory.settleAll")),

    find: (keys: ReadonlyArray<LevelKey>) =>
      Effect.map(look(keys), (rows) =>
        rows.map((row) => ({
          variantId: row.variant_id,
          locationId: row.location_id,
          variant: row.known_variant === null ? null : { trackStock: row.track_stock === 1 },
          location: row.known_location === null ? null : { active: row.active === 1 },
          level: row.version === null ? null : toLevel({ ...row, version: row.version })
        } as LevelFound))).pipe(storage("Inventory.find"))
  }
}
