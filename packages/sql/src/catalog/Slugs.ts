/**
 * Slugs, of which every table has each once in a store.
 */
import { SlugTaken } from "@stoa/core/catalog/CatalogErrors"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

/** Those of `slug`, `slug-2`, `slug-3` ... that a table has already. */
export const slugsLike = (
  sql: SqlClient.SqlClient,
  table: "products" | "brands" | "collections",
  storeId: StoreId,
  slug: string
): Effect.Effect<ReadonlySet<string>, SqlError> =>
  Effect.map(
    // what begins with `slug-` lies between it and `slug.`
    sql<{ readonly slug: string }>`
      SELECT slug FROM ${sql(table)} WHERE store_id = ${storeId} AND slug = ${slug}
      UNION ALL
      SELECT slug FROM ${sql(table)}
      WHERE store_id = ${storeId} AND slug > ${`${slug}-`} AND slug < ${`${slug}.`}
        AND length(slug) <= ${slug.length + 8}`,
    (rows) => new Set(rows.map((row) => row.slug))
  )

/** Refuses what an insertion that does nothing on a conflict has not written. */
export const unlessSlugTaken = (slug: string) => <E, R>(insertion: Effect.Effect<ReadonlyArray<unknown>, E, R>) =>
  Effect.flatMap(insertion, (rows): Effect.Effect<void, SlugTaken> =>
    rows.length > 0 ? Effect.void : Effect.fail(new SlugTaken({ slug })))

/** The id of what had a slug before, unless something else has had it since. */
export const formerly = (
  sql: SqlClient.SqlClient,
  kind: "product" | "category" | "brand" | "collection",
  storeId: StoreId,
  slug: string
): Effect.Effect<string | undefined, SqlError> =>
  Effect.map(
    sql<{ readonly id: string }>`
      SELECT subject_id AS id FROM former_slugs WHERE store_id = ${storeId} AND kind = ${kind} AND slug = ${slug}`,
    (rows) => rows[0]?.id
  )
