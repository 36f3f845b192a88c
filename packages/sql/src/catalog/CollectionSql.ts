/**
 * Collections in SQL.
 */
import type { Collection, CollectionId } from "@stoa/core/catalog/Collection"
import { CollectionRepository } from "@stoa/core/catalog/CollectionRepository"
import { SlugTaken } from "@stoa/core/catalog/CatalogErrors"
import type { ProductId } from "@stoa/core/catalog/Product"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { defaultBaseUrl, MediaSettings } from "@stoa/core/media/MediaSettings"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { atVersion } from "../AtVersion.ts"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import * as Conditions from "./ProductConditions.ts"
import * as Picture from "./Picture.ts"
import { checkTranslated, formerly, slugsLike, unlessSlugTaken } from "./Slugs.ts"

interface CollectionRow {
  readonly id: string
  readonly name: string
  readonly slug: string
  readonly description: string
  readonly image: string | null
  readonly media: string | null
  readonly seo: string
  readonly translations: string
  readonly rule: string | null
  readonly sort: string
  readonly status: string
  readonly published_from: string | null
  readonly published_until: string | null
  readonly position: number
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const sort = "position"

/** The room between two products that are put into a collection one after the other. */
const room = 1_024

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const baseUrl = (yield* MediaSettings)?.baseUrl ?? defaultBaseUrl

  const columns = sql`c.id, c.name, c.slug, c.description, c.image, ${Picture.media(sql, "c")}, c.seo, c.translations,
    c.rule, c.sort, c.status, c.published_from, c.published_until, c.position, c.version, c.created_at, c.updated_at`

  const fromRow = (row: CollectionRow): Collection => ({
    id: row.id,
    name: row.name,
    slug: row.slug,
    description: row.description,
    image: Picture.shown(baseUrl, row.image, row.media),
    seo: Row.json(row.seo),
    translations: Row.json(row.translations),
    rule: Row.jsonOrNull(row.rule),
    sort: row.sort,
    status: row.status,
    publishedFrom: row.published_from,
    publishedUntil: row.published_until,
    position: row.position,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at
  } as Collection)

  const written = (collection: Collection) => ({
    name: collection.name,
    slug: collection.slug,
    description: collection.description,
    image: Picture.kept(collection.image),
    media_id: collection.image?.mediaId ?? null,
    seo: JSON.stringify(collection.seo),
    translations: JSON.stringify(collection.translations),
    rule: Row.toJson(collection.rule),
    sort: collection.sort,
    status: collection.status,
    published_from: collection.publishedFrom,
    published_until: collection.publishedUntil,
    position: collection.position,
    version: collection.version,
    updated_at: collection.updatedAt
  })

