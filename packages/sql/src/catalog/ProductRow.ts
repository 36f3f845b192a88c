/**
 * Products as rows: what is written, and how it is read back.
 */
import { problemOf } from "@stoa/core/catalog/Bundle"
import type {
  BundlePartView,
  Buyer,
  Product,
  ProductImage,
  ProductSummary,
  ProductView,
  Variant,
  VariantView
} from "@stoa/core/catalog/Product"
import { priceRange } from "@stoa/core/catalog/ProductEdit"
import { type ProductRating, ratingOf } from "@stoa/core/catalog/ProductRating"
import * as ProductImages from "@stoa/core/catalog/ProductImages"
import * as ProductTranslations from "@stoa/core/catalog/ProductTranslations"
import * as Translations from "@stoa/core/catalog/Translations"
import * as Allocation from "@stoa/core/inventory/Allocation"
import * as BundleStock from "@stoa/core/inventory/BundleStock"
import type { Timestamp } from "@stoa/core/kernel/Timestamp"
import type { CatalogPrice, Circumstances, ListedPrice } from "@stoa/core/prices/ListedPrices"
import { tiers, unitPrice, unitPriceByLists, unpriced } from "@stoa/core/prices/ListedPrices"
import type { PriceHistory } from "@stoa/core/prices/LowestPrice"
import { beforeReduction } from "@stoa/core/prices/LowestPrice"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as ProductAttributes from "./ProductAttributes.ts"
import * as ListedPriceSql from "../prices/ListedPriceSql.ts"
import * as Row from "../Row.ts"
import { sortTitle } from "./SearchText.ts"

