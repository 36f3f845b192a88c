/**
 * Whether carts and the goods in them are as they were read, for PostgreSQL, which marks each row with the transaction that wrote it.
 *
 * The mark of a variant names the rows that it was read from: its own and that of its product. Its stock is read each time; levels at places that
 * are closed do not count.
 */
import type { CartVariant } from "@stoa/core/cart/CartRepository"
import type { LocationId } from "@stoa/core/inventory/Stock"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as CartChangeSql from "./CartChangeSql.ts"
import type { PublishedVariant } from "./CartGoodsSql.ts"

/** The mark of the variant `v` of the product `p`. */
export const mark = "concat_ws(' ', v.xmin, p.xmin)"

/** Variants, how many pieces of each are free, and its levels by location priority. */
export const stocked = `variants AS v JOIN products AS p ON p.id = v.product_id
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(level.on_hand - level.reserved), 0) AS free,
          string_agg(concat_ws(' ', place.priority, place.id, level.on_hand, level.reserved), ' ') AS levels
        FROM stock_levels AS level JOIN locations AS place ON place.id = level.location_id AND place.active = 1
        WHERE level.store_id = v.store_id AND level.variant_id = v.id
      ) AS stock`

/** All that `told` reads, of all rows of `stocked`. */
export const goods = `string_agg(concat_ws(' ', v.id, ${mark}, stock.levels), ',')`

/**
 * One of some texts, none of which has a comma in it. PostgreSQL has no idea how many a subquery makes of them, so that a plan made for these is no
 * better than one for any: otherwise it would make one at every call.
 */
const oneOf = (sql: Constructor, texts: ReadonlyArray<string>): Fragment => sql`ANY(ARRAY(SELECT unnest(string_to_array(${texts.join()}, ','))))`

/** A cart that was looked up. */
export interface CheckedCart {
  readonly token_hash: string
  readonly mark: string
  readonly terms_version: number
  readonly promotions_version: number | null
}

/** What the database says of goods: by the ids of variants, the words of which the first three are the id and the mark. */
export type Told = ReadonlyMap<string, ReadonlyArray<string>>

export const told = (goods: string | null): Told =>
  new Map((goods ?? "").split(",").map((text) => {
    const words = text.split(" ")
    return [words[0] as string, words]
  }))

/** What was looked up at once. */
export interface Checked {
  readonly carts: ReadonlyArray<CheckedCart>
  readonly told: Told
}

/** Carts, and a row in front of them that says of the goods of all of them. */
type Row = CheckedCart & { readonly goods: null } | { readonly token_hash: null; readonly goods: string | null }

/** Looks up carts by the hashes of their tokens, with the marks and the stock of some variants. */
export const check = (sql: Constructor, storeId: StoreId, tokenHashes: ReadonlyArray<string>, ids: ReadonlyArray<string>) =>
  Effect.map(
    sql<Row>`SELECT NULL AS token_hash, NULL AS mark, NULL AS terms_version, NULL AS promotions_version,
      (SELECT ${sql.literal(goods)} FROM ${sql.literal(stocked)} WHERE v.id = ${oneOf(sql, ids)} AND v.store_id = ${storeId}) AS goods
    UNION ALL SELECT c.token_hash, ${CartChangeSql.markOf(sql, "c.")}, coalesce(t.version, 0), b.version, NULL
    FROM carts AS c
      LEFT JOIN cart_terms AS t ON t.store_id = c.store_id
      LEFT JOIN promotion_books AS b ON b.store_id = c.store_id
    WHERE c.store_id = ${storeId} AND c.token_hash = ${oneOf(sql, tokenHashes)}`,
    (rows): Checked => ({
      carts: rows.filter((row) => row.token_hash !== null),
      told: told(rows.find((row) => row.token_hash === null)?.goods ?? null)
    })
  )

const levelsFrom = (words: ReadonlyArray<string>): CartVariant["levels"] => {
  const placed: Array<{ readonly priority: number; readonly level: CartVariant["levels"][number] }> = []
  for (let at = 3; at + 3 < words.length; at += 4) {
    placed.push({
      priority: Number(words[at]),
      level: { locationId: words[at + 1] as LocationId, onHand: Number(words[at + 2]), reserved: Number(words[at + 3]) }
    })
  }
  // nearly always there is one place, and sorting one costs PostgreSQL more than telling of it
  return placed.toSorted((a, b) => a.priority - b.priority || (a.level.locationId < b.level.locationId ? -1 : 1)).map(({ level }) => level)
}

/** Variants with the stock that is told of them; `undefined` if one of them is not the row any more that it was read from. */
export const stockedNow = (variants: ReadonlyArray<PublishedVariant>, now: Told): ReadonlyArray<PublishedVariant> | undefined => {
  const stocked: Array<PublishedVariant> = []
  for (const variant of variants) {
    const words = now.get(variant.id)
    if (words === undefined || variant.mark !== `${words[1]} ${words[2]}`) return undefined
    stocked.push({ ...variant, levels: levelsFrom(words) })
  }
  return stocked
}
