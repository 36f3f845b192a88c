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
import { Area } from "../kernel/Area.ts"

const quantity = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))

/**
 * What all lines of a cart together, or its shipping, may cost at most, in minor units: with tax of 1000 % on both, the
 * total is still a safe integer. That is four trillion in a currency of two decimals.
 */
export const maximumAmount = 400_000_000_000_000

/** Which pieces a part of a bundle is. */
const ofPart = {
  variantId: Schema.optionalKey(Schema.String),
  /** In one bundle. */
  quantity: Schema.optionalKey(Schema.Int)
} as const

/** A line as it goes in. Amounts are in minor units of the snapshot's currency. */
export const PricingLine = Schema.Struct({
  /** The cart line's id; unique in the snapshot. */
  id: Schema.String,
  variantId: Schema.String,
  productId: Schema.String,
  quantity,
  /** What one piece costs now, by the catalog or a price list. */
  unitPrice: Amount,
  /** What one piece cost before the sale, if it is on sale. */
  compareAtPrice: Schema.NullOr(Amount),
  /** The price list that says so; the catalog where there is none. */
  priceList: Schema.optionalKey(Schema.Struct({ id: Schema.String, name: Schema.String })),
  /** Why it costs that, where staff have set the price by hand. */
  setBecause: Schema.optionalKey(Schema.String),
  taxClass: TaxClass,
  taxable: Schema.Boolean,
  /** Of a bundle: its parts, each taxed by its own class on its share of the price, which goes by the weights. */
  parts: Schema.optionalKey(Schema.Array(Schema.Struct({ ...ofPart, taxClass: TaxClass, taxable: Schema.Boolean, weight: Amount }))),
  requiresShipping: Schema.Boolean,
  /** Whether it is a gift card, of which no rule takes anything off, and which no rule counts as goods. */
  giftCard: Schema.optionalKey(Schema.Boolean),
  weightGrams: Schema.Int,
  /** What a piece takes up when it is sent, in cubic millimetres; left out where nobody knows. */
  cubicMm: Schema.optionalKey(Schema.Int),
  /**
   * What rules may look at besides: the ids of its categories and of all above them (`categoryIds`), `tags`, values of
   * the catalog's attributes by their codes (`specifications`), and whatever plug-ins put here.
   */
  attributes: Schema.Record(Schema.String, Schema.Json)
})
export interface PricingLine extends Schema.Schema.Type<typeof PricingLine> {}

/** A tax rate in parts per million: 7.75 % is 77 500. */
export const PricingTaxRate = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  taxClass: TaxClass,
  /** Where it applies; `null`: everywhere, unless it is for a zone. See `RatesAt.ts` for which rates are charged. */
  country: Schema.NullOr(Country),
  ratePpm: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000_000 })),
  /** The zone it is for. */
  zoneId: Schema.optionalKey(Schema.NullOr(Schema.String)),
  /** Rates of one class are charged together if their components differ; the default is `"tax"`. */
  component: Schema.optionalKey(Schema.String),
  /** Whether it is charged on the price and the other taxes, and not on the price alone. */
  compound: Schema.optionalKey(Schema.Boolean),
  position: Schema.optionalKey(Schema.Int),
  /** From when on it is charged, and from when on no more. */
  from: Schema.optionalKey(Schema.NullOr(Timestamp)),
  until: Schema.optionalKey(Schema.NullOr(Timestamp))
})
export interface PricingTaxRate extends Schema.Schema.Type<typeof PricingTaxRate> {}

/** Where goods go or come from, as far as it is known. */
export const PricingPlace = Schema.Struct({
  country: Country,
  region: Schema.optionalKey(Schema.NullOr(Schema.String)),
  postalCode: Schema.optionalKey(Schema.NullOr(Schema.String))
})

