/**
 * What a buyer would pay for some pieces of a variant, and why: which price lists, promotions and other rules say so.
 */
import * as Schema from "effect/Schema"
import { ProductId, VariantId } from "../catalog/Product.ts"
import { CustomerGroupId } from "../customers/CustomerGroup.ts"
import { Country } from "../kernel/Address.ts"
import { Channel } from "../kernel/Channel.ts"
import * as Currency from "../kernel/Currency.ts"
import { Money } from "../kernel/Money.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Standing } from "../prices/ListedPrices.ts"
import { PriceListType } from "../prices/PriceList.ts"
import { PricedCode, PricedLine, PricedPromotion } from "../pricing/Pricing.ts"
import { CouponCode } from "../promotions/CouponCode.ts"

/**
 * Who buys what, where and when. Left out: one piece, for a guest in the country of the store, in its currency, now.
 */
export const PreviewPrice = Schema.Struct({
  variantId: VariantId,
  quantity: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100_000 }))),
  country: Schema.optionalKey(Country),
  /** The state, province or county, by its ISO 3166-2 code without the country, and the postal code, for taxes. */
  region: Schema.optionalKey(name(100)),
  postalCode: Schema.optionalKey(name(20)),
  currency: Schema.optionalKey(Currency.Currency),
  channel: Schema.optionalKey(Channel),
  /** A customer, with the groups that they belong to; or else groups, for somebody who belongs to them. */
  customerId: Schema.optionalKey(name(100)),
  customerGroupIds: Schema.optionalKey(Schema.Array(CustomerGroupId).check(Schema.isMaxLength(20))),
  /** Codes of promotions that they enter. */
  codes: Schema.optionalKey(Schema.Array(CouponCode).check(Schema.isMaxLength(10))),
  /** A moment to come. */
  at: Schema.optionalKey(Timestamp)
}).annotate({ identifier: "PreviewPrice" })
export interface PreviewPrice extends Schema.Schema.Type<typeof PreviewPrice> {}

/** What a price list says of the variant, and whether that is what it costs. */
export const PreviewedList = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  type: PriceListType,
  /** From how many pieces on. */
  minQuantity: Schema.Int,
  price: Money,
  standing: Standing
}).annotate({ identifier: "PreviewedList" })
export interface PreviewedList extends Schema.Schema.Type<typeof PreviewedList> {}

export const PricePreview = Schema.Struct({
  variantId: VariantId,
  productId: ProductId,
  title: Schema.String,
  variantTitle: Schema.String,
  sku: Schema.NullOr(Schema.String),
  quantity: Schema.Int,
  at: Timestamp,
  currency: Currency.Currency,
  country: Country,
  /** Whether buyers are offered it now. */
  isForSale: Schema.Boolean,
  /** What one piece costs in the catalog, in the currency of the store. */
  catalogPrice: Money,
  /** Active lists that have a price of the variant, by id, each with the price of the quantity that is reached, or else its first. */
  lists: Schema.Array(PreviewedList),
  /** Whether the amounts contain tax. */
  pricesIncludeTax: Schema.Boolean,
  /** What it costs, with a trace that explains it; `null` where it has no price in the currency. */
  line: Schema.NullOr(PricedLine),
  /** The promotions that took something off. */
  promotions: Schema.Array(PricedPromotion),
  /** What became of each code. */
  codes: Schema.Array(PricedCode)
}).annotate({ identifier: "PricePreview" })
export interface PricePreview extends Schema.Schema.Type<typeof PricePreview> {}
