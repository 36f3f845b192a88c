/**
 * What sitemaps list, in SQL.
 */
import { CurrentStore, type StoreId } from "@stoa/core/kernel/CurrentStore"
import type * as Timestamp from "@stoa/core/kernel/Timestamp"
import { defaultBaseUrl, MediaSettings } from "@stoa/core/media/MediaSettings"
import type { SitemapPage, SitemapPart, SitemapState } from "@stoa/core/sitemaps/SitemapRepository"
import { SitemapRepository } from "@stoa/core/sitemaps/SitemapRepository"
import type { Kind } from "@stoa/core/stores/StorefrontAddress"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import { imageMedia, imageOf } from "../catalog/ProductSummary.ts"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface PageRow {
  readonly id: string
  readonly slug: string
  readonly names: string
  readonly updated_at: SitemapPage["updatedAt"]
  readonly image: string | null
  readonly image_media: string | null
}

/** The table of a kind, the column with its slugs by language, and whether it has a status and a publish window. */
const tables = {
  product: { table: "products", names: "names", window: true },
  category: { table: "categories", names: "translations", window: false },
  collection: { table: "collections", names: "translations", window: true },
  brand: { table: "brands", names: "translations", window: false }
} as const satisfies Record<Kind, unknown>

/** The bytes of an entry besides its slugs, for each address in it; a letter of a slug takes up to nine in an address. */
const addressBytes = 250
const letterBytes = 9

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const baseUrl = (yield* MediaSettings)?.baseUrl ?? defaultBaseUrl

  const listed = sql.literal(
    Dialect.of(sql) === "pg" ? "(p.seo::json ->> 'canonical') IS NULL" : "(p.seo ->> 'canonical') IS NULL"
  )

  /** What could be in a part, whether its window is open or not. */
  const all = (kind: Kind, storeId: StoreId, { from, to }: Pick<SitemapPart, "from" | "to">): Fragment =>
    sql.and([
      sql`p.store_id = ${storeId}`,
      sql`p.id >= ${from}`,
      ...(to === null ? [] : [sql`p.id < ${to}`]),
      ...(tables[kind].window ? [sql`p.status = 'active'`] : []),
      listed
    ])

  const shown = (kind: Kind, storeId: StoreId, at: Timestamp.Timestamp, range: Pick<SitemapPart, "from" | "to">): Fragment =>
    tables[kind].window
      ? sql`${all(kind, storeId, range)} AND (p.published_from IS NULL OR p.published_from <= ${at})
          AND (p.published_until IS NULL OR p.published_until > ${at})`
      : all(kind, storeId, range)

  return SitemapRepository.of({
    parts: Effect.fnUntraced(function*(kind, at, { bytes, languages, pages }) {
      const { names, table } = tables[kind]
      const length = sql.literal(
        `${languages} * (${languages * addressBytes} + ${letterBytes} * (${languages} * length(p.slug) + ${
          kind === "product" ? `length(p.${names})` : "0"
        }) + ${kind === "product" ? "length(coalesce(p.image, ''))" : "0"})`
      )
      const rows = yield* sql<{ readonly first: string; readonly updated_at: SitemapPart["updatedAt"] }>`
        SELECT min(id) AS first, max(updated_at) AS updated_at FROM (
          SELECT p.id, p.updated_at,
            (row_number() OVER (ORDER BY p.id) - 1) / ${sql.literal(String(pages))} AS by_pages,
            CAST(sum(${length}) OVER (ORDER BY p.id) AS BIGINT) / ${sql.literal(String(bytes))} AS by_bytes
          FROM ${sql(table)} AS p WHERE ${shown(kind, yield* CurrentStore, at, { from: "", to: null })}
        ) AS numbered GROUP BY by_pages, by_bytes ORDER BY first`
      return rows.map(({ first, updated_at }, place): SitemapPart => ({
        from: place === 0 ? "" : first,
        to: rows[place + 1]?.first ?? null,
        updatedAt: updated_at
      }))
    }, storage("Sitemaps.parts")),

    state: Effect.fnUntraced(function*(kind, at, range) {
      const { table, window } = tables[kind]
      const passed = (column: string) =>
        window ? sql`count(CASE WHEN ${sql(`p.${column}`)} <= ${at} THEN 1 END)` : sql.literal("0")
      const [row] = yield* sql<{ readonly pages: number; readonly opened: number; readonly closed: number; readonly updated_at: string | null }>`
        SELECT count(*) AS pages, ${passed("published_from")} AS opened, ${passed("published_until")} AS closed,
          max(p.updated_at) AS updated_at
        FROM ${sql(table)} AS p WHERE ${all(kind, yield* CurrentStore, range)}`
      return {
        pages: Number(row?.pages ?? 0),
        opened: Number(row?.opened ?? 0),
        closed: Number(row?.closed ?? 0),
        updatedAt: row?.updated_at ?? null
      } satisfies SitemapState
    }, storage("Sitemaps.state")),

    pages: Effect.fnUntraced(function*(kind, at, { after, limit, ...range }) {
      const { names, table } = tables[kind]
      const picture = kind === "product"
        ? sql`p.image, ${imageMedia(sql)}`
        : sql.literal("NULL AS image, NULL AS image_media")
      const rows = yield* sql<PageRow>`
        SELECT p.id, p.slug, ${sql(`p.${names}`)} AS names, p.updated_at, ${picture}
        FROM ${sql(table)} AS p WHERE ${shown(kind, yield* CurrentStore, at, range)}
          ${after === null ? sql.literal("") : sql`AND p.id > ${after}`}
        ORDER BY p.id LIMIT ${sql.literal(String(limit))}`
      return rows.map((row): SitemapPage => ({
        id: row.id,
        slug: row.slug,
        slugs: row.names === "{}" ? {} : Row.json(row.names),
        updatedAt: row.updated_at,
        image: imageOf(row, baseUrl)?.url ?? null
      }))
    }, storage("Sitemaps.pages"))
  })
})

export const layer: Layer.Layer<SitemapRepository, never, SqlClient.SqlClient> = Layer.effect(SitemapRepository, make)
