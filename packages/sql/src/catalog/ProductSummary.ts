/**
 * Products as lists show them: the columns that are read, and how they become a `ProductSummary`.
 */
import type { Buyer, ProductImage, ProductSummary } from "@stoa/core/catalog/Product"
import * as ProductImages from "@stoa/core/catalog/ProductImages"
import { type ProductRating, ratingOf } from "@stoa/core/catalog/ProductRating"
import * as ProductTranslations from "@stoa/core/catalog/ProductTranslations"
import type { Timestamp } from "@stoa/core/kernel/Timestamp"
import type { Circumstances, ListedPrice } from "@stoa/core/prices/ListedPrices"
import { unitPrice, unitPriceByLists, unpriced } from "@stoa/core/prices/ListedPrices"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as ListedPriceSql from "../prices/ListedPriceSql.ts"
import * as Row from "../Row.ts"
import { shownMedia } from "./Picture.ts"
import { available } from "./ProductAvailability.ts"

/** Who looks at prices, and when. */
export interface Looking extends Buyer {
  readonly at: Timestamp
}

/** What a product is read with, as a whole or for a list. */
export interface ProductHead {
  readonly id: string
  readonly status: string
  readonly published_from: string | null
  readonly published_until: string | null
  readonly slug: string
  readonly title: string
  readonly vendor: string | null
  readonly brand_id: string | null
  readonly currency: string
  readonly created_at: string
  readonly updated_at: string
  readonly tags: string
}

export interface SummaryRow extends ProductHead {
  readonly price_from: number
  readonly price_to: number
  readonly compare_at: number | null
  readonly variant_count: number
  readonly image: string | null
  /** JSON of `ShownMedia`, where the image is a file of the shop. */
  readonly image_media: string | null
  /** How many gave one star, two, three, four, five: `"0,1,0,2,5"`; `null` without reviews. */
  readonly stars: string | null
  readonly available: number
  /** JSON of `PricesJson`, where price lists say something of it and a buyer asks. */
  readonly prices: string | null
  /** JSON of `Names`, where somebody looks in another language than the store's. */
  readonly names?: string
  /** Which dictionary the store has, in search results. */
  readonly dictionary?: string
  /** What the list is sorted by. */
  readonly sort_key: string | number
}

interface PricesJson {
  /** Where the store is. */
  readonly country: string
  readonly variants: ReadonlyArray<{
    readonly price: number
    readonly compareAt: number | null
    readonly listed: ReadonlyArray<ListedPrice>
  }>
}

/** The file that the first image of the product `p` is. Most images say at once that they are none. */
export const imageMedia = (sql: Constructor): Fragment =>
  sql`CASE WHEN p.image LIKE '%"mediaId"%' THEN (
    SELECT ${Dialect.jsonText(sql, shownMedia(sql))} FROM media AS m
    WHERE m.id = ${sql.literal(Dialect.of(sql) === "pg" ? "p.image::json ->> 'mediaId'" : "p.image ->> 'mediaId'")}
      AND m.store_id = p.store_id AND m.status = 'ready'
  ) END AS image_media`

/** Where the store of the product `p` is. */
export const country = (sql: Constructor): Fragment =>
  sql.onDialectOrElse({
    pg: () => sql`(SELECT s.settings::jsonb ->> 'country' FROM stores AS s WHERE s.id = p.store_id)`,
    orElse: () => sql`(SELECT s.settings ->> 'country' FROM stores AS s WHERE s.id = p.store_id)`
  })

const starsOfRatings = `CASE WHEN p.rating_score > 0 THEN (SELECT ${[1, 2, 3, 4, 5].map((star) => `r.stars_${star}`).join(" || ',' || ")} FROM product_ratings AS r WHERE r.product_id = p.id) END AS stars`

const plainColumns = (sql: Constructor): string => `p.id, p.status, p.published_from, p.published_until, p.slug, p.title, p.vendor, p.brand_id, p.currency, p.price_from, p.price_to,
  p.compare_at, p.variant_count, p.created_at, p.updated_at, p.image, p.tags,
  ${Dialect.of(sql) === "pg" ? starsOfRatings : "p.stars"},
  CASE WHEN ${available(sql)} THEN 1 ELSE 0 END AS available`

const withoutPrices = Dialect.written([], (sql) => sql`${sql.literal(plainColumns(sql))}, ${imageMedia(sql)}, NULL AS prices`)

