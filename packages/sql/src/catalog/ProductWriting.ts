/**
 * Products and variants as the rows that are written.
 */
import type { Product, Variant } from "@stoa/core/catalog/Product"
import { priceRange } from "@stoa/core/catalog/ProductEdit"
import * as ProductImages from "@stoa/core/catalog/ProductImages"
import * as ProductTranslations from "@stoa/core/catalog/ProductTranslations"
import { sortTitle } from "./SearchText.ts"

export const productColumns = {
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
  bundle: "json",
  image: "json"
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
  bundle: variant.bundle,
  image: variant.image === undefined ? undefined : ProductImages.kept(variant.image)
})
