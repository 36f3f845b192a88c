/**
 * Products, their variants and the categories they are in.
 *
 * A product is what a page shows, a variant is what is sold: each combination of option values has its own SKU, price
 * and stock. A product without options has one variant.
 */
import * as Schema from "effect/Schema"
import { Country } from "../kernel/Address.ts"
import { Channel } from "../kernel/Channel.ts"
import { Currency } from "../kernel/Currency.ts"
import * as Id from "../kernel/Id.ts"
import { LanguageTag } from "../kernel/Language.ts"
import * as Money from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
import { Slug } from "../kernel/Slug.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { VendorId } from "../vendors/VendorId.ts"
import { AltTexts, MediaId, Rendition } from "../media/Media.ts"
import { Specification } from "./Attribute.ts"
import { AttributeSort } from "./AttributeOrders.ts"
import { AttributeFilterText } from "./AttributeFilters.ts"
import { AttributeChanges, AttributeValues } from "./AttributeValues.ts"
import { BrandId } from "./BrandId.ts"
import { Bundle, PartProblem } from "./Bundle.ts"
import { CategoryId } from "./Category.ts"
import { ProductTranslations } from "./ProductTranslations.ts"
import { RatingSummary } from "./ProductRating.ts"
import * as PublishWindow from "./PublishWindow.ts"
import { Seo } from "./Seo.ts"
import { Alternates } from "./Translations.ts"
import { VariantId } from "./VariantId.ts"

export const ProductId = Id.define("prod", "ProductId")
export type ProductId = typeof ProductId.Type

export { VariantId }

/** Draft: only staff see it. Active: for sale. Archived: no more for sale, kept for its orders. */
export const ProductStatus = Schema.Literals(["draft", "active", "archived"])
export type ProductStatus = typeof ProductStatus.Type

/** A way in which variants differ, with its values in the order they are shown: `{ name: "Size", values: ["S", "M"] }`. */
export const ProductOption = Schema.Struct({
  name: name(100),
  values: Schema.Array(name(200)).check(Schema.isMinLength(1), Schema.isMaxLength(200))
})
export interface ProductOption extends Schema.Schema.Type<typeof ProductOption> {}

/** A picture that lies somewhere else. */
export const OutsideImage = Schema.Struct({
  url: text(2_000),
  alt: text(500)
})
export interface OutsideImage extends Schema.Schema.Type<typeof OutsideImage> {}

/** A picture as products show it. Of a file of the shop, the file says what it shows and in which sizes it is there. */
export const ProductImage = Schema.Struct({
  ...OutsideImage.fields,
  mediaId: Schema.optionalKey(MediaId),
  width: Schema.optionalKey(Schema.NullOr(Schema.Int)),
  height: Schema.optionalKey(Schema.NullOr(Schema.Int)),
  altTexts: Schema.optionalKey(AltTexts),
  renditions: Schema.optionalKey(Schema.Array(Rendition))
}).annotate({ identifier: "ProductImage" })
export interface ProductImage extends Schema.Schema.Type<typeof ProductImage> {}

/** A public file of the shop, or a picture that lies somewhere else. */
export const GivenImage = Schema.Union([Schema.Struct({ mediaId: MediaId }), OutsideImage]).annotate({
  identifier: "GivenImage"
})
export type GivenImage = typeof GivenImage.Type

/** How many pictures a product has at most. */
export const maximumImages = 250

export { Seo }

/** Names the tax rates that apply: `"standard"`, `"reduced"`, `"none"`, or what the store defines. */
export const TaxClass = Schema.String.check(Schema.isPattern(/^[a-z][a-z0-9_-]{0,39}$/, {
  identifier: "TaxClass",
  expected: "a lower-case letter, then lower-case letters, digits, hyphens and underscores"
}))

/** A kind of goods to whoever sends them; `"standard"` where nothing is said. */
export const ShippingClass = Schema.String.check(Schema.isPattern(/^[a-z][a-z0-9_-]{0,39}$/, {
  identifier: "ShippingClass",
  expected: "a lower-case letter, then lower-case letters, digits, hyphens and underscores"
}))

const side = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100_000 }))

/** How large a piece is as it is sent, in millimetres. */
export const Dimensions = Schema.Struct({ lengthMm: side, widthMm: side, heightMm: side })
  .annotate({ identifier: "Dimensions" })
