/**
 * Brands in SQL.
 */
import type { Brand } from "@stoa/core/catalog/Brand"
import { BrandRepository } from "@stoa/core/catalog/BrandRepository"
import { SlugTaken } from "@stoa/core/catalog/CatalogErrors"
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
import * as Picture from "./Picture.ts"
import { sortTitle } from "./SearchText.ts"
import { checkTranslated, formerly, slugsLike, unlessSlugTaken } from "./Slugs.ts"

interface BrandRow {
  readonly id: string
  readonly name: string
  readonly sort_name: string
  readonly slug: string
  readonly description: string
  readonly logo: string | null
  readonly media: string | null
  readonly seo: string
  readonly translations: string
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const sort = "name"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const baseUrl = (yield* MediaSettings)?.baseUrl ?? defaultBaseUrl

  const columns = sql`b.id, b.name, b.sort_name, b.slug, b.description, b.logo, ${Picture.media(sql, "b")}, b.seo,
    b.translations, b.version, b.created_at, b.updated_at`

  const fromRow = (row: BrandRow): Brand => ({
    id: row.id,
    name: row.name,
    slug: row.slug,
    description: row.description,
    logo: Picture.shown(baseUrl, row.logo, row.media),
    seo: Row.json(row.seo),
    translations: Row.json(row.translations),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at
  } as Brand)

  const written = (brand: Brand) => ({
    name: brand.name,
    sort_name: sortTitle(brand.name),
    slug: brand.slug,
    description: brand.description,
    logo: Picture.kept(brand.logo),
    media_id: brand.logo?.mediaId ?? null,
    seo: JSON.stringify(brand.seo),
    translations: JSON.stringify(brand.translations),
    version: brand.version,
    updated_at: brand.updatedAt
  })

  return BrandRepository.of({
    list: Effect.fnUntraced(function*({ after, limit = Page.defaultLimit }) {
      const conditions = [sql`b.store_id = ${yield* CurrentStore}`]
      if (after !== undefined) {
        const [name, id] = yield* Page.decodeCursor(sort, ["string", "string"], after)
        conditions.push(sql`(b.sort_name, b.id) > (${name}, ${id})`)
      }
      const rows = yield* sql<BrandRow>`
        SELECT ${columns} FROM brands AS b WHERE ${sql.and(conditions)}
        ORDER BY b.sort_name, b.id LIMIT ${limit + 1}`
      const page = Page.fromRows(rows, limit, sort, (row) => [row.sort_name, row.id])
      return { items: page.items.map(fromRow), nextCursor: page.nextCursor }
    }, storage("Brands.list")),

    find: Effect.fnUntraced(function*(idOrSlug) {
      const storeId = yield* CurrentStore
      const byId = (id: string) =>
        sql<BrandRow>`SELECT ${columns} FROM brands AS b WHERE b.id = ${id} AND b.store_id = ${storeId}`
      // a slug has no underscore
      if (idOrSlug.startsWith("brand_")) return Row.first(yield* byId(idOrSlug), fromRow)
      const rows = yield* sql<BrandRow>`
        SELECT ${columns} FROM brands AS b WHERE b.store_id = ${storeId} AND b.slug = ${idOrSlug}`
      const id = rows.length > 0 ? undefined : yield* formerly(sql, "brand", storeId, idOrSlug)
      return Row.first(id === undefined ? rows : yield* byId(id), fromRow)
    }, storage("Brands.find")),

    known: Effect.fnUntraced(function*(ids) {
      const rows = yield* sql<{ readonly id: string }>`
        SELECT id FROM brands
        WHERE ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore} AND ${Dialect.oneOf(sql, "id", ids)}`
      return new Set(rows.map((row) => row.id))
    }, storage("Brands.known")),

    slugsLike: Effect.fnUntraced(function*(slug) {
      return yield* slugsLike(sql, "brand", yield* CurrentStore, slug)
    }, storage("Brands.slugsLike")),

    insert: Effect.fnUntraced(function*(brand) {
      const storeId = yield* CurrentStore
      yield* checkTranslated(sql, "brand", storeId, [brand], true)
      const row = { id: brand.id, store_id: storeId, created_at: brand.createdAt, ...written(brand) }
      yield* unlessSlugTaken(brand.slug)(sql`
        INSERT INTO brands ${sql.insert(row)} ON CONFLICT (store_id, slug) DO NOTHING RETURNING id`)
    }, storage("Brands.insert")),

    replace: Effect.fnUntraced(function*(brand) {
      const storeId = yield* CurrentStore
      yield* checkTranslated(sql, "brand", storeId, [brand], true)
      const rows = yield* Effect.catchReason(
        sql`UPDATE brands SET ${sql.update(written(brand))}
          WHERE id = ${brand.id} AND store_id = ${storeId} AND version = ${brand.version - 1} RETURNING id`,
        "SqlError",
        "UniqueViolation",
        () => Effect.fail(new SlugTaken({ slug: brand.slug }))
      )
      if (rows.length === 0) return yield* new VersionConflict({ id: brand.id, expected: brand.version - 1 })
    }, storage("Brands.replace")),

    delete: Effect.fnUntraced(function*(id, at, version) {
      const storeId = yield* CurrentStore
      yield* sql`
        UPDATE products SET brand_id = NULL, version = version + 1, updated_at = ${at}
        WHERE brand_id = ${id} AND ${Dialect.unindexed(sql, "store_id")} = ${storeId}`
      const rows = yield* sql`
        DELETE FROM brands WHERE id = ${id} AND store_id = ${storeId} ${atVersion(sql, version)} RETURNING id`
      return rows.length > 0
    }, storage("Brands.delete"))
  })
})

export const layer: Layer.Layer<BrandRepository, never, SqlClient.SqlClient> = Layer.effect(BrandRepository, make)
