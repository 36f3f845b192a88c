/**
 * How a store tells orders that may be fraud from others: rules that give points, and from how many points on a person
 * looks at an order, or it is refused.
 */
import * as Schema from "effect/Schema"
import { Money } from "../kernel/Money.ts"

const points = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000 }))

/** The longest span over which orders are counted, in minutes: 30 days. What is older is forgotten. */
export const longestSpan = 43_200

/** A rule, and how many points an order gets that it applies to. */
export const FraudRule = Schema.Union([
  /** The total is above an amount. Says nothing of orders in another currency. */
  Schema.Struct({ rule: Schema.tag("amount"), above: Money, points }),
  /** Two countries are not the same, where both are known. That of the network needs a locator. */
  Schema.Struct({
    rule: Schema.tag("countries"),
    differ: Schema.Literals(["billing_shipping", "billing_network", "shipping_network"]),
    points
  }),
  /** More than so many attempts to pay, this one included, in a span of time. */
  Schema.Struct({
    rule: Schema.tag("velocity"),
    by: Schema.Literals(["customer", "email", "network"]),
    moreThan: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 })),
    minutes: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: longestSpan })),
    points
  })
])
export type FraudRule = typeof FraudRule.Type

export const FraudSettings = Schema.Struct({
  /** Without it nothing is looked at, and checkout does no more work than it has to. */
  enabled: Schema.Boolean,
  rules: Schema.Array(FraudRule).check(Schema.isMaxLength(30)),
  /** From so many points on, a person looks before the money is taken or the goods go out. */
  reviewFrom: points,
  /** From so many points on, nothing is ordered. */
  refuseFrom: points,
  /** What happens to an order of which the outside service, where there is one, says nothing in time. */
  unscreened: Schema.Literals(["allow", "review", "refuse"])
}).annotate({ identifier: "FraudSettings" })
export interface FraudSettings extends Schema.Schema.Type<typeof FraudSettings> {}

export const defaultFraudSettings: FraudSettings = {
  enabled: false,
  rules: [],
  reviewFrom: 50,
  refuseFrom: 100,
  unscreened: "review"
}
