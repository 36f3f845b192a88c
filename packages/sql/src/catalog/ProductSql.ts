/**
 * Products in SQL.
 */
import { CategoryNotFound, SkuTaken, SlugTaken } from "@stoa/core/catalog/CatalogErrors"
import type { Buyer, Product, Variant } from "@stoa/core/catalog/Product"
import * as BundlePrices from "@stoa/core/catalog/BundlePrices"
import { ProductRepository } from "@stoa/core/catalog/ProductRepository"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import { namedIn } from "@stoa/core/catalog/ProductTranslations"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { asked } from "@stoa/core/kernel/Language"
import * as Page from "@stoa/core/kernel/Page"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import { StorageError } from "@stoa/core/kernel/StorageError"
import { defaultBaseUrl, MediaSettings } from "@stoa/core/media/MediaSettings"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as SqlClient from "effect/sql/SqlClient"
import { atVersion } from "../AtVersion.ts"
import type { InvalidInput } from "@stoa/core/kernel/Input"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import type { Fragment } from "effect/sql/Statement"
import * as Stream from "effect/Stream"
import * as Dialect from "../Dialect.ts"
import * as Replica from "../Replica.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import { published } from "./ProductConditions.ts"
import * as ProductAttributes from "./ProductAttributes.ts"
import * as ProductNames from "./ProductNames.ts"
import * as ProductPages from "./ProductPages.ts"
import * as ProductList from "./ProductList.ts"
import * as ProductRow from "./ProductRow.ts"
import * as ProductSummary from "./ProductSummary.ts"
import * as ProductWriting from "./ProductWriting.ts"
import * as CatalogSize from "../search/CatalogSize.ts"
import type { Lexicon } from "../search/Lexicon.ts"
import { Lexicons } from "../search/Lexicons.ts"
import * as Question from "../search/Question.ts"
import * as SuggestedTitles from "../search/SuggestedTitles.ts"
import * as FrequentWords from "./FrequentWords.ts"
import { ProductSearch } from "./ProductSearch.ts"
import { checkTranslated, formerly, isTranslatedSlug, slugsLike, translatedSlugs } from "./Slugs.ts"

/** How many products a stream reads at once. */
const streamed = 100

/** How many of the newest products of each category and tag are looked at for related ones. */
const relatedCandidates = 200

const idsOf = (products: ReadonlyArray<{ readonly id: string }>): ReadonlyArray<string> => products.map(({ id }) => id)

const tagRows = (products: ReadonlyArray<Product>) =>
  products.flatMap((product) => product.tags.map((tag) => ({ product_id: product.id, tag })))

/** The first of what was to be written that was not. */
const firstMissing = <A extends { readonly id: string }>(
  all: ReadonlyArray<A>,
  written: ReadonlyArray<{ readonly id: string }>
): A | undefined => {
  if (written.length === all.length) return undefined
  const ids = new Set(written.map((row) => row.id))
  return all.find(({ id }) => !ids.has(id))
}

/** Products that are written together may be in each other's way, which a statement does not see. */
const checkDistinct = (products: ReadonlyArray<Product>): Effect.Effect<void, SlugTaken | SkuTaken> => {
  const slugs = new Set<string>()
  const skus = new Set<string>()
  for (const { slug, translations, variants } of products) {
    for (const own of new Set([slug, ...translatedSlugs({ translations })])) {
      if (slugs.has(own)) return Effect.fail(new SlugTaken({ slug: own }))
      slugs.add(own)
    }
    for (const { sku } of variants) {
      if (sku === null) continue
      if (skus.has(sku)) return Effect.fail(new SkuTaken({ sku }))
      skus.add(sku)
    }
  }
  return Effect.void
}

/** Somebody else took a slug or a SKU since the statement looked; the transaction is tried again and will see it. */
const overtaken = (operation: string) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | StorageError, R> =>
  Effect.mapError(effect, (cause) =>
    isSqlError(cause) && cause.reason._tag === "UniqueViolation"
      ? new StorageError({ operation, reason: "conflict", cause })
      : cause)

