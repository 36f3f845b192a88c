/**
 * Changing carts of guests as they are remembered, those of the same moment by one statement, for PostgreSQL.
 *
 * **Details**
 *
 * The statement holds each cart against all that its change was made from: that it still is the row that was read, with the terms and promotions of
 * its store and the rows of its goods, and that of what is put into it enough is there. It writes nothing of a cart of which any of that is so no
 * more, and says of the others what stock there is.
 *
 * A round waits for no cart that somebody else holds, such as one that becomes an order: it is left out as if it had changed. So nobody is
 * held up by the cart of another, and no two rounds wait for each other. A cart by itself waits.
 */
import type { StoredCart } from "@stoa/core/cart/CartRepository"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as GroupCommit from "@stoa/core/kernel/GroupCommit"
import type { StorageError } from "@stoa/core/kernel/StorageError"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as SqlClient from "effect/sql/SqlClient"
import type { Constructor } from "effect/sql/Statement"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import * as CartChangeSql from "./CartChangeSql.ts"
import * as CartCheckSql from "./CartCheckSql.ts"
import type { PublishedVariant } from "./CartGoodsSql.ts"

/** A cart as it was read, what it shall be, and what that was made from. */
export interface GuestCartChange {
  readonly storeId: StoreId
  readonly before: StoredCart
  readonly after: StoredCart
  readonly mark: string
  readonly termsVersion: number
  readonly promotionsVersion: number | null
  readonly variants: ReadonlyArray<PublishedVariant>
}

/** A cart that was changed. */
export interface Changed {
  /** Which row it is now. */
  readonly mark: string
  /** What `CartCheckSql.told` reads. */
  readonly goods: string | null
}

/** How many carts a statement changes at most. */
const atOnce = 50

/** What a change may write; its place in the list is that of its value in the row of a cart. */
const columns = [
  "email", "language", "currency", "channel", "note", "shipping_address", "billing_address", "shipping_method_id", "shipping_choices", "expires_at",
  "updated_at", "lines"
] as const

/** The values of `columns`, and behind them what the row is held against, which the statement calls by these names. */
const held = {
  id: columns.length,
  version: columns.length + 1,
  mark: columns.length + 2,
  termsVersion: columns.length + 3,
  promotionsVersion: columns.length + 4,
  variants: columns.length + 5,
  marks: columns.length + 6,
  pieces: columns.length + 7
} as const

/** The text of a JSON object. As an object it would have a shape of its own each time, which V8 makes at some cost and keeps. */
const json = (members: Iterable<readonly [string, string | number | null]>): string =>
  `{${Array.from(members, ([name, value]) => `"${name}":${JSON.stringify(value)}`).join()}}`

/** How many pieces must be free of each variant of which the cart gets more, or of its backorders what goes beyond them. */
const piecesOf = ({ after, before, variants }: GuestCartChange): ReadonlyMap<string, number> => {
  const pieces = new Map<string, number>()
  if (after.lines === before.lines) return pieces
  for (const { id, quantity, variantId } of after.lines) {
    if (quantity <= (before.lines.find((line) => line.id === id)?.quantity ?? 0)) continue
    const variant = variants.find((one) => one.id === variantId)
    if (variant?.trackStock === true) pieces.set(variantId, Math.max(pieces.get(variantId) ?? -Infinity, quantity - variant.backorderLimit))
  }
  return pieces
}

/** The text of a row. */
const toJson = (change: GuestCartChange): string => {
  const { after, before, mark, promotionsVersion, termsVersion, variants } = change
  const values = JSON.stringify([
    after.email,
    after.language ?? null,
    after.currency,
    after.channel,
    after.note,
    Row.toJson(after.shippingAddress),
    Row.toJson(after.billingAddress),
    after.shippingMethodId,
    JSON.stringify(after.shippingChoices),
    after.expiresAt,
    after.updatedAt,
    // the longest by far, and most changes are not of lines
    after.lines === before.lines ? null : JSON.stringify(after.lines),
    after.id,
    after.version,
    mark,
    termsVersion,
    promotionsVersion ?? -1,
    variants.length
  ])
  return `${values.slice(0, -1)},${json(variants.map((variant) => [variant.id, variant.mark] as const))},${json(piecesOf(change))}]`
}