export interface Dimensions extends Schema.Schema.Type<typeof Dimensions> {}

/** What is said when a variant is created or replaced. */
const variantFields = {
  sku: Schema.NullOr(name(200)),
  barcode: Schema.NullOr(text(100)),
  /** One value for each option of the product, in the options' order; empty for a product without options. */
  optionValues: Schema.Array(name(200)),
  /** In the store's currency. */
  price: Money.NonNegative,
  /** What it cost before, when it is on sale; above the price. */
  compareAtPrice: Schema.NullOr(Money.NonNegative),
  /** What the shop paid. Only staff see it. */
  cost: Schema.NullOr(Money.NonNegative),
  weightGrams: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  /** `null` where nobody has measured it: then it takes up nothing. */
  dimensions: Schema.NullOr(Dimensions),
  requiresShipping: Schema.Boolean,
  taxable: Schema.Boolean,
  /** Whether stock is counted at all; a service or a download may not be. */
  trackStock: Schema.Boolean,
  /** How many pieces may be sold beyond what is there. 0: none. */
  backorderLimit: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000_000 })),
  /** Whether buyers cannot give it back. An order keeps what was said when it was placed. */
  finalSale: Schema.Boolean,
  /**
   * Whether each piece is a gift card of what it costs, issued once the order is paid. It needs no shipping, and is not
   * taxed when it is sold but when it is spent: a multi-purpose voucher, as the EU's Directive 2016/1065 calls it.
   */
  giftCard: Schema.Boolean,
  /**
   * What a bundle consists of. Its stock is that of its parts, and so are its taxes; it is shipped if one of them is, and
   * weighs what they weigh where it says no weight. A variant is a bundle from the start, or never becomes one.
   */
  bundle: Schema.optionalKey(Bundle),
  /** What it says by attributes of variants; left out where it says nothing. */
  attributes: Schema.optionalKey(AttributeValues)
} as const

export const Variant = Schema.Struct({
  id: VariantId,
  productId: ProductId,
  /** The option values joined, `"Large / Red"`; the product's title where there are no options. */
  title: Schema.String,
  position: Schema.Int,
  ...variantFields,
  /** Which of the product's pictures shows it; left out where none does more than any other. */
  image: Schema.optionalKey(ProductImage)
}).annotate({ identifier: "Variant" })
export interface Variant extends Schema.Schema.Type<typeof Variant> {}

/** As long as the description of a product may be. */
export const maximumDescription = 100_000

const productFields = {
  slug: Slug,
  title: name(300),
  /** HTML without anything that could act: it is cleaned before it is kept. What was written before engines did so is clean once it is written again. */
  description: text(maximumDescription),
  /** Whom the shop buys it from, or who sells it: what buyers read. */
  vendor: Schema.NullOr(name(200)),
  /** Who sells it in a marketplace; `null` where the shop itself does. */
  vendorId: Schema.NullOr(VendorId),
  /** Who makes it. */
  brandId: Schema.NullOr(BrandId),
  status: ProductStatus,
  ...PublishWindow.fields,
  tags: Schema.Array(name(100)).check(Schema.isMaxLength(250)),
  options: Schema.Array(ProductOption).check(Schema.isMaxLength(3)),
  images: Schema.Array(ProductImage).check(Schema.isMaxLength(maximumImages)),
  seo: Seo,
  /** What it says in other languages. Only staff see them all; everybody else is shown one. */
  translations: ProductTranslations,
  taxClass: TaxClass,
  /** What kind of goods it is to whoever sends it, such as `"bulky"`: shipping methods say which kinds they take. */
  shippingClass: ShippingClass,
  /** The main one first. */
  categoryIds: Schema.Array(CategoryId).check(Schema.isMaxLength(100)),
  /** What it says by attributes of products; left out where it says nothing. */
  attributes: Schema.optionalKey(AttributeValues)
} as const

