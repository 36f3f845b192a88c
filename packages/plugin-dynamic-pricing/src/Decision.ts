/**
 * What a price becomes: a pure function of what is known of a variant, the rules, its limits and the time.
 *
 * **Details**
 *
 * The rules that apply add up, in parts per million of the catalog's price, so their order does not matter. The sum is rounded
 * half up. Then the price goes there by one step at most, and in the end it is brought between floor and ceiling, which
 * hold whatever the step: a floor that was raised holds at once.
 */
import { type Timestamp, toMillis } from "@stoa/core/kernel/Timestamp"
import type { PriceLimits, PriceRule, Trigger } from "./PriceRule.ts"

/** What is known of a variant. Prices in minor units. */
export interface Facts {
  readonly variantId: string
  /** What it costs in the catalog. */
  readonly base: number
  /** What it costs now. */
  readonly current: number
  /** Pieces that can be bought; `null` where stock is not counted. */
  readonly available: number | null
  /** Pieces sold in the last so many days, by the days. */
  readonly sold: ReadonlyMap<number, number>
  /** When the product was made. */
  readonly since: Timestamp
}

/** Why a price moves: a rule that applied, and what it saw. */
export interface Reason {
  readonly ruleId: string
  readonly rule: string
  readonly changePpm: number
  /** What made it apply, for people: `"3 pieces left"`. */
  readonly because: string
}

export interface Decision {
  readonly variantId: string
  readonly base: number
  readonly before: number
  /** Where the rules would have it. */
  readonly target: number
  readonly after: number
  readonly reasons: ReadonlyArray<Reason>
  /** What kept it from getting there. */
  readonly limitedBy: "floor" | "ceiling" | "step" | null
}

const day = 86_400_000

const within = (value: number, { atLeast, atMost }: { readonly atLeast?: number; readonly atMost?: number }): boolean =>
  value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity)

const pieces = (count: number) => `${count} ${count === 1 ? "piece" : "pieces"}`

const clockOf = (now: Timestamp, timeZone: string): { readonly weekday: number; readonly hour: number } => {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", hour: "2-digit", hourCycle: "h23" })
    .formatToParts(toMillis(now))
  const part = (type: string) => parts.find((part) => part.type === type)?.value ?? ""
  return {
    weekday: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(part("weekday")) + 1,
    hour: Number(part("hour"))
  }
}

/** Why a trigger applies, in words, if it does. */
const because = (trigger: Trigger, facts: Facts, now: Timestamp): string | undefined => {
  switch (trigger.by) {
    case "stock":
      return facts.available !== null && within(facts.available, trigger) ? `${pieces(facts.available)} left` : undefined
    case "demand": {
      const sold = facts.sold.get(trigger.days) ?? 0
      return within(sold, trigger) ? `${pieces(sold)} sold in ${trigger.days} days` : undefined
    }
    case "age": {
      const days = Math.floor((toMillis(now) - toMillis(facts.since)) / day)
      return within(days, trigger) ? `${days} days old` : undefined
    }
    case "time": {
      const { hour, weekday } = clockOf(now, trigger.timeZone)
      const { from, to, weekdays } = trigger
      const yesterday = weekday === 1 ? 7 : weekday - 1
      const applies = from < to
        ? weekdays.includes(weekday) && hour >= from && hour < to
        : (weekdays.includes(weekday) && hour >= from) || (weekdays.includes(yesterday) && hour < to)
      return applies ? `it is ${hour} o'clock on day ${weekday} of the week (${trigger.timeZone})` : undefined
    }
  }
}

/** A price changed by parts per million, rounded half up, never below zero. */
const changed = (base: number, ppm: number): number => {
  const millionths = BigInt(base) * BigInt(Math.max(0, 1_000_000 + ppm))
  return Number((millionths + 500_000n) / 1_000_000n)
}

export const decide = (
  facts: Facts,
  rules: ReadonlyArray<Pick<PriceRule, "id" | "name" | "trigger" | "changePpm" | "variantIds" | "enabled">>,
  limits: Pick<PriceLimits, "floor" | "ceiling" | "maxStepPpm">,
  now: Timestamp
): Decision => {
  const reasons = rules.flatMap((rule): ReadonlyArray<Reason> => {
    if (!rule.enabled || (rule.variantIds.length > 0 && !rule.variantIds.includes(facts.variantId))) return []
    const words = because(rule.trigger, facts, now)
    return words === undefined ? [] : [{ ruleId: rule.id, rule: rule.name, changePpm: rule.changePpm, because: words }]
  })
  const target = changed(facts.base, reasons.reduce((sum, { changePpm }) => sum + changePpm, 0))
  const wanted = Math.min(Math.max(target, limits.floor), limits.ceiling)
  const { current } = facts
  // small prices must be able to move at all
  const step = Math.max(1, Number(BigInt(current) * BigInt(limits.maxStepPpm) / 1_000_000n))
  const stepped = Math.min(Math.max(wanted, current - step), current + step)
  const after = Math.min(Math.max(stepped, limits.floor), limits.ceiling)
  return {
    variantId: facts.variantId,
    base: facts.base,
    before: current,
    target,
    after,
    reasons,
    limitedBy: after === target
      ? null
      : after !== wanted
      ? "step"
      : target < limits.floor
      ? "floor"
      : "ceiling"
  }
}
