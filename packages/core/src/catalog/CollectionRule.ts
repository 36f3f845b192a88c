/**
 * What a collection by rule holds: every product for which its conditions hold at the moment it is looked at.
 */
import * as Schema from "effect/Schema"
import type { Fault } from "../kernel/Input.ts"
import { text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { AttributeFilterText } from "./AttributeFilters.ts"
import { BrandId } from "./BrandId.ts"
import { CategoryId } from "./Category.ts"

const minor = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** Turns a condition around. */
const not = { not: Schema.optionalKey(Schema.Boolean) } as const

/** One condition on a product. */
export const CollectionCondition = Schema.Union([
  /** In a category or below it. */
  Schema.Struct({ field: Schema.Literal("category"), category: CategoryId, ...not }),
  Schema.Struct({ field: Schema.Literal("brand"), brand: BrandId, ...not }),
  Schema.Struct({ field: Schema.Literal("vendor"), vendor: text(200), ...not }),
  Schema.Struct({ field: Schema.Literal("tag"), tag: text(100), ...not }),
  /** With a variant whose price in the catalog lies between both, in minor units of the store's currency. */
  Schema.Struct({
    field: Schema.Literal("price"),
    from: Schema.optionalKey(minor),
    to: Schema.optionalKey(minor),
    ...not
  }),
  /** That says so by a filterable attribute, or has a variant that does; `is` is written as filters of lists are. */
  Schema.Struct({ field: Schema.Literal("attribute"), is: AttributeFilterText, ...not }),
  /** With a variant that can be bought now. */
  Schema.Struct({ field: Schema.Literal("stock"), ...not }),
  /** With a variant that is on sale. */
  Schema.Struct({ field: Schema.Literal("sale"), ...not }),
  /** Made since a time, before one, or within so many days before now. */
  Schema.Struct({
    field: Schema.Literal("created"),
    from: Schema.optionalKey(Timestamp),
    until: Schema.optionalKey(Timestamp),
    withinDays: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 36_500 }))),
    ...not
  })
]).annotate({ identifier: "CollectionCondition" })
export type CollectionCondition = typeof CollectionCondition.Type

/** `all`: every condition holds. `any`: at least one. */
export const CollectionRule = Schema.Struct({
  match: Schema.Literals(["all", "any"]),
  conditions: Schema.Array(CollectionCondition).check(Schema.isMinLength(1), Schema.isMaxLength(20))
}).annotate({ identifier: "CollectionRule" })
export interface CollectionRule extends Schema.Schema.Type<typeof CollectionRule> {}

/** What a rule says of attributes. */
export const attributeFilters = (rule: CollectionRule | null): ReadonlyArray<string> =>
  (rule?.conditions ?? []).flatMap((condition) => condition.field === "attribute" ? [condition.is] : [])

/** What is wrong with a rule that has the right shape. */
export const faults = ({ conditions }: CollectionRule): ReadonlyArray<Fault> =>
  conditions.flatMap((condition, index) => {
    const at = (message: string) => [{ path: ["rule", "conditions", index], message }]
    if (condition.field === "price" && condition.from === undefined && condition.to === undefined) {
      return at("needs from, to or both")
    }
    if (condition.field !== "created") return []
    return condition.from === undefined && condition.until === undefined && condition.withinDays === undefined
      ? at("needs from, until or withinDays")
      : []
  })