const withPrices = Dialect.written(["at", "customerId"], (sql, { at, customerId }) => {
  const variant = Dialect.jsonObject(sql, {
    price: "v.price",
    compareAt: "v.compare_at",
    listed: ListedPriceSql.listed(sql, at, customerId)
  })
  const prices = Dialect.jsonObject(sql, {
    country: country(sql),
    variants: sql`(SELECT ${Dialect.jsonArrayAgg(sql, variant)} FROM variants AS v WHERE v.product_id = p.id)`
  })
  return sql`${sql.literal(plainColumns(sql))}, ${imageMedia(sql)},
    CASE WHEN ${sql.literal(ListedPriceSql.isListed)} THEN ${Dialect.jsonText(sql, prices)} END AS prices`
})

/** The columns of a `SummaryRow` but the last, of the product `p`. */
export const summaryColumns = (sql: Constructor, looking: Looking | undefined): Fragment => {
  if (looking === undefined) return withoutPrices(sql, {})
  const columns = withPrices(sql, { at: looking.at, customerId: looking.customerId ?? "" })
  return looking.language === undefined ? columns : sql`${columns}, p.names`
}

const rangeFor = ({ country, variants }: PricesJson, { at, channel, country: asked, region }: Looking, currency: string, own: string) => {
  const where: Circumstances = { at, channel, country: asked ?? country, region, currency }
  let from = Infinity
  let to = 0
  let before: number | null = null
  for (const { compareAt, listed, price } of variants) {
    const unit = currency === own ? unitPrice({ amount: price, compareAt }, listed, where, 1) : unitPriceByLists(listed, where, 1)
    if (unit.amount === unpriced.amount) continue
    from = Math.min(from, unit.amount)
    to = Math.max(to, unit.amount)
    if (unit.compareAt !== null) before = Math.max(before ?? 0, unit.compareAt)
  }
  return { from, to, before, currency }
}

/** In the currency that was asked for, if the product has a price in it. */
const rangeIn = (row: SummaryRow, looking: Looking | undefined) => {
  const own = { from: row.price_from, to: row.price_to, before: row.compare_at, currency: row.currency }
  if (row.prices === null || looking === undefined) return own
  const prices = Row.json<PricesJson>(row.prices)
  const asked = rangeFor(prices, looking, looking.currency ?? row.currency, row.currency)
  return asked.to > 0 || asked.from === 0 ? asked : rangeFor(prices, looking, row.currency, row.currency)
}

export const toSummary = (looking: Looking | undefined, baseUrl: string) => (row: SummaryRow): ProductSummary => {
  const shown = summary(row, rangeIn(row, looking), baseUrl)
  if (row.names === undefined || row.names === "{}") return shown
  const { slug, title } = ProductTranslations.namedIn(Row.json(row.names), looking?.language, shown)
  return { ...shown, slug: slug as ProductSummary["slug"], title }
}

export const imageOf = ({ image, image_media }: Pick<SummaryRow, "image" | "image_media">, baseUrl: string): ProductImage | null => {
  if (image === null) return null
  const media = image_media === null ? [] : [Row.json<ProductImages.ShownMedia>(image_media)]
  return ProductImages.shown(baseUrl, [Row.json(image)], media)[0] ?? null
}

const ratingFrom = (stars: string | null): ProductSummary["rating"] => {
  const { average, count } = ratingOf((stars?.split(",") ?? [0, 0, 0, 0, 0]).map(Number) as unknown as ProductRating["stars"])
  return { count, average }
}

const summary = (
  row: SummaryRow,
  range: { readonly from: number; readonly to: number; readonly before: number | null; readonly currency: string },
  baseUrl: string
) => ({
  id: row.id,
  slug: row.slug,
  title: row.title,
  vendor: row.vendor,
  brandId: row.brand_id,
  status: row.status,
  publishedFrom: row.published_from,
  publishedUntil: row.published_until,
  image: imageOf(row, baseUrl),
  tags: Row.json(row.tags),
  priceFrom: Row.money(range.from, range.currency),
  priceTo: Row.money(range.to, range.currency),
  compareAtPrice: Row.moneyOrNull(range.before, range.currency),
  variantCount: row.variant_count,
  rating: ratingFrom(row.stars),
  available: row.available === 1,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as ProductSummary)
