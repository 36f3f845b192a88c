/**
 * Writing products: new ones, and those that are there, with bundles that follow the prices of their parts.
 */
import { CategoryNotFound, SkuTaken, SlugTaken } from "@stoa/core/catalog/CatalogErrors"
import type { Product, Variant } from "@stoa/core/catalog/Product"
import * as BundlePrices from "@stoa/core/catalog/BundlePrices"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import type * as Timestamp from "@stoa/core/kernel/Timestamp"
import { StorageError } from "@stoa/core/kernel/StorageError"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import type { Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import * as ProductAttributes from "./ProductAttributes.ts"
import * as ProductNames from "./ProductNames.ts"
import * as ProductWriting from "./ProductWriting.ts"
import type { ProductSearch } from "./ProductSearch.ts"
import { checkTranslated, isTranslatedSlug, translatedSlugs } from "./Slugs.ts"

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

/** `findMany` reads whole products. */
export const make = (
  sql: SqlClient.SqlClient,
  search: ProductSearch["Service"],
  findMany: (where: (storeId: StoreId) => Fragment) => Effect.Effect<ReadonlyArray<Product>, SqlError>
) => {
  const ofStore = Dialect.unindexed(sql, "store_id")

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

  /** Writes variants that are new or were there before, once their SKUs are free. */
  const writeVariants = Effect.fnUntraced(function*(storeId: StoreId, variants: ReadonlyArray<Variant>) {
    const written = yield* sql<{ readonly id: string }>`
      INSERT INTO variants (
        id, store_id, product_id, position, title, sku, barcode, option_values, price, compare_at, cost, weight_grams,
        requires_shipping, taxable, track_stock, backorder_limit, final_sale, gift_card, bundle, dimensions, image
      )
      SELECT
        id, ${storeId}, product_id, position, title, sku, barcode, option_values, price, compare_at, cost,
        weight_grams, requires_shipping, taxable, track_stock, backorder_limit, final_sale, gift_card, bundle, dimensions, image
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
        final_sale = excluded.final_sale, gift_card = excluded.gift_card, bundle = excluded.bundle, dimensions = excluded.dimensions,
        image = excluded.image
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

  return {
    insertMany: Effect.fnUntraced(function*(products: ReadonlyArray<Product>) {
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

    replaceMany: Effect.fnUntraced(function*(products: ReadonlyArray<Product>) {
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

    possibleParts: (ids: ReadonlyArray<string>) => possibleParts(ids, Dialect.forUpdate(sql)).pipe(storage("Products.possibleParts"))
  }
}