/** Why a buyer is charged no tax. */
export const TaxRelief = Schema.Struct({
  kind: Schema.Literals(["exempt", "reverse_charge"]),
  /** What the invoice says of it. */
  note: Schema.String
})
export interface TaxRelief extends Schema.Schema.Type<typeof TaxRelief> {}

/** Days of the calendar, `"2026-12-24"`, between which something arrives. */
const ArrivalDays = Schema.Struct({ earliest: Schema.String, latest: Schema.String })

/** Goods that go by one method, where others of the same cart go by another one. */
const shippingPart = {
  /** Names it in its cart or order. */
  id: Schema.String,
  methodId: Schema.String,
  /** The method's. */
  name: Schema.String,
  lineIds: Schema.Array(Schema.String),
  /** When it arrives, or can be picked up, if it is ordered now; `null` where the store does not say. */
  estimate: Schema.NullOr(ArrivalDays),
  /** Whether the buyer comes for it. */
  isPickedUp: Schema.Boolean
} as const

export const PricingShippingPart = Schema.Struct({
  ...shippingPart,
  amount: Amount,
  taxClass: TaxClass,
  /** Where its goods are handed over, for tax, if that is not where the cart goes. */
  place: Schema.optionalKey(PricingPlace)
})
export interface PricingShippingPart extends Schema.Schema.Type<typeof PricingShippingPart> {}

export const PricingShipping = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  /** The sum of its parts, where it has parts. */
  amount: Amount,
  taxClass: TaxClass,
  /** Where goods ship apart: at least two, in the order of their ids. */
  parts: Schema.optionalKey(Schema.Array(PricingShippingPart))
})
export interface PricingShipping extends Schema.Schema.Type<typeof PricingShipping> {}

/** Who buys, as far as it is known. */
export const PricingCustomer = Schema.Struct({
  id: Schema.String,
  /** The groups that the shop has put them into. */
  groups: Schema.Array(Schema.String),
  /** How many orders they have placed that were not cancelled; left out where nobody has counted. */
  orders: Schema.optionalKey(Schema.Int)
})
export interface PricingCustomer extends Schema.Schema.Type<typeof PricingCustomer> {}

/** Everything that a price depends on. */
export const PricingSnapshot = Schema.Struct({
  at: Timestamp,
  currency: Currency.Currency,
  /** The currency of the catalog, and of the price floors of products, where it is another one. */
  catalogCurrency: Schema.optionalKey(Currency.Currency),
  /** Whether prices contain tax, where neither a tax zone nor `pricesIncludeTaxIn` says otherwise. */
  pricesIncludeTax: Schema.Boolean,
  /** Whether prices in single currencies contain tax, where no tax zone says otherwise. */
  pricesIncludeTaxIn: Schema.optionalKey(Schema.Record(Currency.Currency, Schema.Boolean)),
  taxRounding: Schema.Literals(["unit", "line", "order"]),
  rounding: Rounding,
  /** Where the goods go, for tax. */
  country: Country,
  region: Schema.optionalKey(Schema.NullOr(Schema.String)),
  postalCode: Schema.optionalKey(Schema.NullOr(Schema.String)),
  lines: Schema.Array(PricingLine),
  /** How the goods are shipped, or `null` where nothing needs shipping or nobody delivers there. */
  shipping: Schema.NullOr(PricingShipping),
  taxRates: Schema.Array(PricingTaxRate),
  /** The zones that rates are for, and where prices contain tax or not. */
  taxZones: Schema.optionalKey(Schema.Array(Schema.Struct({
    id: Schema.String,
    areas: Schema.Array(Area),
    pricesIncludeTax: Schema.optionalKey(Schema.NullOr(Schema.Boolean))
  }))),
  /** Where the store is: whose tax its prices contain, if they contain tax. The destination if it is left out. */
  home: Schema.optionalKey(PricingPlace),
  /** Whether goods that are taxed elsewhere keep their price or their price without tax; see `Border.ts`. */
  crossBorder: Schema.optionalKey(Schema.Literals(["constant_gross", "constant_net"])),
  /** Whether shipping has a tax class of its own, or is taxed as the goods are that it carries, in proportion. */
  shippingTax: Schema.optionalKey(Schema.Literals(["class", "proportional"])),
  /** Why no tax is charged, or `null` where it is. */
  taxRelief: Schema.optionalKey(Schema.NullOr(TaxRelief)),
  /** Codes that the buyer entered. */
  codes: Schema.Array(Schema.String),
  /** The customer; left out for a guest. */
  customer: Schema.optionalKey(PricingCustomer),
  /** Through which the cart is sold, such as an app or a till; left out where the shop makes no difference. */
  channel: Schema.optionalKey(Schema.String),
  /** The gateway that the buyer means to pay by; left out until they have chosen. */
  paymentMethod: Schema.optionalKey(Schema.String),
  /** What rules may look at besides: whatever plug-ins put here. */
  attributes: Schema.Record(Schema.String, Schema.Json)
})
export interface PricingSnapshot extends Schema.Schema.Type<typeof PricingSnapshot> {}

