import { StoaError } from "@stoa/core/kernel/StoaError"
import * as Schema from "effect/Schema"

/** There is no such rule. */
export class PriceRuleNotFound extends StoaError<PriceRuleNotFound>()("PriceRuleNotFound", {
  code: "price_rule_not_found",
  kind: "not_found"
}, { ruleId: Schema.String }) {
  override get message(): string {
    return `There is no price rule ${this.ruleId}`
  }
}

/** The store has as many rules as it may have. */
export class TooManyPriceRules extends StoaError<TooManyPriceRules>()("TooManyPriceRules", {
  code: "too_many_price_rules",
  kind: "conflict"
}, { maximum: Schema.Int }) {
  override get message(): string {
    return `There are ${this.maximum} price rules already; delete one first`
  }
}