export interface SummaryRow {
  readonly id: string
  readonly status: string
  readonly published_from: string | null
  readonly published_until: string | null
  readonly slug: string
  readonly title: string
  readonly vendor: string | null
  readonly brand_id: string | null
  readonly currency: string
  readonly price_from: number
  readonly price_to: number
  readonly compare_at: number | null
  readonly variant_count: number
  readonly created_at: string
  readonly updated_at: string
  readonly image: string | null
  /** JSON of `ShownMedia`, where the image is a file of the shop. */
  readonly image_media: string | null
  readonly tags: string
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

export interface ProductRow {
  readonly vendor_id: string | null
  readonly id: string
  readonly status: string
  readonly published_from: string | null
  readonly published_until: string | null
  readonly slug: string
  readonly title: string
  readonly vendor: string | null
  readonly brand_id: string | null
  readonly currency: string
  readonly tax_class: string
  readonly shipping_class: string
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
  readonly tags: string
  readonly options: string
  readonly seo: string
  readonly translations: string
  readonly images: string
  /** JSON of `ShownMedia`s, where some are files of the shop. */
  readonly media: string | null
  readonly description: string
  readonly category_ids: string
  readonly variants: string
  /** JSON of `ValueJson`s, where attributes say anything. */
  readonly attributes: string | null
  /** Where the store is. */
  readonly country?: string
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

interface VariantJson {
  readonly id: string
  readonly title: string
  readonly position: number
  readonly sku: string | null
  readonly barcode: string | null
  readonly optionValues: ReadonlyArray<string>
  readonly price: number
  readonly compareAt: number | null
  readonly cost: number | null
  readonly weightGrams: number
  readonly dimensions: Variant["dimensions"]
  readonly requiresShipping: number
  readonly taxable: number
  readonly trackStock: number
  readonly backorderLimit: number
  readonly finalSale: number
  readonly giftCard: number
  readonly bundle: Variant["bundle"] | null
  /** Of a bundle. */
  readonly parts: ReadonlyArray<PartJson> | null
  /** At open locations, by their priority. */
  readonly levels: ReadonlyArray<{ readonly onHand: number; readonly reserved: number }>
  /** Where a buyer asks. */
  readonly listed?: ReadonlyArray<ListedPrice>
  readonly history?: PriceHistory | null
}

/** A part of a bundle; what is said of its variant is `null` where that was deleted. */
interface PartJson {
  readonly variantId: BundlePartView["variantId"]
  readonly quantity: number
  readonly productId: BundlePartView["productId"]
  readonly title: string | null
  readonly productTitle: string | null
  readonly sku: string | null
  readonly status: string | null
  readonly giftCard: number | null
  readonly suspended: number | null
  readonly trackStock: number | null
  readonly backorderLimit: number | null
  readonly levels: ReadonlyArray<{ readonly onHand: number; readonly reserved: number }>
}

/** Who looks at prices, and when. */
export interface Looking extends Buyer {
  readonly at: Timestamp
}

const levelsOf = (variant: string) => `stock_levels AS l JOIN locations AS o ON o.id = l.location_id
        WHERE l.variant_id = ${variant}.id AND o.active = 1`

const openLevels = levelsOf("v")

const firstOfPart = `coalesce((SELECT l.on_hand - l.reserved FROM ${levelsOf("pv")} ORDER BY o.priority, o.id LIMIT 1), 0)`

const positive = (pieces: string) => `(CASE WHEN ${pieces} > 0 THEN ${pieces} ELSE 0 END)`

/** `BundleStock.piecesOf` of the part `pv`. */
const piecesOfPart = `(coalesce((SELECT sum(CASE WHEN l.on_hand > l.reserved THEN l.on_hand - l.reserved ELSE 0 END) FROM ${levelsOf("pv")}), 0)
    + CASE WHEN pv.backorder_limit = 0 THEN 0 ELSE ${positive(`(${firstOfPart} + pv.backorder_limit)`)} - ${positive(firstOfPart)} END)`

/** Whether the vendor of the product `pp` is suspended: 1 or 0. */
export const partIsSuspended =
  `(CASE WHEN EXISTS (SELECT 1 FROM vendors AS pw WHERE pw.id = pp.vendor_id AND pw.store_id = pp.store_id AND pw.status = 'suspended') THEN 1 ELSE 0 END)`

/** The first part of the bundle `v` because of which not even one can be sold now. */
export const missingPart = `(SELECT 1 FROM bundle_parts AS bp
      LEFT JOIN variants AS pv ON pv.id = bp.part_id AND pv.store_id = bp.store_id
      LEFT JOIN products AS pp ON pp.id = pv.product_id
      WHERE bp.bundle_id = v.id AND (
        pp.id IS NULL OR pp.status = 'archived' OR pv.gift_card = 1 OR ${partIsSuspended} = 1
          OR (pv.track_stock = 1 AND bp.quantity > ${piecesOfPart})
      ) LIMIT 1)`

/**
 * Whether any variant of the product `p` can be bought now: whether `Allocation.obtainable` is above 0 for one. It is
 * not asked with `EXISTS`, for which Postgres reads all variants and levels of the database where it expects a long list.
 */
export const available = `((
    SELECT 1 FROM variants AS v WHERE v.product_id = p.id AND (
      (v.track_stock = 0 AND (v.bundle IS NULL OR ${missingPart} IS NULL))
      OR (SELECT 1 FROM ${openLevels} AND l.on_hand > l.reserved LIMIT 1) IS NOT NULL
      OR (v.backorder_limit > 0 AND v.backorder_limit + coalesce(
        (SELECT l.on_hand - l.reserved FROM ${openLevels} ORDER BY o.priority, o.id LIMIT 1), 0
      ) > 0)
    ) LIMIT 1
  ) IS NOT NULL)`

export const shownMedia = (sql: Constructor): Fragment =>
  Dialect.jsonObject(sql, {
    id: "m.id",
    contentType: "m.content_type",
    visibility: "m.visibility",
    alt: "m.alt",
    altTexts: Dialect.jsonValue(sql, "m.alt_texts"),
    width: "m.width",
    height: "m.height",
    renditions: Dialect.jsonValue(sql, "m.renditions")
  })

/** The file that the first image of the product `p` is. Most images say at once that they are none. */
export const imageMedia = (sql: Constructor): Fragment =>
  sql`CASE WHEN p.image LIKE '%"mediaId"%' THEN (
    SELECT ${Dialect.jsonText(sql, shownMedia(sql))} FROM media AS m
    WHERE m.id = ${sql.literal(Dialect.of(sql) === "pg" ? "p.image::json ->> 'mediaId'" : "p.image ->> 'mediaId'")}
      AND m.store_id = p.store_id AND m.status = 'ready'
  ) END AS image_media`

/** The files among all images of the product `p`. */
const imagesMedia = (sql: Constructor): Fragment =>
  sql`CASE WHEN p.images LIKE '%"mediaId"%' THEN (
    SELECT ${Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, shownMedia(sql)))}
    FROM product_media AS u JOIN media AS m ON m.id = u.media_id
    WHERE u.product_id = p.id AND m.store_id = p.store_id AND m.status = 'ready'
  ) END AS media`

const country = (sql: Constructor): Fragment =>
  sql.onDialectOrElse({
    pg: () => sql`(SELECT s.settings::jsonb ->> 'country' FROM stores AS s WHERE s.id = p.store_id)`,
    orElse: () => sql`(SELECT s.settings ->> 'country' FROM stores AS s WHERE s.id = p.store_id)`
  })

const plainColumns = `p.id, p.status, p.published_from, p.published_until, p.slug, p.title, p.vendor, p.brand_id, p.currency, p.price_from, p.price_to,
  p.compare_at, p.variant_count, p.created_at, p.updated_at, p.image, p.tags,
  (SELECT ${[1, 2, 3, 4, 5].map((star) => `r.stars_${star}`).join(" || ',' || ")} FROM product_ratings AS r WHERE r.product_id = p.id) AS stars,
  CASE WHEN ${available} THEN 1 ELSE 0 END AS available`

const withoutPrices = Dialect.written([], (sql) => sql`${sql.literal(plainColumns)}, ${imageMedia(sql)}, NULL AS prices`)

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
  return sql`${sql.literal(plainColumns)}, ${imageMedia(sql)},
    CASE WHEN ${sql.literal(ListedPriceSql.isListed)} THEN ${Dialect.jsonText(sql, prices)} END AS prices`
})