const categoryRows = (products: ReadonlyArray<Product>) =>
  products.flatMap((product) =>
    product.categoryIds.map((id, position) => ({ product_id: product.id, category_id: id, position }))
  )

/** How many products whose bundles follow the price of a part are read and written at once. */
const followersAtOnce = 100

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const reading = Replica.reading(sql, yield* Replica.Replica)
  const search = yield* ProductSearch
  const sizeOf = CatalogSize.make(sql)
  const takenOf = FrequentWords.make(search, sizeOf)
  const titlesOf = SuggestedTitles.make(sql, search, sizeOf)
  const areFew = FrequentWords.counting(sql, search)
  const lexicons = yield* Lexicons
  const baseUrl = (yield* MediaSettings)?.baseUrl ?? defaultBaseUrl
  // one literal instead of a hundred segments that would be put together for every read
  const productColumns = sql.literal(ProductRow.productColumns(sql, { buyer: false }))
  const ofStore = Dialect.unindexed(sql, "store_id")

  const pages = ProductPages.make(sql)

  const lookingOf = (buyer: Buyer | undefined): Effect.Effect<ProductSummary.Looking | undefined> =>
    buyer === undefined ? Effect.undefined : Effect.map(Timestamp.now, (at) => ({ ...buyer, at }))

  /** Keeps what prices become, of variants that are there and will be written, and what they were if that is not kept. */
  const keepPrices = (storeId: StoreId, products: ReadonlyArray<Product>) => {
    const rows = products.flatMap(({ createdAt, updatedAt, variants }) =>
      variants.flatMap(({ compareAtPrice, id, price }) =>
        // what was changed in the moment in which it was made was nothing before
        (createdAt === updatedAt ? [1] : [0, 1]).map((changed) => ({
          variant_id: id,
          amount: price.amount,
          compare_at: compareAtPrice?.amount,
          changed,
          at: changed === 1 ? updatedAt : createdAt
        }))
      ))
    return sql<{ readonly variant_id: string; readonly is_part: number }>`
      INSERT INTO price_history (store_id, variant_id, price_list_id, at, amount, compare_at)
      SELECT v.store_id, v.id, '', input.at, CASE input.changed WHEN 1 THEN input.amount ELSE v.price END,
        CASE input.changed WHEN 1 THEN input.compare_at ELSE v.compare_at END
      FROM ${
      Dialect.jsonRows(sql, rows, { variant_id: "text", amount: "int", compare_at: "int", changed: "int", at: "text" })
    } CROSS JOIN variants AS v
      WHERE v.id = input.variant_id AND ${Dialect.unindexed(sql, "v.store_id")} = ${storeId}
        AND (v.price <> input.amount OR v.compare_at IS DISTINCT FROM input.compare_at)
        AND (input.changed = 1 OR NOT EXISTS (
          SELECT 1 FROM price_history AS h WHERE h.variant_id = v.id AND h.price_list_id = ''
        ))
      ON CONFLICT (variant_id, price_list_id, at) DO UPDATE SET
        amount = excluded.amount, compare_at = excluded.compare_at
      RETURNING variant_id,
        CASE WHEN EXISTS (SELECT 1 FROM bundle_parts WHERE part_id = price_history.variant_id) THEN 1 ELSE 0 END AS is_part`
  }

  /** Some products with bundles that follow the prices of these parts, at what these cost now, and after which there may be more. */
  const follow = Effect.fnUntraced(function*(
    storeId: StoreId,
    parts: ReadonlySet<string>,
    updatedAt: Timestamp.Timestamp,
    after: string
  ) {
    const bundles = yield* findMany(() =>
      sql`${Dialect.unindexed(sql, "p.store_id")} = ${storeId} AND p.id IN (
        SELECT v.product_id FROM bundle_parts AS bp JOIN variants AS v ON v.id = bp.bundle_id
        WHERE bp.store_id = ${storeId} AND ${Dialect.oneOf(sql, "bp.part_id", [...parts])}
      ) AND p.id > ${after} ORDER BY p.id LIMIT ${followersAtOnce}`)
    const next = bundles.length < followersAtOnce ? undefined : bundles.at(-1)?.id
    const named = new Set(bundles.flatMap(({ variants }) =>
      variants.flatMap(({ bundle }) => bundle?.reductionPpm === undefined ? [] : bundle.parts.map(({ variantId }) => variantId))))
    if (named.size === 0) return { changed: [], next }
    const prices = new Map((yield* possibleParts([...named], sql``)).map(({ id, price }) => [id, price]))
    const changed = bundles.flatMap((product) => {
      const variants = product.variants.map((variant) => BundlePrices.following(variant, prices))
      return variants.every((variant, index) => variant === product.variants[index])
        ? []
        : [{ ...product, variants, version: product.version + 1, updatedAt }]
    })
    return { changed, next }
  })

  /** `lock`: whoever changes a price of theirs meanwhile waits, and sees the bundle that they become parts of. */
  const possibleParts = Effect.fnUntraced(function*(ids: ReadonlyArray<string>, lock: Fragment) {
    const rows = yield* sql<{ readonly id: string; readonly price: number; readonly is_bundle: number; readonly gift_card: number }>`
      SELECT v.id, v.price, CASE WHEN v.bundle IS NULL THEN 0 ELSE 1 END AS is_bundle, v.gift_card
      FROM variants AS v JOIN products AS p ON p.id = v.product_id
      WHERE ${Dialect.unindexed(sql, "v.store_id")} = ${yield* CurrentStore} AND ${Dialect.oneOf(sql, "v.id", ids)}
      ORDER BY v.id${lock}`
    return rows.map(({ gift_card, id, is_bundle, price }) => ({ id, price, isBundle: is_bundle === 1, giftCard: gift_card === 1 }))
  })

  const findMany = (where: (storeId: StoreId) => Fragment) =>
    Effect.flatMap(CurrentStore, (storeId) =>
      sql<ProductRow.ProductRow>`SELECT ${productColumns} FROM products AS p WHERE ${where(storeId)}`).pipe(
        Effect.map((rows) => rows.map(ProductRow.toProduct(baseUrl)))
      )

  /** Writes variants that are new or were there before, once their SKUs are free. */
  const writeVariants = Effect.fnUntraced(function*(storeId: StoreId, variants: ReadonlyArray<Variant>) {
    const written = yield* sql<{ readonly id: string }>`
      INSERT INTO variants (
        id, store_id, product_id, position, title, sku, barcode, option_values, price, compare_at, cost, weight_grams,
        requires_shipping, taxable, track_stock, backorder_limit, final_sale, gift_card, bundle, dimensions
      )
      SELECT
        id, ${storeId}, product_id, position, title, sku, barcode, option_values, price, compare_at, cost,
        weight_grams, requires_shipping, taxable, track_stock, backorder_limit, final_sale, gift_card, bundle, dimensions
      FROM ${Dialect.jsonRows(sql, variants.map(ProductWriting.fromVariant), ProductWriting.variantColumns)}
      WHERE NOT EXISTS (
        SELECT 1 FROM variants AS taken
        WHERE taken.store_id = ${storeId} AND taken.sku = input.sku AND taken.id <> input.id
      )
      ON CONFLICT (id) DO UPDATE SET
        position = excluded.position, title = excluded.title, sku = excluded.sku, barcode = excluded.barcode,
        option_values = excluded.option_values, price = excluded.price, compare_at = excluded.compare_at,
        cost = excluded.cost, weight_grams = excluded.weight_grams, requires_shipping = excluded.requires_shipping,
        taxable = excluded.taxable, track_stock = excluded.track_stock, backorder_limit = excluded.backorder_limit,
        final_sale = excluded.final_sale, gift_card = excluded.gift_card, bundle = excluded.bundle, dimensions = excluded.dimensions
      WHERE variants.store_id = excluded.store_id AND variants.product_id = excluded.product_id
      RETURNING id`
    const refused = firstMissing(variants, written)
    if (refused !== undefined) return yield* new SkuTaken({ sku: refused.sku ?? "" })
  })

  const insertCategories = Effect.fnUntraced(function*(storeId: StoreId, products: ReadonlyArray<Product>) {
    const rows = categoryRows(products)
    const names = new Map<string, ReadonlyArray<string>>()
    if (rows.length === 0) return names
    const written = yield* sql<{ readonly id: string; readonly product_id: string; readonly names: string }>`
      INSERT INTO product_categories (store_id, product_id, category_id, position)
      SELECT ${storeId}, input.product_id, c.id, input.position
      FROM ${Dialect.jsonRows(sql, rows, { product_id: "text", category_id: "text", position: "int" })}
      JOIN categories AS c ON c.id = input.category_id AND ${Dialect.unindexed(sql, "c.store_id")} = ${storeId}
      RETURNING category_id AS id, product_id, ${ProductNames.above(sql, "category_id")} AS names`
    const unknown = firstMissing(rows.map((row) => ({ id: row.category_id })), written)
    if (unknown !== undefined) return yield* new CategoryNotFound({ category: unknown.id })
    for (const row of written) names.set(row.product_id, [...(names.get(row.product_id) ?? []), ...Row.json<ReadonlyArray<string>>(row.names)])
    return names
  })

  const insertTags = (storeId: StoreId, products: ReadonlyArray<Product>) => {
    const rows = tagRows(products)
    return rows.length === 0 ? Effect.void : sql`
      INSERT INTO product_tags (store_id, product_id, tag)
      SELECT ${storeId}, product_id, tag FROM ${Dialect.jsonRows(sql, rows, { product_id: "text", tag: "text" })}`
  }

  /** What attributes say of them; words that a search finds them by are added to those that are known. */
  const insertAttributes = Effect.fnUntraced(function*(
    storeId: StoreId,
    products: ReadonlyArray<Product>,
    names: Map<string, ReadonlyArray<string>>
  ) {
    const written = yield* ProductAttributes.insert(sql, storeId, products) ?? Effect.succeed([])
    for (const { product_id, said, value } of written) {
      if (said === null || value === null) continue
      const words = ProductAttributes.wordsOf(Row.json(said), Row.json(value))
      names.set(product_id, [...(names.get(product_id) ?? []), ...words])
    }
  })

  /** Why not all products could be replaced. */
  const refusal = Effect.fnUntraced(function*(storeId: StoreId, missing: ReadonlyArray<Product>) {
    const current = yield* sql<{ readonly id: string; readonly version: number }>`
      SELECT id, version FROM products
      WHERE ${ofStore} = ${storeId} AND ${Dialect.oneOf(sql, "id", idsOf(missing))}`
    const versions = new Map(current.map((row) => [row.id, row.version]))
    const stale = missing.find((product) => versions.get(product.id) !== product.version - 1)
    return stale === undefined
      ? new SlugTaken({ slug: missing[0]?.slug ?? "" })
      : new VersionConflict({ id: stale.id, expected: stale.version - 1 })
  })

  /** Writes them as they are, and answers with the parts of bundles whose prices were changed. */
  const replace = Effect.fnUntraced(function*(products: ReadonlyArray<Product>) {
    yield* checkDistinct(products)
    const storeId = yield* CurrentStore
    const ids = idsOf(products)
    const variants = products.flatMap((product) => product.variants)
    yield* checkTranslated(sql, "product", storeId, products)
    const written = yield* sql<{ readonly id: string; readonly brand: string | null; readonly collections: string; readonly described: number }>`
      UPDATE products SET
        status = input.status, published_from = input.published_from, published_until = input.published_until, slug = input.slug, title = input.title, sort_title = input.sort_title,
        vendor = input.vendor, vendor_id = input.vendor_id, brand_id = input.brand_id, currency = input.currency, price_from = input.price_from, price_to = input.price_to,
        compare_at = input.compare_at, variant_count = input.variant_count, tax_class = input.tax_class, shipping_class = input.shipping_class,
        version = input.version, updated_at = input.updated_at, image = input.image, tags = input.tags,
        options = input.options, seo = input.seo, names = input.names, translations = input.translations,
        images = input.images, description = input.description
      FROM ${Dialect.jsonRows(sql, products.map(ProductWriting.fromProduct), ProductWriting.productColumns)}
      WHERE products.id = input.id AND ${Dialect.unindexed(sql, "products.store_id")} = ${storeId}
        AND products.version = input.version - 1
        AND NOT EXISTS (
          SELECT 1 FROM products AS taken
          WHERE taken.store_id = ${storeId} AND taken.slug = input.slug AND taken.id <> input.id
        )
        AND NOT ${isTranslatedSlug(sql, "product", storeId)}
      RETURNING products.id, ${ProductNames.brand(sql, "products.brand_id")} AS brand, ${
      ProductNames.collections(sql, "products.id")
    } AS collections,
        CASE WHEN EXISTS (SELECT 1 FROM product_attributes WHERE product_id = products.id) THEN 1 ELSE 0 END AS described`
    if (written.length < products.length) {
      const there = new Set(written.map((row) => row.id))
      return yield* yield* refusal(storeId, products.filter((product) => !there.has(product.id)))
    }
    yield* sql`
      DELETE FROM variants WHERE ${ofStore} = ${storeId} AND ${Dialect.oneOf(sql, "product_id", ids)}
        AND NOT (${Dialect.oneOf(sql, "id", variants.map((variant) => variant.id))})`
    // variants may exchange their SKUs
    yield* sql`
      UPDATE variants SET sku = NULL FROM ${Dialect.jsonRows(sql, variants, { id: "text", sku: "text" })}
      WHERE variants.id = input.id AND ${Dialect.unindexed(sql, "variants.store_id")} = ${storeId}
        AND variants.sku IS DISTINCT FROM input.sku`
    const repriced = yield* keepPrices(storeId, products)
    yield* writeVariants(storeId, variants)
    yield* sql`
      DELETE FROM product_categories WHERE ${ofStore} = ${storeId} AND ${Dialect.oneOf(sql, "product_id", ids)}`
    const names = yield* insertCategories(storeId, products)
    for (const { brand, collections, id } of written) {
      const called = [...(brand === null ? [] : [brand]), ...(names.get(id) ?? []), ...Row.json<ReadonlyArray<string>>(collections)]
      if (called.length > 0) names.set(id, called)
    }
    yield* sql`DELETE FROM product_tags WHERE ${ofStore} = ${storeId} AND ${Dialect.oneOf(sql, "product_id", ids)}`
    yield* insertTags(storeId, products)
    const described = written.filter((row) => row.described === 1)
    if (described.length > 0) {
      yield* sql`
        DELETE FROM product_attributes WHERE ${ofStore} = ${storeId} AND ${Dialect.oneOf(sql, "product_id", idsOf(described))}`
    }
    yield* insertAttributes(storeId, products, names)
    yield* search.index(storeId, products, names)
    return new Set(repriced.flatMap(({ is_part, variant_id }) => is_part === 1 ? [variant_id] : []))
  })

  return ProductRepository.of({
    list: Effect.fnUntraced(function*(query, buyer, collection, hits) {
      const looking = yield* lookingOf(buyer)
      const limit = query.limit ?? Page.defaultLimit
      const storeId = yield* CurrentStore
      const isAsked = hits === undefined && ProductList.isSearch(query)
      const name = ProductList.cursorOf(query, hits)
      const isRanked = isAsked && ProductList.sortOf(query) === "relevance"
      // a page goes on in the order in which its list began
      const begun = isRanked ? FrequentWords.ofCursor(query.after) : undefined
      const canBegin = isRanked && query.after === undefined
      const ask = Effect.fnUntraced(function*(lexicon: Lexicon): Effect.fn.Return<ReadonlyArray<ProductList.ListedRow>, InvalidInput | SqlError> {
        const question = isAsked ? Question.of(query.search, lexicon) : undefined
        if (isAsked && question === undefined) return []
        const list = Effect.fnUntraced(function*(sql: SqlClient.SqlClient): Effect.fn.Return<ReadonlyArray<ProductList.ListedRow>, InvalidInput | SqlError> {
          const taken = question === undefined || (isRanked && !canBegin && begun === undefined) ? undefined : yield* takenOf(storeId, question)
          if (taken !== undefined && isRanked && (begun !== undefined || taken.frequent !== undefined)) {
            const frequent = begun ?? taken.frequent ?? { words: "whole" as const, since: undefined }
            return yield* FrequentWords.page(sql, search, storeId, query, looking, collection, taken.question, frequent)
          }
          return yield* ProductList.rows(sql, search, storeId, query, looking, collection, {
            question: taken?.question ?? question,
            hits,
            isFew: taken !== undefined && Dialect.of(sql) === "pg" && (isRanked || (yield* areFew(storeId, taken)))
          })
        })
        // whoever edits the catalog sees what they have just written
        return yield* query.status === "active" ? reading(list) : list(sql)
      })
      const remembered = lexicons.remembered(storeId)
      let rows = yield* ask(remembered)
      if (isAsked && rows[0]?.dictionary !== remembered.token) {
        const now = yield* lexicons.refresh(storeId)
        if (now.token !== remembered.token) rows = yield* ask(now)
      }
      const items = rows.slice(0, limit)
      const last = items.at(-1)
      return {
        items: items.map(ProductSummary.toSummary(looking, baseUrl)),
        nextCursor: rows.length <= limit || last === undefined ? null : Page.encodeCursor(last.cursor ?? name, [last.sort_key, last.id])
      }
    }, storage("Products.list")),

    find: Effect.fnUntraced(function*(idOrSlug, buyer) {
      const looking = yield* lookingOf(buyer)
      const storeId = yield* CurrentStore
      // a slug has no underscore
      const isId = idOrSlug.startsWith("prod_")
      const rows = yield* (isId ? pages.byId : pages.bySlug)(storeId, idOrSlug, looking)
      const found = Row.first(rows, ProductRow.toView(looking, baseUrl))
      const id = isId || found !== undefined ? undefined : yield* formerly(sql, "product", storeId, idOrSlug)
      return id === undefined ? found : Row.first(yield* pages.byId(storeId, id, looking), ProductRow.toView(looking, baseUrl))
    }, storage("Products.find")),

    related: Effect.fnUntraced(function*(id, limit, buyer) {
      const looking = yield* lookingOf(buyer)
      const storeId = yield* CurrentStore
      const newest = (source: string, key: string) =>
        sql.literal(`SELECT other.product_id FROM ${source} AS other
          WHERE other.store_id = own.store_id AND other.${key} = own.${key}
          ORDER BY other.product_id DESC LIMIT ${relatedCandidates}`)
      const rows = yield* sql<ProductSummary.SummaryRow>`
        SELECT ${ProductSummary.summaryColumns(sql, looking)}, shared.points AS sort_key FROM (
          SELECT product_id, sum(points) AS points FROM (
            SELECT p.id AS product_id, 2 AS points FROM product_categories AS own
            JOIN products AS p ON p.id IN (${newest("product_categories", "category_id")})
            WHERE own.product_id = ${id} AND own.store_id = ${storeId}
            UNION ALL
            SELECT p.id, 1 FROM product_tags AS own
            JOIN products AS p ON p.id IN (${newest("product_tags", "tag")})
            WHERE own.product_id = ${id} AND own.store_id = ${storeId}
          ) AS candidates GROUP BY product_id
        ) AS shared
        CROSS JOIN products AS p
        WHERE p.id = shared.product_id AND p.store_id = ${storeId} AND p.id <> ${id}
          AND ${published(sql, yield* Timestamp.now)}
        ORDER BY shared.points DESC, p.id DESC LIMIT ${limit}`
      return rows.map(ProductSummary.toSummary(looking, baseUrl))
    }, storage("Products.related")),

    findManyBySlug: (slugs) => 
      findMany((storeId) => sql`p.store_id = ${storeId} AND ${Dialect.oneOf(sql, "p.slug", slugs)} ORDER BY p.id`).pipe(
        storage("Products.findManyBySlug")
      ),

    findManyById: (ids) =>
      findMany((storeId) => sql`${Dialect.unindexed(sql, "p.store_id")} = ${storeId} AND ${Dialect.oneOf(sql, "p.id", ids)} ORDER BY p.id`).pipe(
        storage("Products.findManyById")
      ),

    findByVariants: (ids) =>
      findMany((storeId) =>
        sql`${Dialect.unindexed(sql, "p.store_id")} = ${storeId} AND p.id IN (
          SELECT product_id FROM variants WHERE ${ofStore} = ${storeId} AND ${Dialect.oneOf(sql, "id", ids)}
        ) ORDER BY p.id`
      ).pipe(storage("Products.findByVariants")),

    titles: Effect.fnUntraced(function*(ids) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<{ readonly id: string; readonly title: string; readonly variant: string | null }>`
        SELECT p.id, p.title, NULL AS variant FROM products AS p
        WHERE ${Dialect.unindexed(sql, "p.store_id")} = ${storeId} AND ${Dialect.oneOf(sql, "p.id", ids)}
        UNION ALL
        SELECT v.id, p.title, v.title AS variant FROM variants AS v JOIN products AS p ON p.id = v.product_id
        WHERE ${Dialect.unindexed(sql, "v.store_id")} = ${storeId} AND ${Dialect.oneOf(sql, "v.id", ids)}`
      return new Map(rows.map(({ id, title, variant }) => [id, variant === null ? title : ProductRow.variantName(title, variant)]))
    }, storage("Products.titles")),

    slugsLike: Effect.fnUntraced(function*(slug) {
      const storeId = yield* CurrentStore
      return yield* slugsLike(sql, "product", storeId, slug)
    }, storage("Products.slugsLike")),

    insertMany: Effect.fnUntraced(function*(products) {
      if (products.length === 0) return
      yield* checkDistinct(products)
      const storeId = yield* CurrentStore
      yield* checkTranslated(sql, "product", storeId, products)
      const written = yield* sql<{ readonly id: string; readonly brand: string | null }>`
        INSERT INTO products (
          id, store_id, status, published_from, published_until, slug, title, sort_title, vendor, vendor_id, brand_id, currency, price_from, price_to, compare_at,
          variant_count, tax_class, shipping_class, version, created_at, updated_at, image, tags, options, seo, names, translations, images, description
        )
        SELECT
          id, ${storeId}, status, published_from, published_until, slug, title, sort_title, vendor, vendor_id, brand_id, currency, price_from, price_to, compare_at,
          variant_count, tax_class, shipping_class, version, created_at, updated_at, image, tags, options, seo, names, translations, images, description
        FROM ${Dialect.jsonRows(sql, products.map(ProductWriting.fromProduct), ProductWriting.productColumns)}
        WHERE NOT ${isTranslatedSlug(sql, "product", storeId)}
        ON CONFLICT (store_id, slug) DO NOTHING
        RETURNING id, ${ProductNames.brand(sql, "brand_id")} AS brand`
      const refused = firstMissing(products, written)
      if (refused !== undefined) return yield* new SlugTaken({ slug: refused.slug })
      yield* writeVariants(storeId, products.flatMap((product) => product.variants))
      const names = yield* insertCategories(storeId, products)
      for (const { brand, id } of written) if (brand !== null) names.set(id, [brand, ...(names.get(id) ?? [])])
      yield* insertTags(storeId, products)
      yield* insertAttributes(storeId, products, names)
      yield* search.index(storeId, products, names)
    }, overtaken("Products.insertMany"), storage("Products.insertMany")),

    replaceMany: Effect.fnUntraced(function*(products) {
      if (products.length === 0) return []
      const repriced = yield* replace(products)
      const followers: Array<Product> = []
      let after: string | undefined = repriced.size === 0 ? undefined : ""
      while (after !== undefined) {
        const { changed, next }: Effect.Success<ReturnType<typeof follow>> = yield* follow(
          yield* CurrentStore,
          repriced,
          (products[0] as Product).updatedAt,
          after
        )
        // a bundle is no part, so nothing follows these
        if (changed.length > 0) {
          yield* replace(changed).pipe(Effect.catchTag("VersionConflict", (cause) =>
            Effect.fail(new StorageError({ operation: "Products.replaceMany", reason: "conflict", cause }))))
        }
        followers.push(...changed)
        after = next
      }
      return followers
    }, overtaken("Products.replaceMany"), storage("Products.replaceMany")),

    possibleParts: (ids) => possibleParts(ids, Dialect.forUpdate(sql)).pipe(storage("Products.possibleParts")),

    isPart: Effect.fnUntraced(function*(id) {
      const rows = yield* sql`
        SELECT 1 AS found FROM bundle_parts WHERE part_id = ${id} AND store_id = ${yield* CurrentStore} LIMIT 1`
      return rows.length > 0
    }, storage("Products.isPart")),

    delete: Effect.fnUntraced(function*(id, version) {
      const storeId = yield* CurrentStore
      yield* search.remove(storeId, [id])
      const rows = yield* sql`
        DELETE FROM products WHERE id = ${id} AND store_id = ${storeId} ${atVersion(sql, version)} RETURNING id`
      return rows.length > 0
    }, storage("Products.delete")),

    suggest: Effect.fnUntraced(function*(prefix, limit) {
      const storeId = yield* CurrentStore
      const question = Question.of(prefix, lexicons.remembered(storeId))
      if (question === undefined) return []
      const { found, rank } = yield* titlesOf(storeId, prefix, question)
      const language = yield* asked(undefined)
      const shown = sql.literal(language === undefined ? "p.title" : "p.title, p.names")
      const rows = yield* sql<{ readonly title: string; readonly names?: string }>`
        SELECT ${shown} FROM ${found} CROSS JOIN products AS p
        WHERE p.id = found.product_id AND p.store_id = ${storeId} AND ${published(sql, yield* Timestamp.now)}
        GROUP BY ${shown} ORDER BY max(${rank}) DESC, length(p.title), p.title LIMIT ${limit}`
      const titles = rows.map(({ names = "{}", title }) => namedIn(Row.json(names), language, { title, slug: "" }).title)
      return [...new Set(titles)]
    }, storage("Products.suggest")),

    stream: Stream.paginate(["", ""] as readonly [string, string], ([createdAt, id]) =>
      findMany((storeId) =>
        sql`p.store_id = ${storeId} AND (p.created_at, p.id) > (${createdAt}, ${id})
          ORDER BY p.created_at, p.id LIMIT ${streamed}`
      ).pipe(
        Effect.map((products) => {
          const last = products[streamed - 1]
          return [
            products,
            last === undefined ? Option.none() : Option.some([last.createdAt, last.id] as const)
          ] as const
        }),
        storage("Products.stream")
      ))
  })
})

export const layer: Layer.Layer<ProductRepository, never, Lexicons | ProductSearch | SqlClient.SqlClient> = Layer.effect(
  ProductRepository,
  make
)
