/**
 * Whether a cart and the goods in it are as they were read, for PostgreSQL, which marks each row with the transaction that wrote it.
 *
 * **Details**
 *
 * The mark of a variant names the rows that it was read from: itself and its product by their marks, and a level of stock by its figures. Levels at
 * places that are closed do not count.
 */
import type { CartVariant } from "@stoa/core/cart/CartRepository"
import type { LocationId } from "@stoa/core/inventory/Stock"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as CartChangeSql from "./CartChangeSql.ts"
import type { PublishedVariant } from "./CartGoodsSql.ts"

/** What a cart was made from. */
export interface AsRead {
  readonly mark: string
  readonly termsVersion: number
  readonly promotionsVersion: number | null
  readonly variants: ReadonlyArray<PublishedVariant>
}

/** One for each level, or one where there is none. */
const marksOf = ({ id, levels, mark }: PublishedVariant): ReadonlyArray<string> =>
  levels.length === 0
    ? [`${id} ${mark}`]
    : levels.map(({ locationId, onHand, reserved }) => `${id} ${mark} ${locationId} ${onHand} ${reserved}`)

const marked = "concat_ws(' ', v.id, v.xmin, p.xmin, level.location_id, level.on_hand, level.reserved)"

/**
 * One of some texts, none of which has a comma in it. PostgreSQL has no idea how many a subquery makes of them, so that a plan made for these is no
 * better than one for any: otherwise it would make one at every call.
 */
const oneOf = (sql: Constructor, texts: ReadonlyArray<string>): Fragment => sql`ANY(ARRAY(SELECT unnest(string_to_array(${texts.join()}, ','))))`

/** A row for each mark. */
const rows = (sql: Constructor, storeId: StoreId, ids: ReadonlyArray<string>): Fragment =>
  sql`variants AS v JOIN products AS p ON p.id = v.product_id
      LEFT JOIN (stock_levels AS level JOIN locations AS place ON place.id = level.location_id AND place.active = 1)
        ON level.store_id = v.store_id AND level.variant_id = v.id
    WHERE v.id = ${oneOf(sql, ids)} AND v.store_id = ${storeId}`

/** Whether the cart that is updated still is what it was made from. */
export const isAsRead = (sql: Constructor, storeId: StoreId, { mark, promotionsVersion, termsVersion, variants }: AsRead): Fragment => {
  const marks = variants.flatMap(marksOf)
  return sql`${CartChangeSql.markOf(sql)} = ${mark}
    AND coalesce((SELECT t.version FROM cart_terms AS t WHERE t.store_id = ${storeId}), 0) = ${termsVersion}
    AND coalesce((SELECT b.version FROM promotion_books AS b WHERE b.store_id = ${storeId}), -1) = ${promotionsVersion ?? -1}
    AND (SELECT count(*) = ${marks.length} AND coalesce(bool_and(${sql.literal(marked)} = ${oneOf(sql, marks)}), true)
      FROM ${rows(sql, storeId, variants.map(({ id }) => id))})`
}

export interface CheckRow {
  readonly token_hash: string
  readonly mark: string
  readonly terms_version: number
  readonly promotions_version: number | null
  /** Marks, those of one variant by location priority. */
  readonly goods: string | null
}

/** Looks up carts by the hashes of their tokens, with the marks of some variants. */
export const check = (sql: Constructor, storeId: StoreId, tokenHashes: ReadonlyArray<string>, ids: ReadonlyArray<string>) =>
  sql<CheckRow>`SELECT c.token_hash, ${CartChangeSql.markOf(sql, "c.")} AS mark, coalesce(t.version, 0) AS terms_version, b.version AS promotions_version,
      (SELECT string_agg(${sql.literal(marked)}, ',' ORDER BY place.priority, place.id) FROM ${rows(sql, storeId, ids)}) AS goods
    FROM carts AS c
      LEFT JOIN cart_terms AS t ON t.store_id = c.store_id
      LEFT JOIN promotion_books AS b ON b.store_id = c.store_id
    WHERE c.store_id = ${storeId} AND c.token_hash = ${oneOf(sql, tokenHashes)}`

/** Variants with the stock that their marks tell of; `undefined` if one of them is not the row any more that it was read from. */
export const stockedNow = (variants: ReadonlyArray<PublishedVariant>, marks: string | null): ReadonlyArray<PublishedVariant> | undefined => {
  const now = new Map<string, { readonly mark: string; readonly levels: Array<CartVariant["levels"][number]> }>()
  for (const text of marks === null ? [] : marks.split(",")) {
    const [id = "", own, product, locationId, onHand, reserved] = text.split(" ")
    const found = now.get(id) ?? { mark: `${own} ${product}`, levels: [] }
    now.set(id, found)
    if (locationId !== undefined) found.levels.push({ locationId: locationId as LocationId, onHand: Number(onHand), reserved: Number(reserved) })
  }
  return variants.every(({ id, mark }) => now.get(id)?.mark === mark)
    ? variants.map((variant) => ({ ...variant, levels: now.get(variant.id)?.levels ?? [] }))
    : undefined
}