/** The columns of a `SummaryRow` but the last, of the product `p`. */
export const summaryColumns = (sql: Constructor, looking: Looking | undefined): Fragment => {
  if (looking === undefined) return withoutPrices(sql, {})
  const columns = withPrices(sql, { at: looking.at, customerId: looking.customerId ?? "" })
  return looking.language === undefined ? columns : sql`${columns}, p.names`
}

/** The parts of the bundle `v`. */
const bundleParts = (sql: Constructor): Fragment => {
  const part = Dialect.jsonObject(sql, {
    variantId: "bp.part_id",
    quantity: "bp.quantity",
    productId: "pp.id",
    title: "pv.title",
    productTitle: "pp.title",
    sku: "pv.sku",
    status: "pp.status",
    suspended: sql.literal(partIsSuspended),
    giftCard: "pv.gift_card",
    trackStock: "pv.track_stock",
    backorderLimit: "pv.backorder_limit",
    levels: sql`(SELECT ${
      Dialect.jsonArrayAgg(sql, Dialect.jsonObject(sql, { onHand: "l.on_hand", reserved: "l.reserved" }), {
        orderBy: sql.literal("o.priority, o.id")
      })
    } FROM ${sql.literal(levelsOf("pv"))})`
  })
  return sql`CASE WHEN v.bundle IS NOT NULL THEN (SELECT ${Dialect.jsonArrayAgg(sql, part, { orderBy: "bp.position" })}
    FROM bundle_parts AS bp
    LEFT JOIN variants AS pv ON pv.id = bp.part_id AND pv.store_id = bp.store_id
    LEFT JOIN products AS pp ON pp.id = pv.product_id
    WHERE bp.bundle_id = v.id) END`
}

