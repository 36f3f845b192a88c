/**
 * Slugs, of which every table has each once in a store, in whatever language.
 */
import { SlugTaken } from "@stoa/core/catalog/CatalogErrors"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"

/** The tables of what has slugs, by what `former_slugs` and `translated_slugs` call it. */
const tables = { product: "products", category: "categories", brand: "brands", collection: "collections" } as const

export type Kind = keyof typeof tables

/**
 * Those of `slug`, `slug-2`, `slug-3` ... that a name should not get by itself: what something has in any language, or had before
 * and is still found by.
 */
export const slugsLike = (
  sql: SqlClient.SqlClient,
  kind: Kind,
  storeId: StoreId,
  slug: string
): Effect.Effect<ReadonlySet<string>, SqlError> => {
  // what begins with `slug-` lies between it and `slug.`
  const like = (from: Fragment) =>
    sql`SELECT slug FROM ${from} AND slug = ${slug}
      UNION ALL
      SELECT slug FROM ${from} AND slug > ${`${slug}-`} AND slug < ${`${slug}.`} AND length(slug) <= ${slug.length + 8}`
  return Effect.map(
    sql<{ readonly slug: string }>`
      ${like(sql`${sql(tables[kind])} WHERE store_id = ${storeId}`)}
      UNION ALL
      ${like(sql`translated_slugs WHERE store_id = ${storeId} AND kind = ${kind}`)}
      UNION ALL
      ${like(sql`former_slugs WHERE store_id = ${storeId} AND kind = ${kind}`)}`,
    (rows) => new Set(rows.map((row) => row.slug))
  )
}

/** Refuses what an insertion that does nothing on a conflict has not written. */
export const unlessSlugTaken = (slug: string) => <E, R>(insertion: Effect.Effect<ReadonlyArray<unknown>, E, R>) =>
  Effect.flatMap(insertion, (rows): Effect.Effect<void, SlugTaken> =>
    rows.length > 0 ? Effect.void : Effect.fail(new SlugTaken({ slug })))

/** Whether something else has a slug of a row of `input` in another language than the store's. */
export const isTranslatedSlug = (sql: Constructor, kind: Kind, storeId: StoreId): Fragment =>
  sql`EXISTS (
    SELECT 1 FROM translated_slugs AS t
    WHERE t.store_id = ${storeId} AND t.kind = ${sql.literal(`'${kind}'`)} AND t.slug = input.slug AND t.subject_id <> input.id
  )`

interface Named {
  readonly id: string
  readonly slug: string
  readonly translations: Readonly<Record<string, { readonly slug?: string }>>
}

/** The slugs that a thing has in other languages than the store's. */
export const translatedSlugs = ({ translations }: Pick<Named, "translations">): ReadonlyArray<string> => [
  ...new Set(Object.values(translations).flatMap(({ slug }) => slug ?? []))
]

/**
 * Refuses slugs in other languages that something else has in any. One statement where there are such slugs, else none.
 *
 * @param own whether the slug in the store's language is looked at as well
 */
export const checkTranslated = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  kind: Kind,
  storeId: StoreId,
  things: ReadonlyArray<Named>,
  own = false
) {
  const rows = things.flatMap((thing) =>
    [...translatedSlugs(thing), ...(own ? [thing.slug] : [])].map((slug) => ({ id: thing.id, slug }))
  )
  if (rows.length === 0) return
  const taken = yield* sql<{ readonly slug: string }>`
    SELECT input.slug FROM ${Dialect.jsonRows(sql, rows, { id: "text", slug: "text" })}
    WHERE ${isTranslatedSlug(sql, kind, storeId)} OR EXISTS (
      SELECT 1 FROM ${sql(tables[kind])} AS other
      WHERE other.store_id = ${storeId} AND other.slug = input.slug AND other.id <> input.id
    ) LIMIT 1`
  const [first] = taken
  if (first !== undefined) return yield* new SlugTaken({ slug: first.slug })
})

/** The id of what has a slug in another language than the store's, or had it before and nothing else has had it since. */
export const formerly = (
  sql: SqlClient.SqlClient,
  kind: Kind,
  storeId: StoreId,
  slug: string
): Effect.Effect<string | undefined, SqlError> =>
  Effect.map(
    sql<{ readonly id: string }>`
      SELECT subject_id AS id FROM translated_slugs WHERE store_id = ${storeId} AND kind = ${kind} AND slug = ${slug}
      UNION ALL
      SELECT subject_id FROM former_slugs WHERE store_id = ${storeId} AND kind = ${kind} AND slug = ${slug}`,
    (rows) => rows[0]?.id
  )