/**
 * The text of the statement. Its parameters are a JSON array of rows, and the store.
 *
 * PostgreSQL takes an array from a subquery for short, as these are. Otherwise it would read all carts of the store to compare them.
 */
const text = (sql: Constructor, isMany: boolean): string => {
  const mark = sql`${CartChangeSql.markOf(sql, "carts.")}`.compile()[0]
  const row = "(SELECT $1::jsonb -> 0 AS value, 1 AS place OFFSET 0)"
  const rows = "unnest(ARRAY(SELECT jsonb_array_elements($1::jsonb))) WITH ORDINALITY"
  const free = isMany
    ? `WITH free AS MATERIALIZED (
      SELECT input.value, input.place FROM ${rows} AS input (value, place) CROSS JOIN LATERAL (
        SELECT 1 FROM carts WHERE id = input.value ->> ${held.id} AND store_id = $2 FOR NO KEY UPDATE SKIP LOCKED) AS own)
    `
    : ""
  const set = columns.map((column, place) =>
    column === "lines" ? `lines = coalesce(value ->> ${place}, lines)` : `${column} = value ->> ${place}`
  )
  return `${free}UPDATE carts SET version = (value ->> ${held.version})::bigint, ${set.join(", ")}
    FROM ${isMany ? "free" : row} AS input CROSS JOIN LATERAL (
      SELECT count(*) = (value ->> ${held.variants})::int AND coalesce(bool_and(${CartCheckSql.mark} = value -> ${held.marks} ->> v.id
          AND stock.free >= coalesce((value -> ${held.pieces} ->> v.id)::bigint, stock.free)), true) AS same,
        ${CartCheckSql.goods} AS goods
      FROM ${CartCheckSql.stocked}
      WHERE v.id = ANY(ARRAY(SELECT jsonb_object_keys(value -> ${held.marks}))) AND v.store_id = $2
    ) AS now
    WHERE carts.id = value ->> ${held.id} AND carts.store_id = $2 AND carts.version = (value ->> ${held.version})::bigint - 1
      AND carts.status = 'open' AND ${mark} = value ->> ${held.mark}
      AND coalesce((SELECT t.version FROM cart_terms AS t WHERE t.store_id = $2), 0) = (value ->> ${held.termsVersion})::bigint
      AND coalesce((SELECT b.version FROM promotion_books AS b WHERE b.store_id = $2), -1) = (value ->> ${held.promotionsVersion})::bigint
      AND now.same
    RETURNING input.place, ${mark} AS mark, now.goods`
}

interface ChangedRow extends Changed {
  /** Of the row that was written, counted from 1: of two changes of a cart, one is. */
  readonly place: number
}

/** Changes a cart, unless it is so no more as it was remembered. */
export const make = (sql: SqlClient.SqlClient) => {
  const one = text(sql, false)
  const many = text(sql, true)
  return GroupCommit.make<GuestCartChange, Changed | undefined, StorageError, never>({
    keyOf: ({ storeId }) => storeId,
    limit: atOnce,
    run: (changes) => {
      const [first] = changes
      return first === undefined ? Effect.succeed([]) : Effect.map(
        sql.unsafe<ChangedRow>(changes.length === 1 ? one : many, [`[${changes.map(toJson).join()}]`, first.storeId]),
        (rows) => changes.map((_, index) => Exit.succeed(rows.find(({ place }) => Number(place) === index + 1)))
      ).pipe(storage("Carts.replace"))
    },
    mayBeOfOne: ({ reason }) => reason === "rejected",
    // nothing is taken from the memory in a transaction
    goesAlone: Effect.succeed(false)
  })
}