export const Product = Schema.Struct({
  id: ProductId,
  ...productFields,
  variants: Schema.Array(Variant),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Product" })
export interface Product extends Schema.Schema.Type<typeof Product> {}

/** How many pieces of a variant can be bought now: `null` where stock is not counted. */
export const Availability = Schema.Struct({ variantId: VariantId, available: Schema.NullOr(Schema.Int) })
export interface Availability extends Schema.Schema.Type<typeof Availability> {}

/** Whose prices are shown; those of the store's own country, and of no channel, where nothing is said. */
const priced = {
  country: Schema.optionalKey(Country),
  /** The state, province or county of the country, as its ISO 3166-2 code without the country. */
  region: Schema.optionalKey(name(100)),
  channel: Schema.optionalKey(Channel),
  /** In which currency prices are shown: what has none in it is shown with that of the catalog. The catalog's if it is left out. */
  currency: Schema.optionalKey(Currency),
  /** In which language it is shown; that of the caller if it is left out, that of the store where it is not translated. */
  language: Schema.optionalKey(LanguageTag)
} as const

/** Whose prices a product page shows: the caller's, or with `catalog:read` those of the catalog itself. */
export const ShowProduct = Schema.Struct({
  ...priced,
  prices: Schema.optionalKey(Schema.Literals(["buyer", "catalog"]))
}).annotate({ identifier: "ShowProduct" })

/** Who would pay what is shown. */
export interface Buyer {
  /** The store's own if it is left out. */
  readonly country: string | undefined
  /** The subdivision of the country, as addresses name it. */
  readonly region?: string | undefined
  readonly channel: string | null
  /** The catalog's if it is left out. */
  readonly currency?: string | undefined
  readonly customerId: string | null
  /** What they are shown is said in; the store's if it is left out. */
  readonly language?: string | undefined
}

/** A part of a bundle as the bundle's page shows it. */
export const BundlePartView = Schema.Struct({
  variantId: VariantId,
  /** `null` where it was deleted, as the title. */
  productId: Schema.NullOr(ProductId),
  title: Schema.NullOr(Schema.String),
  sku: Schema.NullOr(Schema.String),
  /** Pieces in one bundle. */
  quantity: Schema.Int,
  /** Pieces of the part that can be bought now; `null` where its stock is not counted. */
  available: Schema.NullOr(Schema.Int),
  /** Why the bundle cannot be sold because of it. */
  problem: Schema.NullOr(PartProblem)
})
export interface BundlePartView extends Schema.Schema.Type<typeof BundlePartView> {}

/**
 * A variant as its page shows it: with what can be bought now, and the prices that a buyer pays. `compareAtPrice` is what
 * it costs without the sale.
 */
export const VariantView = Schema.Struct({
  ...Variant.fields,
  available: Schema.NullOr(Schema.Int),
  /** Of a bundle. */
  parts: Schema.optionalKey(Schema.Array(BundlePartView)),
  /** What its attributes say, in their order and in a language; only staff see those that are not shown to buyers. */
  specifications: Schema.optionalKey(Schema.Array(Specification)),
  /**
   * The lowest price in the 30 days before the price was reduced, for everybody: what shops in the EU must show beside it.
   * `null` where it is not reduced, or was never sold for another price.
   */
  lowestPrice: Schema.NullOr(Money.Money),
  /** What one piece costs whoever buys more, by ascending quantity. */
  tiers: Schema.Array(Schema.Struct({ minQuantity: Schema.Int, price: Money.Money }))
})
export interface VariantView extends Schema.Schema.Type<typeof VariantView> {}

/** A product as its page shows it. */
export const ProductView = Schema.Struct({
  ...Product.fields,
  alternates: Schema.optionalKey(Alternates),
  /** What its attributes say, in their order and in a language; only staff see those that are not shown to buyers. */
  specifications: Schema.optionalKey(Schema.Array(Specification)),
  variants: Schema.Array(VariantView)
}).annotate({ identifier: "ProductView" })
export interface ProductView extends Schema.Schema.Type<typeof ProductView> {}

/** A product as a list shows it. */
export const ProductSummary = Schema.Struct({
  id: ProductId,
  slug: Slug,
  title: Schema.String,
  vendor: Schema.NullOr(Schema.String),
  brandId: Schema.NullOr(BrandId),
  status: ProductStatus,
  ...PublishWindow.fields,
  image: Schema.NullOr(ProductImage),
  tags: Schema.Array(Schema.String),
  /** The lowest and highest price of its variants. */
  priceFrom: Money.Money,
  priceTo: Money.Money,
  /** The highest price before the sale among its variants, if any is on sale. */
  compareAtPrice: Schema.NullOr(Money.Money),
  variantCount: Schema.Int,
  /** Its published reviews. */
  rating: RatingSummary,
  /** Whether any variant can be bought now. */
  available: Schema.Boolean,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "ProductSummary" })
export interface ProductSummary extends Schema.Schema.Type<typeof ProductSummary> {}

const optionalVariant = {
  sku: Schema.optionalKey(variantFields.sku),
  barcode: Schema.optionalKey(variantFields.barcode),
  optionValues: Schema.optionalKey(variantFields.optionValues),
  compareAtPrice: Schema.optionalKey(variantFields.compareAtPrice),
  cost: Schema.optionalKey(variantFields.cost),
  weightGrams: Schema.optionalKey(variantFields.weightGrams),
  dimensions: Schema.optionalKey(variantFields.dimensions),
  requiresShipping: Schema.optionalKey(variantFields.requiresShipping),
  taxable: Schema.optionalKey(variantFields.taxable),
  trackStock: Schema.optionalKey(variantFields.trackStock),
  backorderLimit: Schema.optionalKey(variantFields.backorderLimit),
  finalSale: Schema.optionalKey(variantFields.finalSale),
  giftCard: Schema.optionalKey(variantFields.giftCard),
  bundle: variantFields.bundle,
  /** The picture that shows it; `null` for none. One that the product does not have yet comes behind its others. */
  image: Schema.optionalKey(Schema.NullOr(GivenImage)),
  attributes: Schema.optionalKey(AttributeChanges)
} as const

/**
 * A new variant. Only the price is required; `stock` is what is there at the default location from the start. Stock is
 * counted, and the variant is shipped and taxed, unless it says otherwise or is a gift card. The price of a bundle that follows
 * its parts is worked out, whatever is said here.
 */
export const CreateVariant = Schema.Struct({
  ...optionalVariant,
  price: variantFields.price,
  stock: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000_000 })))
}).check(
  Schema.makeFilter((input: { readonly bundle?: unknown; readonly stock?: unknown }) =>
    input.bundle === undefined || input.stock === undefined || { path: ["stock"], issue: "A bundle has the stock of its parts" }
  )
).annotate({ identifier: "CreateVariant" })
export interface CreateVariant extends Schema.Schema.Type<typeof CreateVariant> {}

