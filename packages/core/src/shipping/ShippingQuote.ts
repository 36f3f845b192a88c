/**
 * Which ways of shipping a cart has, and what each costs. Pure.
 *
 * **Details**
 *
 * A method is offered where its countries and its zone hold the buyer's address, where its table has an answer, and where no
 * piece is heavier than its parcels may be. It costs its price, what its table asks on top, and handling; from `freeFrom` on
 * it costs nothing. A table by weight is asked for each parcel, which may count as heavier for its size, any other once. What a carrier has answered takes the
 * place of price and table, not of handling.
 */
import * as Schema from "effect/Schema"
import * as Area from "../kernel/Area.ts"
import { Money } from "../kernel/Money.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { maximumAmount } from "../pricing/Pricing.ts"
import * as Delivery from "./Delivery.ts"
import * as Parcels from "./Parcels.ts"
import * as RateTable from "./RateTable.ts"
import { PickupPoint, type ShippingMethod, ShippingMethodId } from "./ShippingMethod.ts"

/** Goods that are shipped. */
export interface Goods {
  readonly quantity: number
  readonly unitPrice: number
  readonly weightGrams: number
  /** What a piece takes up; nothing where nobody knows. */
  readonly cubicMm?: number
}

/** Where a zone is. */
export interface ZoneAreas {
  readonly id: string
  readonly areas: ReadonlyArray<Area.Area>
}

/** What a method asks for a cart. */
export interface Quote {
  readonly method: ShippingMethod
  /** In minor units of the method's currency. */
  readonly amount: number
  readonly parcels: ReadonlyArray<Parcels.Parcel>
}

/** A way to get a cart to its buyer. */
export const ShippingOption = Schema.Struct({
  id: ShippingMethodId,
  name: Schema.String,
  /** What it costs for this cart before discounts, with tax if prices contain it. */
  price: Money,
  /** How many parcels it makes. */
  parcels: Schema.Int,
  /** Where the goods are picked up; `null` where they are delivered. */
  pickup: Schema.NullOr(PickupPoint),
  /** When they arrive, or can be picked up, if ordered now; `null` where the store does not say. */
  estimate: Schema.NullOr(Delivery.DeliveryEstimate),
  /** The part of the cart that it is for, where its goods ship apart; left out where it takes all of them. */
  part: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "ShippingOption" })
export interface ShippingOption extends Schema.Schema.Type<typeof ShippingOption> {}

/** Whether a method goes to a place, whatever is to be sent. */
export const reaches = (
  { countries, zoneId }: ShippingMethod,
  place: Area.Place,
  zones: ReadonlyArray<ZoneAreas>
): boolean => {
  if (countries.length > 0 && !countries.includes(place.country)) return false
  if (zoneId === null) return true
  const zone = zones.find(({ id }) => id === zoneId)
  return zone !== undefined && Area.bestFit(zone.areas, place) > 0
}

/** What a method costs for goods, or `undefined` where it cannot carry them. */
export const quote = (
  method: ShippingMethod,
  goods: ReadonlyArray<Goods>,
  /** What everything in the cart costs before discounts. */
  subtotal: number,
  /** What its carrier asks, if it was asked. */
  carrierRate?: number
): Quote | undefined => {
  const pieces = goods.map(({ cubicMm = 0, quantity, weightGrams }) => ({ grams: weightGrams, cubicMm, quantity }))
  const whole = Parcels.together(pieces)
  // more than can be counted is more than anybody carries
  if (!Number.isSafeInteger(whole.grams) || !Number.isSafeInteger(whole.cubicMm)) return undefined
  const parcels = method.parcelGrams === null ? [whole] : Parcels.pack(pieces, method.parcelGrams)
  if (parcels === undefined) return undefined
  const asked = method.rates === null ? 0 : tableCharge(method, method.rates, goods, parcels, whole)
  if (asked === undefined) return undefined
  const amount = (carrierRate ?? method.price.amount + asked) + method.handling
  if (amount > maximumAmount) return undefined
  return { method, amount: method.freeFrom !== null && subtotal >= method.freeFrom ? 0 : amount, parcels }
}

const tableCharge = (
  { volumetricDivisor }: ShippingMethod,
  table: RateTable.RateTable,
  goods: ReadonlyArray<Goods>,
  parcels: ReadonlyArray<Parcels.Parcel>,
  whole: Parcels.Parcel
): number | undefined => {
  if (table.by === "weight") {
    let sum = 0
    for (const parcel of parcels) {
      const each = RateTable.charge(table, Parcels.chargedGrams(parcel, volumetricDivisor))
      if (each === undefined) return undefined
      sum += each * parcel.count
    }
    return sum
  }
  if (table.by === "volume") return RateTable.charge(table, Math.ceil(whole.cubicMm / 1_000))
  return RateTable.charge(
    table,
    goods.reduce((sum, { quantity, unitPrice }) => sum + quantity * (table.by === "price" ? unitPrice : 1), 0)
  )
}

/** An offer as its buyer sees it. */
export const option = ({ amount, method, parcels }: Quote, calendar: Delivery.Calendar, at: Timestamp): ShippingOption => ({
  id: method.id,
  name: method.name,
  price: { amount, currency: method.price.currency },
  parcels: parcels.reduce((sum, { count }) => sum + count, 0),
  pickup: method.pickup,
  estimate: method.delivery === null ? null : Delivery.estimate(method.delivery, calendar, at) ?? null
})
