/**
 * What happens to loyalty points. The subject is the customer.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { Money } from "../kernel/Money.ts"

/**
 * The points of an order, or of whatever else gave some (`orderId` is `null` then), came or are others than before: pending,
 * confirmed, or none any more.
 */
export const PointsChanged = DomainEvent.define(
  "loyalty.points_changed",
  Schema.Struct({
    orderId: Schema.NullOr(Schema.String),
    state: Schema.Literals(["pending", "confirmed", "cancelled"]),
    points: Schema.Int
  })
)

/** Points became store credit. */
export const PointsRedeemed = DomainEvent.define(
  "loyalty.points_redeemed",
  Schema.Struct({ points: Schema.Int, amount: Money })
)