/** Changes to a variant; what is left out stays. */
export const UpdateVariant = Schema.Struct({
  ...optionalVariant,
  price: Schema.optionalKey(variantFields.price),
  /** The version of the product that the change is based on. */
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateVariant" })
export interface UpdateVariant extends Schema.Schema.Type<typeof UpdateVariant> {}

const optionalProduct = {
  slug: Schema.optionalKey(productFields.slug),
  description: Schema.optionalKey(productFields.description),
  vendor: Schema.optionalKey(productFields.vendor),
  vendorId: Schema.optionalKey(productFields.vendorId),
  brandId: Schema.optionalKey(productFields.brandId),
  status: Schema.optionalKey(productFields.status),
  /** Buyers see an active product from one moment on, and until another: the first is included, the second is not. */
  ...PublishWindow.optional,
  tags: Schema.optionalKey(productFields.tags),
  options: Schema.optionalKey(productFields.options),
  /** In the order in which they are shown, the main one first. */
  images: Schema.optionalKey(Schema.Array(GivenImage).check(Schema.isMaxLength(maximumImages))),
  seo: Schema.optionalKey(productFields.seo),
  translations: Schema.optionalKey(productFields.translations),
  taxClass: Schema.optionalKey(productFields.taxClass),
  /** `standard` if it is left out. */
  shippingClass: Schema.optionalKey(productFields.shippingClass),
  categoryIds: Schema.optionalKey(productFields.categoryIds),
  /** What is named is set, or with `null` taken away; other values stay. */
  attributes: Schema.optionalKey(AttributeChanges)
} as const

/**
 * A new product, active unless it says otherwise. The slug is made from the title if it is left out; a product needs at
 * least one variant.
 */
export const CreateProduct = Schema.Struct({
  title: productFields.title,
  ...optionalProduct,
  variants: Schema.Array(CreateVariant).check(Schema.isMinLength(1), Schema.isMaxLength(2_000))
}).annotate({ identifier: "CreateProduct" })
export interface CreateProduct extends Schema.Schema.Type<typeof CreateProduct> {}

/**
 * Changes to a product itself; what is left out stays. Variants have operations of their own.
 *
 * Options are matched by their place, so one can be renamed. Every variant takes the first value of an option that is
 * added at the end. One that is left out at the end is dropped if the variants still differ without it.
 */
export const UpdateProduct = Schema.Struct({
  title: Schema.optionalKey(productFields.title),
  ...optionalProduct,
  /** The version that the change is based on; without it the change applies to whatever is there. */
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateProduct" })
export interface UpdateProduct extends Schema.Schema.Type<typeof UpdateProduct> {}

/** Shows a file of the shop as a picture of a product: at a place, counted from 0, or behind the others. */
export const AddProductImage = Schema.Struct({
  mediaId: MediaId,
  position: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: maximumImages }))),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "AddProductImage" })