/** What a promotion is about: some goods, the whole order, or shipping. Which of them may be combined is said by class. */
export const PromotionClass = Schema.Literals(["line", "order", "shipping"])
export type PromotionClass = typeof PromotionClass.Type

/** A promotion, as what it has taken off names it. */
export const PromotionRef = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  /** The code that brought it, as it is stored; `null` for one that applies by itself. */
  code: Schema.NullOr(Schema.String),
  class: PromotionClass,
  /** Which of its uses are counted, because they are limited: all, those of the customer, that of a single-use code. */
  counted: Schema.Array(Schema.Literals(["total", "customer", "code"]))
})
export interface PromotionRef extends Schema.Schema.Type<typeof PromotionRef> {}

/**
 * What a rule takes off or puts on, in minor units: negative is a discount. It is spread over the lines it names in
 * proportion to their amounts, or taken by shares that add up to it, and never takes a line below zero. Lines that are
 * not in the cart are passed over.
 */
export interface Adjustment {
  readonly amount: number
  readonly label: string
  readonly target:
    | { readonly type: "lines"; readonly lineIds: ReadonlyArray<string> | "all" }
    /** What of the amount each line bears; together the amount. */
    | { readonly type: "shares"; readonly shares: Iterable<readonly [lineId: string, share: number]> }
    | { readonly type: "shipping" }
  /** The promotion that it comes from, which the trace names instead of the rule. */
  readonly promotion?: PromotionRef
}

/** What became of a code that the buyer entered. */
export const PricedCode = Schema.Struct({
  code: Schema.String,
  promotionId: Schema.NullOr(Schema.String),
  applied: Schema.Boolean,
  /** Why it does nothing, for programs: `"conditions"`; `null` where it does something. */
  reason: Schema.NullOr(Schema.String),
  /** The same for people: "Spend 12.00 USD more". */
  message: Schema.NullOr(Schema.String),
  /** How much more must be spent, where that is what is missing. */
  missingAmount: Schema.NullOr(Money),
  /** How many more pieces are needed, where that is what is missing. */
  missingQuantity: Schema.NullOr(Schema.Int)
}).annotate({ identifier: "PricedCode" })
export interface PricedCode extends Schema.Schema.Type<typeof PricedCode> {}

/** What a rule comes to where it also has something to say about codes. */
export interface RuleOutcome {
  readonly adjustments: ReadonlyArray<Adjustment>
  readonly codes: ReadonlyArray<PricedCode>
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
  ) => ReadonlyArray<Adjustment> | RuleOutcome
}

/**
 * Where an amount came from. The amounts of a trace add up to the total that it explains; where prices contain tax, the
 * tax is part of every step and has none of its own.
 */
