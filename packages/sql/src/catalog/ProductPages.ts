/**
 * Finding one product, which is what shops do most.
 *
 * **Details**
 *
 * To make the statement ready costs PostgreSQL more than to run it. There, guests who look at pages in the same moment are served
 * by one statement: who comes while one is under way goes into the next. Each page is read after it was asked for, as if
 * everybody had read alone.
 */
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as GroupCommit from "@stoa/core/kernel/GroupCommit"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as ProductRow from "./ProductRow.ts"
import type { Looking } from "./ProductSummary.ts"

type Rows = ReadonlyArray<ProductRow.ProductRow>

interface Wanted {
  readonly storeId: StoreId
  readonly slug: string
  readonly looking: Looking
}

/** How many pages a statement reads at most. */
const atOnce = 50

export interface ProductPages {
  readonly byId: (storeId: StoreId, id: string, looking: Looking | undefined) => Effect.Effect<Rows, SqlError>
  readonly bySlug: (storeId: StoreId, slug: string, looking: Looking | undefined) => Effect.Effect<Rows, SqlError>
}

/** The statements are put together once. */
export const make = (sql: SqlClient.SqlClient): ProductPages => {
  const kept = ProductRow.productColumns(sql, { buyer: false })
  const shown = ProductRow.productColumns(sql, { buyer: true })
  const placeholder = (index: number) => sql.onDialectOrElse({ pg: () => `$${index}`, orElse: () => "?" })
  const finder = (column: "id" | "slug") => {
    // the parameters of the columns come first
    const where = (first: number) =>
      `FROM products AS p WHERE p.store_id = ${placeholder(first)} AND p.${column} = ${placeholder(first + 1)}`
    const keptText = `SELECT ${kept} ${where(1)}`
    const shownText = `SELECT ${shown} ${where(3)}`
    return (storeId: StoreId, key: string, looking: Looking | undefined) =>
      looking === undefined
        ? sql.unsafe<ProductRow.ProductRow>(keptText, [storeId, key])
        : sql.unsafe<ProductRow.ProductRow>(shownText, [looking.at, looking.customerId ?? "", storeId, key])
  }
  const byId = finder("id")
  const bySlug = finder("slug")

  // an array from a subquery is short for PostgreSQL, as it is here
  const manyText = `SELECT ${shown} FROM products AS p
    WHERE p.store_id = $3 AND p.slug = ANY(ARRAY(SELECT jsonb_array_elements_text($4::jsonb)))`
  const together = GroupCommit.make<Wanted, Rows, SqlError, never>({
    keyOf: ({ storeId }) => storeId,
    limit: atOnce,
    run: (wanted) => {
      const { looking, slug, storeId } = wanted.at(-1) as Wanted
      const slugs = [...new Set(wanted.map(({ slug }) => slug))]
      return slugs.length === 1
        ? Effect.map(bySlug(storeId, slug, looking), (rows) => wanted.map(() => Exit.succeed(rows)))
        : Effect.map(
          sql.unsafe<ProductRow.ProductRow>(manyText, [looking.at, "", storeId, JSON.stringify(slugs)]),
          (rows) => wanted.map(({ slug }) => Exit.succeed(rows.filter((row) => row.slug === slug)))
        )
    },
    mayBeOfOne: () => false,
    // a transaction sees what others do not
    goesAlone: Effect.map(Effect.serviceOption(sql.transactionService), ({ _tag }) => _tag === "Some")
  })
  const ofGuest = sql.onDialectOrElse({ pg: () => together, orElse: () => undefined })
  return {
    byId,
    bySlug: (storeId, slug, looking) =>
      ofGuest === undefined || looking === undefined || looking.customerId !== null
        ? bySlug(storeId, slug, looking)
        : ofGuest({ storeId, slug, looking })
  }
}