export interface AddProductImage extends Schema.Schema.Type<typeof AddProductImage> {}

/**
 * Orders of a product list; `relevance` needs a search text and is the default with one. `manual` is the order of a
 * collection by hand and needs one. Without either the default is that of the collection, or `-createdAt`. `-popularity` goes by the pieces
 * sold in the last 30 days, worked out every hour, and `-rating` by stars, where few reviews say less than many.
 */
export const ProductSort = Schema.Literals([
  "relevance",
  "manual",
  "price",
  "-price",
  "title",
  "-title",
  "createdAt",
  "-createdAt",
  "updatedAt",
  "-updatedAt",
  "-popularity",
  "-rating"
])
export type ProductSort = typeof ProductSort.Type

/** An order of a product list: one of those that all shops have, or that of an attribute, as `"attribute.width"` or `"-attribute.width"`. */
export const ListSort = Schema.Union([ProductSort, AttributeSort])
export type ListSort = typeof ListSort.Type

const minor = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/**
 * What to list. Filters combine with "and"; prices are in minor units of the store's currency. Filters and sort orders go
 * by the prices of the catalog, what is shown by those that the buyer pays; staff who ask for a status see the former.
 */
export const ListProducts = Schema.Struct({
  ...Page.PageRequest,
  ...priced,
  sort: Schema.optionalKey(ListSort),
  /** Full text over title, vendor, tags, SKU and description; the last word matches by its beginning. */
  search: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(200))),
  /** The id or slug of a category; its descendants count as well. */
  category: Schema.optionalKey(text(200)),
  /** The id or slug of a collection. */
  collection: Schema.optionalKey(text(200)),
  /** The id or slug of a brand. */
  brand: Schema.optionalKey(text(200)),
  tag: Schema.optionalKey(text(100)),
  /** The name of a vendor as products have it, or the id of one. */
  vendor: Schema.optionalKey(text(200)),
  /** Products with a variant that costs so much or more. */
  priceFrom: Schema.optionalKey(minor),
  /** Products with a variant that costs so much or less; with `priceFrom` one that lies between both. */
  priceTo: Schema.optionalKey(minor),
  /** Only what can be bought now. */
  available: Schema.optionalKey(Schema.Boolean),
  /**
   * Values of options, as `"Colour:Red"`: products that have one of the values of each option that is named.
   */
  options: Schema.optionalKey(
    Schema.Array(text(401).check(Schema.isPattern(/^[^:]+:.+$/s, { expected: "an option and its value, such as Colour:Red" })))
      .check(Schema.isMaxLength(20))
  ),
  /**
   * What attributes say, as `"material:oak"`, `"width:10cm..20cm"` or `"width:..0.5m"`: products that have one of the values of each
   * attribute that is named, or a variant that has. A number without a unit is in that of the attribute; bounds count themselves.
   */
  attributes: Schema.optionalKey(
    Schema.Array(AttributeFilterText).check(Schema.isMaxLength(20))
  ),
  /** Only products that are rated with so many stars or more, on average. */
  ratingFrom: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 }))),
  /** Only what is on sale. */
  onSale: Schema.optionalKey(Schema.Boolean),
  /** Staff may ask for another status than `active`, or for `"any"`. Needs `catalog:read`. */
  status: Schema.optionalKey(Schema.Literals(["draft", "active", "archived", "any"]))
}).annotate({ identifier: "ListProducts" })
export interface ListProducts extends Schema.Schema.Type<typeof ListProducts> {}
