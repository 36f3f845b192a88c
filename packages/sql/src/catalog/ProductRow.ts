/**
 * Products as a whole: the columns that are read, and how they become what staff (`Product`) and buyers (`ProductView`) see.
 */
import { problemOf } from "@stoa/core/catalog/Bundle"
import type { BundlePartView, Product, ProductView, Variant, VariantView } from "@stoa/core/catalog/Product"
import * as ProductImages from "@stoa/core/catalog/ProductImages"
import * as ProductTranslations from "@stoa/core/catalog/ProductTranslations"
import * as Translations from "@stoa/core/catalog/Translations"
import * as Allocation from "@stoa/core/inventory/Allocation"
import * as BundleStock from "@stoa/core/inventory/BundleStock"
import type { CatalogPrice, Circumstances, ListedPrice } from "@stoa/core/prices/ListedPrices"
import { tiers, unitPrice, unitPriceByLists, unpriced } from "@stoa/core/prices/ListedPrices"
import type { PriceHistory } from "@stoa/core/prices/LowestPrice"
import { beforeReduction } from "@stoa/core/prices/LowestPrice"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as ProductAttributes from "./ProductAttributes.ts"
import * as ListedPriceSql from "../prices/ListedPriceSql.ts"
import * as Row from "../Row.ts"
import { levelsOf, openLevels, partIsSuspended } from "./ProductAvailability.ts"
import { country, type Looking, type ProductHead } from "./ProductSummary.ts"
import { shownMedia } from "./Picture.ts"

export interface ProductRow extends ProductHead {
  readonly vendor_id: string | null
  readonly tax_class: string
  readonly shipping_class: string
  readonly version: number
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
  /** As it was kept. */
  readonly image: Product["images"][number] | null
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

/** The files among all images of the product `p`. */
const imagesMedia = (sql: Constructor): Fragment =>
  sql`CASE WHEN p.images LIKE '%"mediaId"%' THEN (
    SELECT ${Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, shownMedia(sql)))}
    FROM product_media AS u JOIN media AS m ON m.id = u.media_id
    WHERE u.product_id = p.id AND m.store_id = p.store_id AND m.status = 'ready'
  ) END AS media`

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
    image: Dialect.jsonValue(sql, "v.image"),
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

/** The picture of a variant as it is among those of its product now. */
const pictured = ({ image }: VariantJson, images: Product["images"]): Pick<Variant, "image"> => {
  const shown = image === null ? undefined : ProductImages.among(images, image)
  return shown === undefined ? {} : { image: shown }
}

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
  title: title === null || productTitle === null ? productTitle : variantName(productTitle, title),
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
  const product = ofProduct(row, baseUrl)
  return {
    ...product,
    ...ProductAttributes.of(said, row.id),
    variants: variantsOf(row).map((json) =>
      Object.assign(toVariant(json, row.id, row.currency), pictured(json, product.images), ProductAttributes.of(said, json.id))
    )
  }
}

export const toView = (looking: Looking | undefined, baseUrl: string) => (row: ProductRow): ProductView => {
  const said = saidBy(row)
  const described = (owner: string) => ({
    ...ProductAttributes.of(said, owner),
    ...ProductAttributes.specified(said, owner, looking?.language)
  })
  const product = ofProduct(row, baseUrl)
  const view: ProductView = {
    ...product,
    ...(said.length === 0 ? {} : described(row.id)),
    variants: variantsOf(row).map((json) =>
      Object.assign(
        toVariant(json, row.id, row.currency),
        pictured(json, product.images),
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

/** What staff read of a variant. One of a product without options is called what the product is called. */
export const variantName = (product: string, variant: string): string => variant === product ? product : `${product} (${variant})`
