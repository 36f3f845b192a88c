/**
 * Loyalty points: what a store gives for orders, and what becomes of points. Pure but for the schemas.
 *
 * **Details**
 *
 * The points of an order are one lot. They follow from the order as it is now, so they can be worked out again at any time:
 * none for an order that is cancelled or given back, the share of what the shop kept of one that was given back in part, and more
 * for what an edit has added, once that is paid.
 */
import * as Schema from "effect/Schema"
import { Money } from "../kernel/Money.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import type { Order } from "../orders/Order.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"

const points = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000_000 }))

/** A tier that a customer is in who has earned so many points in the last 365 days. */
export const LoyaltyTier = Schema.Struct({
  name: name(100),
  from: points,
  /** What points are multiplied by, in percent: 150 for half as many again. */
  percent: Schema.Int.check(Schema.isBetween({ minimum: 100, maximum: 1_000 }))
})
export interface LoyaltyTier extends Schema.Schema.Type<typeof LoyaltyTier> {}

const fields = {
  active: Schema.Boolean,
  /** Points for every 100 minor units that the goods of an order cost, with tax and without shipping. */
  pointsPer100: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000 })),
  /** When points can be used: once the order is paid, or once it is delivered. */
  confirmedBy: Schema.Literals(["paid", "delivered"]),
  /** How many days after that they are lost; `null`: never. */
  expireDays: Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 3_650 }))),
  /** What a point is worth as store credit, in minor units. */
  pointValue: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })),
  /** By ascending `from`, each once. */
  tiers: Schema.Array(LoyaltyTier).check(Schema.isMaxLength(20))
} as const

export const LoyaltyProgram = Schema.Struct({ ...fields, version: Version }).annotate({ identifier: "LoyaltyProgram" })
export interface LoyaltyProgram extends Schema.Schema.Type<typeof LoyaltyProgram> {}

/** The program of a store that has none. */
export const noProgram: LoyaltyProgram = {
  active: false,
  pointsPer100: 1,
  confirmedBy: "delivered",
  expireDays: 365,
  pointValue: 1,
  tiers: [],
  version: 1
}

/** A store's program, as a whole. Points that were given stay as they are. */
export const SetLoyaltyProgram = Schema.Struct({ ...fields, version: Schema.optionalKey(Version) })
  .annotate({ identifier: "SetLoyaltyProgram" })

/** Points that came together: those of one order, or some that were given for something else. */
export interface LoyaltyLot {
  /** That of the order, or whatever else names what they were given for. */
  readonly id: string
  readonly orderId: string | null
  readonly customerId: string
  readonly state: "pending" | "confirmed" | "cancelled"
  /** What there was at first. */
  readonly earned: number
  /**
   * Points for every 10 000 minor units of goods, by the program and the tier of then, which what an order gives now is reckoned from;
   * `null` for what was given for something else, or is older than this: of such an order `earned` is divided.
   */
  readonly rate: number | null
  readonly points: number
  /** What of them was not spent. */
  readonly remaining: number
  readonly expiresAt: Timestamp | null
  readonly earnedAt: Timestamp
}

/** What a customer has. */
export const LoyaltyStatus = Schema.Struct({
  /** Points that can be used now. */
  balance: Schema.Int,
  /** What they are worth as store credit. */
  worth: Money,
  /** Points of orders that are not delivered, or not paid, yet. */
  pending: Schema.Int,
  /** Points earned in the last 365 days, which the tier depends on. */
  earned: Schema.Int,
  tier: Schema.NullOr(LoyaltyTier),
  /** The next tier. */
  next: Schema.NullOr(LoyaltyTier),
  /** The next points that will be lost, and when. */
  expiring: Schema.NullOr(Schema.Struct({ points: Schema.Int, at: Timestamp }))
}).annotate({ identifier: "LoyaltyStatus" })
export interface LoyaltyStatus extends Schema.Schema.Type<typeof LoyaltyStatus> {}

/** Turns points into store credit, which is spent at checkout. */
export const RedeemPoints = Schema.Struct({
  points: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000_000 }))
}).annotate({ identifier: "RedeemPoints" })

