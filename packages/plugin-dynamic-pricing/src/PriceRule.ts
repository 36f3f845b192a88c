/**
 * What moves prices, and how far it may: rules of a store, and the limits of each variant.
 */
import { VariantId } from "@stoa/core/catalog/Product"
import * as Id from "@stoa/core/kernel/Id"
import * as Page from "@stoa/core/kernel/Page"
import { name, text } from "@stoa/core/kernel/Text"
import { Timestamp } from "@stoa/core/kernel/Timestamp"
import { Version } from "@stoa/core/kernel/Version"
import * as Schema from "effect/Schema"

export const PriceRuleId = Id.define("dprule", "PriceRuleId")
export type PriceRuleId = typeof PriceRuleId.Type

const count = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** So many pieces or less, or more; at least one of both. */
const span = {
  atLeast: Schema.optionalKey(count(-1_000_000_000, 1_000_000_000)),
  atMost: Schema.optionalKey(count(-1_000_000_000, 1_000_000_000))
} as const

const isSpan = Schema.makeFilter(({ atLeast, atMost }: { readonly atLeast?: number; readonly atMost?: number }) =>
  (atLeast === undefined && atMost === undefined)
    ? "Expected atLeast, atMost or both"
    : (atLeast ?? -Infinity) <= (atMost ?? Infinity) || "Expected atLeast not to be above atMost")

/** Whether a time zone is one: `"Europe/Berlin"`. */
const isTimeZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== ""
  } catch {
    return false
  }
}

/** When a rule applies. */
export const Trigger = Schema.Union([
  /** By the pieces that can be bought now, at all locations together. */
  Schema.Struct({ by: Schema.Literal("stock"), ...span }).check(isSpan),
  /** By the pieces that were sold in the last days, without orders that are not paid, and without what was cancelled. */
  Schema.Struct({ by: Schema.Literal("demand"), days: count(1, 365), ...span }).check(isSpan),
  /** By the days since the product was made. */
  Schema.Struct({ by: Schema.Literal("age"), ...span }).check(isSpan),
  /** On days of the week (1 is Monday, 7 Sunday) and from an hour to before another; over midnight where `to` is not above. */
  Schema.Struct({
    by: Schema.Literal("time"),
    weekdays: Schema.Array(count(1, 7)).check(Schema.isMinLength(1), Schema.isMaxLength(7)),
    from: count(0, 23),
    to: count(1, 24),
    timeZone: text(60).check(Schema.makeFilter((zone: string) => isTimeZone(zone) || "Expected a time zone such as Europe/Berlin"))
  })
]).annotate({ identifier: "PriceTrigger" })
export type Trigger = typeof Trigger.Type

const fields = {
  name: name(100),
  trigger: Trigger,
  /** What it adds to the catalog's price, in parts per million of it: 100 000 is ten percent more, -250 000 a quarter less. */
  changePpm: count(-1_000_000, 10_000_000),
  /** Only these variants; empty: all that have limits. */
  variantIds: Schema.Array(text(100)).check(Schema.isMaxLength(1_000)),
  enabled: Schema.Boolean
} as const

export const PriceRule = Schema.Struct({
  id: PriceRuleId,
  ...fields,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "PriceRule" })
export interface PriceRule extends Schema.Schema.Type<typeof PriceRule> {}

/** A new rule, enabled and for all variants unless it says otherwise. */
export const CreatePriceRule = Schema.Struct({
  name: fields.name,
  trigger: fields.trigger,
  changePpm: fields.changePpm,
  variantIds: Schema.optionalKey(fields.variantIds),
  enabled: Schema.optionalKey(fields.enabled)
}).annotate({ identifier: "CreatePriceRule" })

/** Changes to a rule; what is left out stays. */
export const UpdatePriceRule = Schema.Struct({
  name: Schema.optionalKey(fields.name),
  trigger: Schema.optionalKey(fields.trigger),
  changePpm: Schema.optionalKey(fields.changePpm),
  variantIds: Schema.optionalKey(fields.variantIds),
  enabled: Schema.optionalKey(fields.enabled),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdatePriceRule" })

/** How many rules a store may have. */
export const maximumRules = 100

const amount = count(0, 1_000_000_000_000)

const limit = {
  variantId: text(100),
  /** The lowest price, in minor units: nothing that the plug-in writes is below. */
  floor: amount,
  /** The highest. */
  ceiling: amount,
  /** How far one run moves a price at most, in parts per million of what it is. */
  maxStepPpm: count(1, 1_000_000)
} as const

/** Within what a variant's price moves. A variant without limits is left alone. */
export const PriceLimits = Schema.Struct(limit).annotate({ identifier: "PriceLimits" })
export interface PriceLimits extends Schema.Schema.Type<typeof PriceLimits> {}

export const SetLimits = Schema.Struct({
  limits: Schema.Array(Schema.Struct(limit)).check(Schema.isMinLength(1), Schema.isMaxLength(500))
}).annotate({ identifier: "SetPriceLimits" })

export const RemoveLimits = Schema.Struct({
  variantIds: Schema.Array(VariantId).check(Schema.isMinLength(1), Schema.isMaxLength(500))
}).annotate({ identifier: "RemovePriceLimits" })

export const ListPage = Schema.Struct(Page.PageRequest)

export const ListChanges = Schema.Struct({ ...Page.PageRequest, variantId: Schema.optionalKey(text(100)) })