/**
 * The columns of a `ProductRow`, of the product `p`. Those of a buyer have parameters, in this order: the time, and the id
 * of the customer or an empty text.
 */
export const productColumns = (sql: Constructor, options: { readonly buyer: boolean }): string => {
  const variant = Dialect.jsonObject(sql, {
    id: "v.id",
    title: "v.title",
    position: "v.position",
    sku: "v.sku",
    barcode: "v.barcode",
    optionValues: Dialect.jsonValue(sql, "v.option_values"),
    price: "v.price",
    compareAt: "v.compare_at",
    cost: "v.cost",
    weightGrams: "v.weight_grams",
    dimensions: Dialect.jsonValue(sql, "v.dimensions"),
    requiresShipping: "v.requires_shipping",
    taxable: "v.taxable",
    trackStock: "v.track_stock",
    backorderLimit: "v.backorder_limit",
    finalSale: "v.final_sale",
    giftCard: "v.gift_card",
    bundle: Dialect.jsonValue(sql, "v.bundle"),
    parts: bundleParts(sql),
    levels: sql`(SELECT ${
      Dialect.jsonArrayAgg(sql, Dialect.jsonObject(sql, { onHand: "l.on_hand", reserved: "l.reserved" }), {
        orderBy: sql.literal("o.priority, o.id")
      })
    } FROM ${sql.literal(openLevels)})`,
    ...(options.buyer
      ? { listed: ListedPriceSql.listed(sql, sql`${""}`, sql`${""}`), history: ListedPriceSql.history(sql) }
      : {})
  })
  const [text] = sql`p.id, p.status, p.published_from, p.published_until, p.slug, p.title, p.vendor, p.vendor_id, p.brand_id, p.currency, p.tax_class, p.shipping_class, p.version, p.created_at,
    p.updated_at, p.tags, p.options, p.seo, p.translations, p.images, p.description, ${imagesMedia(sql)},
    (SELECT ${Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, "c.category_id", { orderBy: "c.position" }))}
      FROM product_categories AS c WHERE c.product_id = p.id) AS category_ids,
    (SELECT ${Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, variant, { orderBy: "v.position" }))}
      FROM variants AS v WHERE v.product_id = p.id) AS variants, ${ProductAttributes.column(sql)} AS attributes${
    options.buyer ? sql`, ${country(sql)} AS country` : sql.literal("")
  }`.compile()
  return text
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

const toVariant = (json: VariantJson, productId: string, currency: string): Variant => ({
  id: json.id,
  productId,
  title: json.title,
  position: json.position,
  sku: json.sku,
  barcode: json.barcode,
  optionValues: json.optionValues,
  price: Row.money(json.price, currency),
  compareAtPrice: Row.moneyOrNull(json.compareAt, currency),
  cost: Row.moneyOrNull(json.cost, currency),
  weightGrams: json.weightGrams,
  dimensions: json.dimensions,
  requiresShipping: json.requiresShipping === 1,
  taxable: json.taxable === 1,
  trackStock: json.trackStock === 1,
  backorderLimit: json.backorderLimit,
  finalSale: json.finalSale === 1,
  giftCard: json.giftCard === 1,
  ...(json.bundle === null ? {} : { bundle: json.bundle })
} as Variant)

const toPart = (
  { backorderLimit, giftCard, levels, productId, productTitle, quantity, sku, status, suspended, title, trackStock, variantId }: PartJson
): BundlePartView => ({
  variantId,
  productId,
  // a variant of a product without options is called what the product is called
  title: title === null || productTitle === null || title === productTitle ? productTitle : `${productTitle} (${title})`,
  sku,
  quantity,
  available: BundleStock.piecesOf({ trackStock: trackStock !== 0, backorderLimit: backorderLimit ?? 0, levels }),
  problem: problemOf({ status, giftCard, suspended })
})

/** How many can be bought now, and of a bundle its parts. */
const availabilityOf = ({ backorderLimit, levels, parts, trackStock }: VariantJson): Pick<VariantView, "available" | "parts"> => {
  if (parts === null) return { available: trackStock === 1 ? Allocation.obtainable(levels, backorderLimit) : null }
  const shown = parts.map(toPart)
  const most = BundleStock.obtainable(parts.map((part) => ({
    quantity: part.quantity,
    trackStock: part.trackStock !== 0,
    backorderLimit: part.backorderLimit ?? 0,
    levels: part.levels
  })))
  return { available: shown.some(({ problem }) => problem !== null) ? 0 : most, parts: shown }
}

const ofProduct = (row: ProductRow, baseUrl: string) => ({
  id: row.id,
  slug: row.slug,
  title: row.title,
  description: row.description,
  vendor: row.vendor,
  vendorId: row.vendor_id,
  brandId: row.brand_id,
  status: row.status,
  publishedFrom: row.published_from,
  publishedUntil: row.published_until,
  tags: Row.json(row.tags),
  options: Row.json(row.options),
  images: ProductImages.shown(baseUrl, Row.json(row.images), Row.jsonOrNull<ReadonlyArray<ProductImages.ShownMedia>>(row.media) ?? []),
  seo: Row.json(row.seo),
  translations: row.translations === "{}" ? {} : Row.json(row.translations),
  taxClass: row.tax_class,
  shippingClass: row.shipping_class,
  categoryIds: Row.json(row.category_ids),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as Omit<Product, "variants">)

const variantsOf = (row: ProductRow) => Row.json<ReadonlyArray<VariantJson>>(row.variants)

const saidBy = ({ attributes }: ProductRow) =>
  attributes === null || attributes === "[]" ? [] : Row.json<ReadonlyArray<ProductAttributes.ValueJson>>(attributes)

export const toProduct = (baseUrl: string) => (row: ProductRow): Product => {
  const said = saidBy(row)
  return {
    ...ofProduct(row, baseUrl),
    ...ProductAttributes.of(said, row.id),
    variants: variantsOf(row).map((json) =>
      Object.assign(toVariant(json, row.id, row.currency), ProductAttributes.of(said, json.id))
    )
  }
}

export const toView = (looking: Looking | undefined, baseUrl: string) => (row: ProductRow): ProductView => {
  const said = saidBy(row)
  const described = (owner: string) => ({
    ...ProductAttributes.of(said, owner),
    ...ProductAttributes.specified(said, owner, looking?.language)
  })
  const view: ProductView = {
    ...ofProduct(row, baseUrl),
    ...(said.length === 0 ? {} : described(row.id)),
    variants: variantsOf(row).map((json) =>
      Object.assign(
        toVariant(json, row.id, row.currency),
        availabilityOf(json),
        said.length === 0 ? {} : described(json.id),
        looking === undefined ? unlisted : listedFor(json, row, looking)
      )
    )
  }
  return Translations.isTranslated(view)
    ? {
      ...ProductTranslations.inLanguage(view, looking?.language),
      alternates: Translations.alternatesOf(view.slug, view.translations)
    }
    : view
}

const unlisted = { lowestPrice: null, tiers: [] } as const

/** One whose price in the catalog has never changed has had it from the start. */
const whole = (history: PriceHistory, { amount, compareAt }: CatalogPrice, since: string): PriceHistory =>
  history.amounts.some(({ listId }) => listId === "")
    ? history
    : { ...history, amounts: [...history.amounts, { listId: "", at: since, amount, compareAt }] }

const listedFor = ({ compareAt, history, listed = [], price }: VariantJson, row: ProductRow, looking: Looking) => {
  const { country = "" } = row
  const inCurrency = (currency: string): Circumstances => ({
    at: looking.at,
    channel: looking.channel,
    country: looking.country ?? country,
    region: looking.region,
    currency
  })
  const asked = looking.currency ?? row.currency
  const foreign = asked === row.currency ? undefined : unitPriceByLists(listed, inCurrency(asked), 1)
  const isForeign = foreign !== undefined && foreign.amount !== unpriced.amount
  const currency = isForeign ? asked : row.currency
  const where = inCurrency(currency)
  const catalog = isForeign ? unpriced : { amount: price, compareAt }
  const unit = isForeign ? foreign : unitPrice(catalog, listed, where, 1)
  return {
    price: Row.money(unit.amount, currency),
    compareAtPrice: Row.moneyOrNull(unit.compareAt, currency),
    // what was asked before is kept in the catalog's currency
    lowestPrice: isForeign || history === null || history === undefined
      ? null
      : Row.moneyOrNull(beforeReduction(whole(history, catalog, row.created_at), where), currency),
    tiers: tiers(catalog, listed, where).map(({ amount, minQuantity }) => ({
      minQuantity,
      price: Row.money(amount, currency)
    }))
  }
}

export const columns = {
  id: "text",
  status: "text",
  published_from: "text",
  published_until: "text",
  slug: "text",
  title: "text",
  sort_title: "text",
  vendor: "text",
  vendor_id: "text",
  brand_id: "text",
  currency: "text",
  price_from: "int",
  price_to: "int",
  compare_at: "int",
  variant_count: "int",
  tax_class: "text",
  shipping_class: "text",
  version: "int",
  created_at: "text",
  updated_at: "text",
  image: "json",
  tags: "json",
  options: "json",
  seo: "json",
  names: "json",
  translations: "json",
  images: "json",
  description: "text"
} as const

/** What staff read of a variant. One of a product without options is called what the product is called. */
export const variantName = (product: string, variant: string): string => variant === product ? product : `${product} (${variant})`

export const fromProduct = (product: Product) => {
  const prices = priceRange(product.variants)
  const images = product.images.map(ProductImages.kept)
  return {
    id: product.id,
    status: product.status,
    published_from: product.publishedFrom,
    published_until: product.publishedUntil,
    slug: product.slug,
    title: product.title,
    sort_title: sortTitle(product.title),
    vendor: product.vendor,
    vendor_id: product.vendorId,
    brand_id: product.brandId,
    currency: product.variants[0]?.price.currency ?? "",
    price_from: prices.from,
    price_to: prices.to,
    compare_at: prices.compareAt,
    variant_count: product.variants.length,
    tax_class: product.taxClass,
    shipping_class: product.shippingClass,
    version: product.version,
    created_at: product.createdAt,
    updated_at: product.updatedAt,
    image: images[0],
    tags: product.tags,
    options: product.options,
    seo: product.seo,
    names: ProductTranslations.namesOf(product),
    translations: product.translations,
    images,
    description: product.description
  }
}

export const variantColumns = {
  id: "text",
  product_id: "text",
  position: "int",
  title: "text",
  sku: "text",
  barcode: "text",
  option_values: "json",
  price: "int",
  compare_at: "int",
  cost: "int",
  weight_grams: "int",
  dimensions: "json",
  requires_shipping: "bool",
  taxable: "bool",
  track_stock: "bool",
  backorder_limit: "int",
  final_sale: "bool",
  gift_card: "bool",
  bundle: "json"
} as const

export const fromVariant = (variant: Variant) => ({
  id: variant.id,
  product_id: variant.productId,
  position: variant.position,
  title: variant.title,
  sku: variant.sku,
  barcode: variant.barcode,
  option_values: variant.optionValues,
  price: variant.price.amount,
  compare_at: variant.compareAtPrice?.amount,
  cost: variant.cost?.amount,
  weight_grams: variant.weightGrams,
  dimensions: variant.dimensions ?? undefined,
  requires_shipping: variant.requiresShipping,
  taxable: variant.taxable,
  track_stock: variant.trackStock,
  backorder_limit: variant.backorderLimit,
  final_sale: variant.finalSale,
  gift_card: variant.giftCard,
  bundle: variant.bundle
})
