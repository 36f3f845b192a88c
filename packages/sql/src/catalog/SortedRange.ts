/**
 * A list that is narrowed down by a range of prices alone. The index of prices says by what lists are sorted and what else is asked of a product, so
 * that none is read to be sorted, as it would be from a page of its own.
 *
 * **Details**
 *
 * Where a range has more products than `few`, the index of the order is walked instead, of which a page then needs a small part. In the order of prices the
 * range is a piece of its index, which is read no further than the page.
 */
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import type { Narrowing } from "./Narrowing.ts"

/**
 * So many products are sorted, at most. Each wider range is looked through as far, before its order is walked. Among a million, to walk past those that
 * are too cheap or too dear takes 1 ms where more are in the range.
 */
export const few = 1_200

/** What begins a statement: `scope`, which says whether the range has `many`. */
export const looked = (sql: Constructor, { ids }: Narrowing): Fragment =>
  sql`WITH scope (many) AS MATERIALIZED (SELECT (SELECT 1 FROM (${ids}) AS one LIMIT 1 OFFSET ${sql.literal(String(few))}) IS NOT NULL)`

/** What a page of a list consists of: its `place` and its `sort_key`, and which products may be on it. */
export interface Page {
  readonly chosen: Fragment
  readonly where: Fragment
  readonly orderBy: Fragment
  readonly limit: Fragment
  /** Whether the index of prices has the order, so that nobody looks whether there are many. */
  readonly isByPrice: boolean
}

/** Each a `SELECT` of a page, which is empty where the range has many. */
export const pages = (sql: Constructor, { holds, read = [] }: Narrowing, { chosen, isByPrice, limit, orderBy, where }: Page): ReadonlyArray<Fragment> =>
  read.map(({ exact, passing, products }) => {
    const asked = exact ? [] : [holds]
    const within = sql.and([passing, where])
    if (isByPrice || Dialect.of(sql) === "sqlite") {
      const end = isByPrice ? limit : sql`(SELECT CASE WHEN many THEN 0 ELSE ${limit} END FROM scope)`
      return sql`SELECT * FROM (SELECT ${chosen} FROM ${products} WHERE ${sql.and([within, ...asked])} ORDER BY ${orderBy} LIMIT ${end}) AS few`
    }
    // PostgreSQL takes each range for a large one, and would else walk the index of the order
    return sql`SELECT * FROM (SELECT ${chosen} FROM (SELECT * FROM ${products} WHERE ${within} AND NOT (SELECT many FROM scope) LIMIT ${sql.literal(String(few))}) AS p
      WHERE ${sql.and(asked)} ORDER BY ${orderBy} LIMIT ${limit}) AS few`
  })
