/**
 * Shipping methods: ways to get the goods to the buyer. What one costs for a cart is worked out in `ShippingQuote.ts`.
 */
import * as Schema from "effect/Schema"
import { ShippingClass, TaxClass } from "../catalog/Product.ts"
import { Address, Country } from "../kernel/Address.ts"
import * as Id from "../kernel/Id.ts"
import * as Money from "../kernel/Money.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { maximumAmount } from "../pricing/Pricing.ts"
import { ZoneId } from "../zones/Zone.ts"
import { DeliveryTime } from "./Delivery.ts"
import { RateTable } from "./RateTable.ts"

export const ShippingMethodId = Id.define("ship", "ShippingMethodId")
export type ShippingMethodId = typeof ShippingMethodId.Type

/** Where buyers pick their goods up themselves. Tax is that of its address. */
export const PickupPoint = Schema.Struct({
  address: Address,
  /** When it is open, in words. */
  hours: Schema.NullOr(text(500))
}).annotate({ identifier: "PickupPoint" })

/** Which carrier is asked at checkout what it costs, for which of its services, and from where the goods leave. */
export const MethodCarrier = Schema.Struct({
  name: text(50),
  service: text(100),
  from: Address
}).annotate({ identifier: "MethodCarrier" })

const amount = Money.Amount.check(Schema.isBetween({ minimum: 0, maximum: maximumAmount }))

const fields = {
  name: name(200),
  /** What it costs whatever is sent, in a currency that the store sells in, in which all its amounts are; with tax if the store's prices contain it. */
  price: Money.NonNegative.check(
    Schema.makeFilter((price: Money.Money) =>
      price.amount <= maximumAmount || { path: ["amount"], issue: `Expected at most ${maximumAmount}` }
    )
  ),
  taxClass: TaxClass,
  /** Where it delivers; empty: everywhere. */
  countries: Schema.Array(Country).check(Schema.isMaxLength(300)),
  /** The shipping zone where it delivers; `null`: wherever `countries` says. */
  zoneId: Schema.NullOr(ZoneId),
  /** Which kinds of goods it takes, by the `shippingClass` of products; empty: all. */
  shippingClasses: Schema.Array(ShippingClass).check(Schema.isMaxLength(50)),
  /** What is asked on top of the price, by weight, volume, price or pieces. */
  rates: Schema.NullOr(RateTable),
  /** What goods must cost before discounts for it to be free, in minor units; `null`: it never is. */
  freeFrom: Schema.NullOr(amount),
  /** What packing costs on top, in minor units. */
  handling: amount,
  /** How heavy a parcel may be; `null`: everything is one parcel. */
  parcelGrams: Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000_000 }))),
  /**
   * How many cubic centimetres of a parcel count as a kilogram, if that is more than it weighs: 5,000 for most of what flies.
   * It matters for a table by weight. `null`: only the weight counts.
   */
  volumetricDivisor: Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))),
  delivery: Schema.NullOr(DeliveryTime),
  pickup: Schema.NullOr(PickupPoint),
  /**
   * Its rate takes the place of `price` and `rates`, which are asked where it gives none in time; `null`: nobody is asked.
   */
  carrier: Schema.NullOr(MethodCarrier),
  active: Schema.Boolean,
  /** Its place in the list, from 0. The first is chosen for a buyer who has not chosen. */
  position: Schema.Int
} as const

export const ShippingMethod = Schema.Struct({
  id: ShippingMethodId,
  ...fields,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "ShippingMethod" })
export interface ShippingMethod extends Schema.Schema.Type<typeof ShippingMethod> {}

/** A method that takes everything everywhere at one price, where nothing else is said of it. */
export const atOnePrice = (
  { at, ...said }: Pick<ShippingMethod, "id" | "name" | "price"> & Partial<ShippingMethod> & { readonly at: Timestamp }
): ShippingMethod => ({
  taxClass: "standard",
  countries: [],
  zoneId: null,
  shippingClasses: [],
  rates: null,
  freeFrom: null,
  handling: 0,
  parcelGrams: null,
  volumetricDivisor: null,
  delivery: null,
  pickup: null,
  carrier: null,
  active: true,
  position: 0,
  version: 1,
  createdAt: at,
  updatedAt: at,
  ...said
})

/**
 * A new method: active, for everywhere, taxed as `standard` and last in the list, unless it says otherwise.
 */
export const CreateShippingMethod = Schema.Struct({
  name: fields.name,
  price: fields.price,
  taxClass: Schema.optionalKey(fields.taxClass),
  countries: Schema.optionalKey(fields.countries),
  zoneId: Schema.optionalKey(fields.zoneId),
  shippingClasses: Schema.optionalKey(fields.shippingClasses),
  rates: Schema.optionalKey(fields.rates),
  freeFrom: Schema.optionalKey(fields.freeFrom),
  handling: Schema.optionalKey(fields.handling),
  parcelGrams: Schema.optionalKey(fields.parcelGrams),
  volumetricDivisor: Schema.optionalKey(fields.volumetricDivisor),
  delivery: Schema.optionalKey(fields.delivery),
  pickup: Schema.optionalKey(fields.pickup),
  carrier: Schema.optionalKey(fields.carrier),
  active: Schema.optionalKey(fields.active),
  position: Schema.optionalKey(fields.position)
}).annotate({ identifier: "CreateShippingMethod" })

/** Changes to a method; what is left out stays. Orders keep what they were placed with. */
export const UpdateShippingMethod = Schema.Struct({
  name: Schema.optionalKey(fields.name),
  price: Schema.optionalKey(fields.price),
  taxClass: Schema.optionalKey(fields.taxClass),
  countries: Schema.optionalKey(fields.countries),
  zoneId: Schema.optionalKey(fields.zoneId),
  shippingClasses: Schema.optionalKey(fields.shippingClasses),
  rates: Schema.optionalKey(fields.rates),
  freeFrom: Schema.optionalKey(fields.freeFrom),
  handling: Schema.optionalKey(fields.handling),
  parcelGrams: Schema.optionalKey(fields.parcelGrams),
  volumetricDivisor: Schema.optionalKey(fields.volumetricDivisor),
  delivery: Schema.optionalKey(fields.delivery),
  pickup: Schema.optionalKey(fields.pickup),
  carrier: Schema.optionalKey(fields.carrier),
  active: Schema.optionalKey(fields.active),
  position: Schema.optionalKey(fields.position),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateShippingMethod" })