  return CollectionRepository.of({
    list: Effect.fnUntraced(function*({ after, limit = Page.defaultLimit, status = "active" }, at) {
      const conditions = [sql`c.store_id = ${yield* CurrentStore}`]
      if (status !== "any") conditions.push(sql`c.status = ${status}`)
      if (at !== undefined) {
        conditions.push(sql`(c.published_from IS NULL OR c.published_from <= ${at})
          AND (c.published_until IS NULL OR c.published_until > ${at})`)
      }
      if (after !== undefined) {
        const [position, id] = yield* Page.decodeCursor(sort, ["number", "string"], after)
        conditions.push(sql`(c.position, c.id) > (${position}, ${id})`)
      }
      const rows = yield* sql<CollectionRow>`
        SELECT ${columns} FROM collections AS c WHERE ${sql.and(conditions)}
        ORDER BY c.position, c.id LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(fromRow), limit, sort, ({ id, position }) => [position, id])
    }, storage("Collections.list")),

    find: Effect.fnUntraced(function*(idOrSlug) {
      const storeId = yield* CurrentStore
      const byId = (id: string) =>
        sql<CollectionRow>`SELECT ${columns} FROM collections AS c WHERE c.id = ${id} AND c.store_id = ${storeId}`
      // a slug has no underscore
      if (idOrSlug.startsWith("coll_")) return Row.first(yield* byId(idOrSlug), fromRow)
      const rows = yield* sql<CollectionRow>`
        SELECT ${columns} FROM collections AS c WHERE c.store_id = ${storeId} AND c.slug = ${idOrSlug}`
      const id = rows.length > 0 ? undefined : yield* formerly(sql, "collection", storeId, idOrSlug)
      return Row.first(id === undefined ? rows : yield* byId(id), fromRow)
    }, storage("Collections.find")),

    countProducts: Effect.fnUntraced(function*(collection, at, limit) {
      const storeId = yield* CurrentStore
      const [row] = yield* sql<{ readonly count: number; readonly published: number | null }>`
        SELECT count(*) AS count, sum(f.published) AS published FROM (
          SELECT CASE WHEN ${Conditions.published(sql, at)} THEN 1 ELSE 0 END AS published FROM products AS p
          WHERE p.store_id = ${storeId} AND ${Conditions.inCollection(sql, storeId, collection, at)} LIMIT ${limit}
        ) AS f`
      return { count: Number(row?.count ?? 0), published: Number(row?.published ?? 0) }
    }, storage("Collections.countProducts")),

    slugsLike: Effect.fnUntraced(function*(slug) {
      return yield* slugsLike(sql, "collection", yield* CurrentStore, slug)
    }, storage("Collections.slugsLike")),

    insert: Effect.fnUntraced(function*(collection) {
      const storeId = yield* CurrentStore
      yield* checkTranslated(sql, "collection", storeId, [collection], true)
      const row = {
        id: collection.id,
        store_id: storeId,
        created_at: collection.createdAt,
        ...written(collection)
      }
      yield* unlessSlugTaken(collection.slug)(sql`
        INSERT INTO collections ${sql.insert(row)} ON CONFLICT (store_id, slug) DO NOTHING RETURNING id`)
    }, storage("Collections.insert")),

    replace: Effect.fnUntraced(function*(collection) {
      const storeId = yield* CurrentStore
      yield* checkTranslated(sql, "collection", storeId, [collection], true)
      const rows = yield* Effect.catchReason(
        sql`UPDATE collections SET ${sql.update(written(collection))}
          WHERE id = ${collection.id} AND store_id = ${storeId} AND version = ${collection.version - 1} RETURNING id`,
        "SqlError",
        "UniqueViolation",
        () => Effect.fail(new SlugTaken({ slug: collection.slug }))
      )
      if (rows.length === 0) return yield* new VersionConflict({ id: collection.id, expected: collection.version - 1 })
    }, storage("Collections.replace")),

    delete: Effect.fnUntraced(function*(id, version) {
      // what was chosen for it goes with it
      const rows = yield* sql`
        DELETE FROM collections WHERE id = ${id} AND store_id = ${yield* CurrentStore} ${atVersion(sql, version)}
        RETURNING id`
      return rows.length > 0
    }, storage("Collections.delete")),

    place: Effect.fnUntraced(function*(id, productIds, before) {
      const storeId = yield* CurrentStore
      yield* sql`
        DELETE FROM collection_products WHERE collection_id = ${id} AND ${Dialect.unindexed(sql, "store_id")} = ${storeId}
          AND ${Dialect.oneOf(sql, "product_id", productIds)}`
      const gap = Effect.map(
        sql<{ readonly lower: number | null; readonly upper: number | null }>`
          SELECT max(m.position) AS lower, (
            SELECT b.position FROM collection_products AS b WHERE b.collection_id = ${id} AND b.product_id = ${before}
          ) AS upper
          FROM collection_products AS m
          WHERE m.collection_id = ${id} AND m.store_id = ${storeId}
            AND m.position < coalesce((
              SELECT b.position FROM collection_products AS b WHERE b.collection_id = ${id} AND b.product_id = ${before}
            ), ${Number.MAX_SAFE_INTEGER})`,
        ([row]) => ({ lower: row?.lower ?? null, upper: row?.upper ?? null })
      )
      let { lower, upper } = yield* gap
      if (before !== null && upper === null) return "before" as const
      if (lower !== null && upper !== null && upper - lower <= productIds.length) {
        yield* sql`
          UPDATE collection_products SET position = counted.place * ${sql.literal(String(room * 2))}
          FROM (
            SELECT product_id, row_number() OVER (ORDER BY position, product_id) AS place
            FROM collection_products WHERE collection_id = ${id}
          ) AS counted
          WHERE collection_products.collection_id = ${id} AND collection_products.product_id = counted.product_id
            AND ${Dialect.unindexed(sql, "collection_products.store_id")} = ${storeId}`
        ;({ lower, upper } = yield* gap)
      }
      const first = lower ?? (upper === null ? 0 : upper - room * (productIds.length + 1))
      const step = upper === null ? room : Math.floor((upper - first) / (productIds.length + 1))
      const rows = productIds.map((productId, index) => ({ product_id: productId, position: first + step * (index + 1) }))
      const there = yield* sql<{ readonly product_id: string }>`
        INSERT INTO collection_products (store_id, collection_id, product_id, position)
        SELECT ${storeId}, ${id}, p.id, input.position
        FROM ${Dialect.jsonRows(sql, rows, { product_id: "text", position: "int" })}
        JOIN products AS p ON p.id = input.product_id AND ${Dialect.unindexed(sql, "p.store_id")} = ${storeId}
        RETURNING product_id`
      const written = new Set(there.map((row) => row.product_id))
      return new Set(productIds.filter((productId) => !written.has(productId)))
    }, storage("Collections.place")),

    placed: Effect.fnUntraced(function*(ids, productIds) {
      const rows = yield* sql<{ readonly collection_id: CollectionId; readonly product_id: ProductId }>`
        SELECT collection_id, product_id FROM collection_products
        WHERE ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}
          AND ${Dialect.oneOf(sql, "product_id", productIds)} AND ${Dialect.oneOf(sql, "collection_id", ids)}`
      const found = Map.groupBy(rows, (row) => row.collection_id)
      return new Map(ids.map((id) => [id, new Set(found.get(id)?.map((row) => row.product_id))]))
    }, storage("Collections.placed")),

    remove: Effect.fnUntraced(function*(id, productIds) {
      yield* sql`
        DELETE FROM collection_products
        WHERE collection_id = ${id} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}
          AND ${Dialect.oneOf(sql, "product_id", productIds)}`
    }, storage("Collections.remove"))
  })
})

export const layer: Layer.Layer<CollectionRepository, never, SqlClient.SqlClient> = Layer.effect(
  CollectionRepository,
  make
)
