/**
 * Price lists: prices that apply instead of those of the catalog, to certain buyers or for a time.
 */
import * as Schema from "effect/Schema"
import { ProductId, VariantId } from "../catalog/Product.ts"
import { CustomerGroupId } from "../customers/CustomerGroup.ts"
import { Country } from "../kernel/Address.ts"
import { Subdivision } from "../kernel/Area.ts"
import { Channel } from "../kernel/Channel.ts"
import * as Currency from "../kernel/Currency.ts"
import * as Id from "../kernel/Id.ts"
import * as Money from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"

export const PriceListId = Id.define("plist", "PriceListId")
export type PriceListId = typeof PriceListId.Type

/** Sale: the price before is shown beside it. Override: it takes the place of the catalog's price. */
export const PriceListType = Schema.Literals(["sale", "override"])

/** Draft: applies to nobody yet. */
export const PriceListStatus = Schema.Literals(["draft", "active"])

const fields = {
  name: name(200),
  type: PriceListType,
  status: PriceListStatus,
  /** Where the goods go: to one of these countries or subdivisions; everywhere if there is none of both. */
  countries: Schema.Array(Country).check(Schema.isMaxLength(250)),
  /** Subdivisions of countries, by their ISO 3166-2 codes: `"US-CA"`. */
  subdivisions: Schema.Array(Subdivision).check(Schema.isMaxLength(500)),
  /** `null`: every channel. */
  channel: Schema.NullOr(Channel),
  /** Only customers of this group; `null`: everybody. */
  customerGroupId: Schema.NullOr(CustomerGroupId),
  /** From when on it applies; `null`: at once. */
  startsAt: Schema.NullOr(Timestamp),
  /** The moment from which it applies no more; `null`: it has no end. */
  endsAt: Schema.NullOr(Timestamp)
} as const

export const PriceList = Schema.Struct({
  id: PriceListId,
  ...fields,
  /** That of its prices. */
  currency: Currency.Currency,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "PriceList" })
export interface PriceList extends Schema.Schema.Type<typeof PriceList> {}

const minQuantity = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))

/** What one piece of a variant costs whoever buys so many or more. */
export const ListPrice = Schema.Struct({ variantId: VariantId, minQuantity, price: Money.NonNegative })
  .annotate({ identifier: "ListPrice" })
export interface ListPrice extends Schema.Schema.Type<typeof ListPrice> {}

/** A price with the names that staff look for. */
export const ListPriceRow = Schema.Struct({
  ...ListPrice.fields,
  productId: ProductId,
  /** That of the product, with that of the variant where it has one of its own. */
  title: Schema.String,
  sku: Schema.NullOr(Schema.String)
}).annotate({ identifier: "ListPriceRow" })
export interface ListPriceRow extends Schema.Schema.Type<typeof ListPriceRow> {}

/** Prices of a list, each for one piece and more unless it says from how many pieces on. */
export const SetPrices = Schema.Struct({
  prices: Schema.Array(Schema.Struct({
    /** Whose price it is. Either this or `sku`. */
    variantId: Schema.optionalKey(VariantId),
    sku: Schema.optionalKey(name(200)),
    minQuantity: Schema.optionalKey(minQuantity),
    price: Money.NonNegative
  })).check(Schema.isMinLength(1), Schema.isMaxLength(1_000)),
  /** Whether these are all prices of their variants: those for other quantities are taken out. */
  whole: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "SetPrices" })

/** Takes the prices of variants out of a list, of every quantity. */
export const RemovePrices = Schema.Struct({
  variantIds: Schema.Array(VariantId).check(Schema.isMinLength(1), Schema.isMaxLength(1_000))
}).annotate({ identifier: "RemovePrices" })

const optional = {
  status: Schema.optionalKey(fields.status),
  countries: Schema.optionalKey(fields.countries),
  subdivisions: Schema.optionalKey(fields.subdivisions),
  channel: Schema.optionalKey(fields.channel),
  customerGroupId: Schema.optionalKey(fields.customerGroupId),
  startsAt: Schema.optionalKey(fields.startsAt),
  endsAt: Schema.optionalKey(fields.endsAt)
} as const

/** A new list, active and for everybody unless it says otherwise; a sale unless it is an override. */
export const CreatePriceList = Schema.Struct({
  name: fields.name,
  type: Schema.optionalKey(fields.type),
  ...optional,
  /** One of those that the store sells in; its own if it is left out. */
  currency: Schema.optionalKey(Currency.Currency),
  prices: Schema.optionalKey(SetPrices.fields.prices)
}).annotate({ identifier: "CreatePriceList" })

/** Changes to a list; what is left out stays. Orders keep the prices that they were placed with. */
export const UpdatePriceList = Schema.Struct({
  name: Schema.optionalKey(fields.name),
  type: Schema.optionalKey(fields.type),
  ...optional,
  /** The version that the change is based on; without it the change applies to whatever is there. */
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdatePriceList" })

export const ListPage = Schema.Struct(Page.PageRequest)

/** How many lists a store may have. */
export const maximumLists = 1_000