export const TraceStep = Schema.Struct({
  /**
   * `"catalog"`, `"price-list:<id>"`, `"staff"` (a price or a discount by hand, whose label is the reason), `"shipping:<id>"`,
   * `"promotion:<id>"`, `"tax:<rate id>"`, the name of a rule,
   * `"border"`: what the price differs by because it contains another tax, or `"rounding"`: what the tax differs by because
   * it was rounded for the whole order.
   */
  source: Schema.String,
  label: Schema.String,
  amount: Money
})
export interface TraceStep extends Schema.Schema.Type<typeof TraceStep> {}

/**
 * One tax of a line, of shipping or of the cart. Where no tax is charged because of the buyer, one of 0 says so: its
 * `rateId` is `"relief:exempt"` or `"relief:reverse_charge"` and its name is what the invoice says.
 */
export const PricedTax = Schema.Struct({
  rateId: Schema.String,
  name: Schema.String,
  ratePpm: Schema.Int,
  amount: Money,
  /** What it was charged on: without any tax, or for a compound rate with those that are not. Left out of orders from before it was kept. */
  taxable: Schema.optionalKey(Money),
  /** The country whose tax it is, where the rate is for one. */
  country: Schema.optionalKey(Schema.String)
})
export interface PricedTax extends Schema.Schema.Type<typeof PricedTax> {}

/** A promotion that took something off. */
export const PricedPromotion = Schema.Struct({
  ...PromotionRef.fields,
  /** What it took off the lines and shipping together; above zero. */
  amount: Money
}).annotate({ identifier: "PricedPromotion" })
export interface PricedPromotion extends Schema.Schema.Type<typeof PricedPromotion> {}

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

/** What of a bundle falls to one of its parts. All parts together make up the line, to the last minor unit. */
export const PricedPart = Schema.Struct({ ...ofPart, net: Money, tax: Money, total: Money }).annotate({ identifier: "PricedPart" })
export interface PricedPart extends Schema.Schema.Type<typeof PricedPart> {}

export const PricedLine = Schema.Struct({
  id: Schema.String,
  variantId: Schema.String,
  productId: Schema.String,
  quantity,
  unitPrice: Money,
  compareAtPrice: Schema.NullOr(Money),
  /** Of a bundle, in the order of its parts. */
  parts: Schema.optionalKey(Schema.Array(PricedPart)),
  ...priced
}).annotate({ identifier: "PricedLine" })
export interface PricedLine extends Schema.Schema.Type<typeof PricedLine> {}

/** What the shipping of goods costs that go apart from others. */
export const PricedShippingPart = Schema.Struct({ ...shippingPart, ...priced }).annotate({ identifier: "PricedShippingPart" })
export interface PricedShippingPart extends Schema.Schema.Type<typeof PricedShippingPart> {}

/** What shipping costs: the sum of its parts, where goods ship apart. */
export const PricedShipping = Schema.Struct({
  /** The method, or that of a part. */
  id: Schema.String,
  /** The method's, or those of all parts. */
  name: Schema.String,
  ...priced,
  /** Where goods ship apart, and only there: what each part costs. */
  parts: Schema.optionalKey(Schema.Array(PricedShippingPart))
}).annotate({ identifier: "PricedShipping" })
export interface PricedShipping extends Schema.Schema.Type<typeof PricedShipping> {}

/**
 * A priced cart: `total = subtotal - discount + shippingTotal`, plus `tax` where prices do not contain it.
 */
export const PricedCart = Schema.Struct({
  currency: Currency.Currency,
  /** Whether prices contain tax where the goods go. */
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
  /** The promotions that took something off, in the order in which they did. */
  promotions: Schema.Array(PricedPromotion),
  /** What became of each code that a rule knows of. */
  codes: Schema.Array(PricedCode),
  /** What is to be paid: exactly the sum of the lines' and the shipping's totals. */
  total: Money
}).annotate({ identifier: "PricedCart" })
export interface PricedCart extends Schema.Schema.Type<typeof PricedCart> {}