/** The tier of who has earned so many points. */
export const tierOf = (tiers: ReadonlyArray<LoyaltyTier>, earned: number): LoyaltyTier | null =>
  tiers.findLast(({ from }) => from <= earned) ?? null

/** What of an order's total is gift cards, which give no points, and what of that was cancelled. */
const giftsOf = ({ lines, shipping, total }: Pick<Order, "lines" | "shipping" | "total">) => {
  let sold = 0
  let back = 0
  let whole = shipping?.total.amount ?? 0
  let goodsBack = 0
  for (const { cancelled, giftCard, quantity, total } of lines) {
    whole += total.amount
    const gone = OrderMoney.share(total.amount, cancelled, quantity)
    if (giftCard === undefined) {
      goodsBack += gone
      continue
    }
    sold += total.amount
    back += gone
  }
  // cards that an edit took out before they were paid are in the lines, and no more in the total
  const unpaid = Math.max(0, Math.min(back, whole - total.amount - goodsBack))
  return { sold: sold - unpaid, back: back - unpaid }
}

/** Points for every 10 000 minor units of goods, for who has earned so many in the last year. */
export const rateOf = ({ pointsPer100, tiers }: LoyaltyProgram, earned: number): number =>
  pointsPer100 * (tierOf(tiers, earned)?.percent ?? 100)

type Figures = Pick<Order, "lines" | "shipping" | "total" | "open">

/**
 * What of an order's price nobody has paid yet, in minor units: that of goods which edits have added (`added` are their lines) before that of
 * gift cards among them, and the rest is shipping.
 */
const unpaidOf = ({ lines, open }: Pick<Order, "lines" | "open">, added: ReadonlySet<string>) => {
  const costs = (areGiftCards: boolean) =>
    lines.reduce((sum, { cancelled, giftCard, id, quantity, total }) =>
      added.has(id) && (giftCard !== undefined) === areGiftCards ? sum + total.amount - OrderMoney.share(total.amount, cancelled, quantity) : sum, 0)
  const goods = Math.min(open.amount, costs(false))
  return { goods, besidesGiftCards: open.amount - Math.min(open.amount - goods, costs(true)) }
}

/** The points that an order gives at a rate: for its goods, and not for gift cards, nor for what was never paid. */
export const pointsFor = (rate: number, order: Figures, added: ReadonlySet<string>): number => {
  const shipping = order.shipping?.total.amount ?? 0
  const goods = Math.max(0, order.total.amount - shipping - giftsOf(order).sold - unpaidOf(order, added).goods)
  return Math.min(1_000_000_000, Number(BigInt(goods) * BigInt(rate) / 10_000n))
}

/** What becomes of the points of an order, of which edits have `added` lines and banks have given `lost` to the buyer, in minor units. */
export const stateOf = (
  { confirmedBy }: LoyaltyProgram,
  order: Figures & Pick<Order, "status" | "paid" | "refunded">,
  lot: Pick<LoyaltyLot, "earned" | "rate">,
  { added, lost }: { readonly added: ReadonlySet<string>; readonly lost: number }
): Pick<LoyaltyLot, "state" | "points"> => {
  if (order.status === "cancelled" || order.status === "refunded") return { state: "cancelled", points: 0 }
  const { back, sold } = giftsOf(order)
  const amount = order.total.amount - sold - unpaidOf(order, added).besidesGiftCards
  const earned = lot.rate === null ? lot.earned : pointsFor(lot.rate, order, added)
  const kept = Math.max(0, Math.min(amount, amount - Math.max(0, OrderMoney.givenBack(order, lost) - back)))
  const points = amount <= 0 ? earned : Number(BigInt(earned) * BigInt(kept) / BigInt(amount))
  const isPaid = OrderMoney.isCovered(order) || order.refunded.amount > 0
  const confirmed = confirmedBy === "paid" ? isPaid : order.status === "delivered"
  return { state: confirmed ? "confirmed" : "pending", points }
}
