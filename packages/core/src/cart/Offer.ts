/**
 * A variant as a buyer sees it outside of their cart: what one piece costs them now, and how many there are.
 */
import * as Schema from "effect/Schema"
import { ProductId, ProductImage, ShowProduct, VariantId } from "../catalog/Product.ts"
import type { Currency } from "../kernel/Currency.ts"
import * as Money from "../kernel/Money.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { type Circumstances, unpriced } from "../prices/ListedPrices.ts"
import { unitPriceAt } from "./CartPrices.ts"
import { availableOf } from "./CartPricing.ts"
import type { CartVariant } from "./CartRepository.ts"

/** What a variant is called, and how many there are. */
export const Offered = Schema.Struct({
  variantId: VariantId,
  productId: ProductId,
  title: Schema.String,
  variantTitle: Schema.String,
  sku: Schema.NullOr(Schema.String),
  /** Whether it can be put into a cart at all: it may be archived, and come back. */
  isForSale: Schema.Boolean,
  /** Pieces that can be bought now; `null` where stock is not counted. */
  available: Schema.NullOr(Schema.Int)
})
export interface Offered extends Schema.Schema.Type<typeof Offered> {}

export const Offer = Schema.Struct({
  ...Offered.fields,
  slug: Schema.String,
  image: Schema.NullOr(ProductImage),
  /** What one piece costs now. */
  price: Money.Money,
  compareAtPrice: Schema.NullOr(Money.Money)
})
export interface Offer extends Schema.Schema.Type<typeof Offer> {}

const { channel, country, currency, region } = ShowProduct.fields

/** Where buyers are, and what they pay with: the country and the currency of the store, and no channel, where nothing is said. */
export const where = { country, region, channel, currency } as const

/** Where a buyer is, as far as they say. */
export interface Where extends Schema.Schema.Type<Schema.Struct<typeof where>> {}

export const offered = (variant: CartVariant): Offered => {
  const isForSale = variant.status === "active"
  return {
    variantId: variant.id,
    productId: variant.productId,
    title: variant.productTitle,
    variantTitle: variant.title,
    sku: variant.sku,
    isForSale,
    available: isForSale ? availableOf(variant) : 0
  }
}

/** What prices depend on, of a buyer in a store of a country. */
export const circumstancesIn = (home: string, { channel, country = home, currency, region }: Where, at: Timestamp): Circumstances => ({
  at,
  channel: channel ?? null,
  country,
  region,
  ...(currency === undefined ? {} : { currency })
})

/**
 * What is offered to a buyer, in the currency that they ask for where it has a price in it, and else in that of the catalog. The price
 * is that of one piece, for whoever buys so many.
 */
export const offer = (variant: CartVariant, { currency, ...where }: Circumstances, quantity = 1): Offer => {
  const own = variant.price.currency
  const unit = (currency: Currency) => ({ currency, ...unitPriceAt({ ...where, currency })(variant, quantity) })
  const asked = currency === undefined || currency === own ? undefined : unit(currency as Currency)
  const price = asked === undefined || asked.amount === unpriced.amount ? unit(own) : asked
  return {
    ...offered(variant),
    slug: variant.slug,
    image: variant.image,
    price: Money.make(price.amount, price.currency),
    compareAtPrice: price.compareAt === null ? null : Money.make(price.compareAt, price.currency)
  }
}
