/**
 * How a store tells orders that may be fraud from others: rules that give points, and from how many points on a person
 * looks at an order, or it is refused.
 */
import * as Schema from "effect/Schema"
import { Money } from "../kernel/Money.ts"

const points = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000 }))

/** The longest span over which orders are counted, in minutes: 30 days. What is older is forgotten. */
export const longestSpan = 43_200

const moreThan = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 }))
const minutes = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: longestSpan }))

/** A rule, and how many points an order gets that it applies to. */
export const FraudRule = Schema.Union([
  /** The total is above an amount. Says nothing of orders in another currency. */
  Schema.Struct({ rule: Schema.tag("amount"), above: Money, points }),
  /** Two countries are not the same, where both are known. That of the network needs a locator, that of the card a gateway that tells it. */
  Schema.Struct({
    rule: Schema.tag("countries"),
    differ: Schema.Literals([
      "billing_shipping",
      "billing_network",
      "shipping_network",
      "billing_card",
      "shipping_card",
      "network_card"
    ]),
    points
  }),
  /** More than so many attempts to pay, this one included, in a span of time. */
  Schema.Struct({
    rule: Schema.tag("velocity"),
    by: Schema.Literals(["customer", "email", "network", "card"]),
    moreThan,
    minutes,
    points
  }),
  /** More than so many buyers, by their e-mail addresses, with one card. */
  Schema.Struct({ rule: Schema.tag("card_shared"), moreThan, minutes, points }),
  /** More than so many cards of one buyer, by the e-mail address. Those that were declined count. */
  Schema.Struct({ rule: Schema.tag("cards_tried"), moreThan, minutes, points }),
  /** What the gateway says of the card. Says nothing where the gateway does not say it. */
  Schema.Struct({
    rule: Schema.tag("card"),
    is: Schema.Literals(["prepaid", "address_failed", "postal_code_failed", "security_code_failed", "not_authenticated"]),
    points
  })
])
export type FraudRule = typeof FraudRule.Type

/** Whether a rule looks at the card, of which nothing is known before a gateway was asked for the money. */
export const seesCard = (rule: FraudRule): boolean =>
  rule.rule === "card" || rule.rule === "card_shared" || rule.rule === "cards_tried"
  || (rule.rule === "velocity" && rule.by === "card")
  || (rule.rule === "countries" && rule.differ.endsWith("_card"))

export const FraudSettings = Schema.Struct({
  /** Without it nothing is looked at, and checkout does no more work than it has to. */
  enabled: Schema.Boolean,
  rules: Schema.Array(FraudRule).check(Schema.isMaxLength(30)),
  /** From so many points on, a person looks before the money is taken or the goods go out. */
  reviewFrom: points,
  /** From so many points on, nothing is ordered. */
  refuseFrom: points,
  /** What happens to an order of which the outside service, where there is one, says nothing in time. */
  unscreened: Schema.Literals(["allow", "review", "refuse"]),
  /**
   * Where a card is to be looked at, money is only authorised until that is done, if the gateway can do that. `false`: it is taken
   * at once, and the order rests if there is something against the card. `true` if it is left out.
   */
  authorizeFirst: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "FraudSettings" })
export interface FraudSettings extends Schema.Schema.Type<typeof FraudSettings> {}

export const defaultFraudSettings: FraudSettings = {
  enabled: false,
  rules: [],
  reviewFrom: 50,
  refuseFrom: 100,
  unscreened: "review"
}
