/**
 * The words of pricing: what goes into a calculation and what comes out. The calculation itself is `PriceCart.ts`.
 *
 * A snapshot holds everything that the result depends on, the time included, so the same snapshot always gives the
 * same result, and what was priced can be explained later.
 */
import * as Schema from "effect/Schema"
import { TaxClass } from "../catalog/Product.ts"
import * as Currency from "../kernel/Currency.ts"
import { Amount, Money, Rounding } from "../kernel/Money.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Country } from "../kernel/Address.ts"

const quantity = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))

/**
 * What all lines of a cart together, or its shipping, may cost at most, in minor units: with tax of 1000 % on both, the
 * total is still a safe integer. That is four trillion in a currency of two decimals.
 */
export const maximumAmount = 400_000_000_000_000

/** A line as it goes in. Amounts are in minor units of the snapshot's currency. */
export const PricingLine = Schema.Struct({
  /** The cart line's id; unique in the snapshot. */
  id: Schema.String,
  variantId: Schema.String,
  productId: Schema.String,
  quantity,
  /** What one piece costs in the catalog now. */
  unitPrice: Amount,
  /** What one piece cost before the sale, if it is on sale. */
  compareAtPrice: Schema.NullOr(Amount),
  taxClass: TaxClass,
  taxable: Schema.Boolean,
  requiresShipping: Schema.Boolean,
  weightGrams: Schema.Int,
  /** What rules may look at besides: category ids, tags, and whatever plug-ins put here. */
  attributes: Schema.Record(Schema.String, Schema.Json)
})
export interface PricingLine extends Schema.Schema.Type<typeof PricingLine> {}

/** A tax rate in parts per million: 7.75 % is 77 500. */
export const PricingTaxRate = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  taxClass: TaxClass,
  /** Where it applies; `null`: everywhere. A rate of the country itself wins over one for everywhere. */
  country: Schema.NullOr(Country),
  ratePpm: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000_000 }))
})
export interface PricingTaxRate extends Schema.Schema.Type<typeof PricingTaxRate> {}

export const PricingShipping = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  amount: Amount,
  taxClass: TaxClass
})
export interface PricingShipping extends Schema.Schema.Type<typeof PricingShipping> {}

/** Everything that a price depends on. */
export const PricingSnapshot = Schema.Struct({
  at: Timestamp,
  currency: Currency.Currency,
  pricesIncludeTax: Schema.Boolean,
  taxRounding: Schema.Literals(["line", "order"]),
  rounding: Rounding,
  /** Where the goods go, for tax. */
  country: Country,
  lines: Schema.Array(PricingLine),
  /** How the goods are shipped, or `null` where nothing needs shipping or nobody delivers there. */
  shipping: Schema.NullOr(PricingShipping),
  taxRates: Schema.Array(PricingTaxRate),
  /** Codes that the buyer entered. */
  codes: Schema.Array(Schema.String),
  /** What rules may look at besides: the customer's groups, the channel, and whatever plug-ins put here. */
  attributes: Schema.Record(Schema.String, Schema.Json)
})
export interface PricingSnapshot extends Schema.Schema.Type<typeof PricingSnapshot> {}

/**
 * What a rule takes off or puts on, in minor units: negative is a discount. It is spread over the lines it names in
 * proportion to their amounts, and never takes a line below zero. Lines that are not in the cart are passed over.
 */
export interface Adjustment {
  readonly amount: number
  readonly label: string
  readonly target:
    | { readonly type: "lines"; readonly lineIds: ReadonlyArray<string> | "all" }
    | { readonly type: "shipping" }
}

/**
 * A rule that changes prices: a promotion, a membership, what a plug-in adds. It must be a pure function of the
 * snapshot and of what the lines cost after the rules before it.
 */
export interface PricingRule {
  /** Names the rule in the trace: `"plugin:volume-discount"`. */
  readonly name: string
  readonly apply: (
    snapshot: PricingSnapshot,
    /** What each line, by its id, and shipping cost now; with tax if prices contain it. */
    current: { readonly lines: ReadonlyMap<string, number>; readonly shipping: number }
  ) => ReadonlyArray<Adjustment>
}

/**
 * Where an amount came from. The amounts of a trace add up to the total that it explains; where prices contain tax, the
 * tax is part of every step and has none of its own.
 */
export const TraceStep = Schema.Struct({
  /**
   * `"catalog"`, `"shipping:<id>"`, `"tax:<rate id>"`, the name of a rule, or `"rounding"`: what the tax differs by
   * because it was rounded for the whole order.
   */
  source: Schema.String,
  label: Schema.String,
  amount: Money
})
export interface TraceStep extends Schema.Schema.Type<typeof TraceStep> {}

export const PricedTax = Schema.Struct({
  rateId: Schema.String,
  name: Schema.String,
  ratePpm: Schema.Int,
  amount: Money
})
export interface PricedTax extends Schema.Schema.Type<typeof PricedTax> {}

/** What a line or the shipping costs. */
export const priced = {
  /** Before adjustments: the quantity times the unit price, or the shipping rate. Contains tax if prices do. */
  subtotal: Money,
  /** What adjustments took off. A surcharge lowers it, below zero if it outweighs the rest. */
  discount: Money,
  /** What the tax was calculated from: without the tax. */
  net: Money,
  taxes: Schema.Array(PricedTax),
  tax: Money,
  /** What it costs, tax included: `net + tax`. */
  total: Money,
  /** Explains `total` step by step. */
  trace: Schema.Array(TraceStep)
} as const

export const PricedLine = Schema.Struct({
  id: Schema.String,
  variantId: Schema.String,
  productId: Schema.String,
  quantity,
  unitPrice: Money,
  compareAtPrice: Schema.NullOr(Money),
  ...priced
}).annotate({ identifier: "PricedLine" })
export interface PricedLine extends Schema.Schema.Type<typeof PricedLine> {}

export const PricedShipping = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  ...priced
}).annotate({ identifier: "PricedShipping" })
export interface PricedShipping extends Schema.Schema.Type<typeof PricedShipping> {}

/**
 * A priced cart: `total = subtotal - discount + shippingTotal`, plus `tax` where prices do not contain it.
 */
export const PricedCart = Schema.Struct({
  currency: Currency.Currency,
  pricesIncludeTax: Schema.Boolean,
  lines: Schema.Array(PricedLine),
  shipping: Schema.NullOr(PricedShipping),
  /** The lines before adjustments. */
  subtotal: Money,
  /** What adjustments took off the lines. What they took off shipping is in `shipping.discount`. */
  discount: Money,
  /** Shipping after its adjustments, as it is shown: with tax if prices contain it. */
  shippingTotal: Money,
  tax: Money,
  /** Each rate with its sum over lines and shipping. */
  taxes: Schema.Array(PricedTax),
  /** What is to be paid: exactly the sum of the lines' and the shipping's totals. */
  total: Money
}).annotate({ identifier: "PricedCart" })
export interface PricedCart extends Schema.Schema.Type<typeof PricedCart> {}
