/**
 * What the store's rules make of an order. Pure.
 */
import type { Money } from "../kernel/Money.ts"
import type { FraudRule, FraudSettings } from "../stores/FraudSettings.ts"
import type { FraudEntry } from "./FraudEntry.ts"
import type { FraudReason } from "./FraudReview.ts"

/** What an outside service says of an order: points like a rule's, and why, for staff. */
export interface Screened {
  readonly points: number
  readonly detail: string
}

/** What is known of an order that is about to be paid. */
export interface Facts {
  readonly total: Money
  readonly countries: {
    readonly billing: string | null
    readonly shipping: string | null
    readonly network: string | null
  }
  /** The entries of both lists that are about it. */
  readonly entries: ReadonlyArray<Pick<FraudEntry, "list" | "kind" | "value">>
  /** How many attempts each rule has counted, this one included; nothing for a rule that does not count. */
  readonly counts: ReadonlyMap<FraudRule, number>
  /** `null`: nobody was asked. */
  readonly screened: Screened | "unavailable" | null
}

export interface Assessment {
  readonly outcome: "allow" | "review" | "refuse"
  readonly score: number
  readonly reasons: ReadonlyArray<FraudReason>
}

/** An order that nobody has anything against. */
export const clear: Assessment = { outcome: "allow", score: 0, reasons: [] }

/** What the lists say by themselves, if anything: whoever is blocked is refused, even if they are allowed as well. */
export const byLists = ({ entries }: Pick<Facts, "entries">, { refuseFrom }: FraudSettings): Assessment | undefined => {
  const blocked = entries.filter(({ list }) => list === "block")
  if (blocked.length > 0) {
    return {
      outcome: "refuse",
      score: refuseFrom,
      reasons: blocked.map(({ kind, value }) => ({ code: `block_${kind}`, detail: value, points: refuseFrom }))
    }
  }
  return entries.some(({ list }) => list === "allow") ? clear : undefined
}

const reasonOf = (rule: FraudRule, facts: Facts): FraudReason | undefined => {
  switch (rule.rule) {
    case "amount": {
      const { amount, currency } = facts.total
      return currency === rule.above.currency && amount > rule.above.amount
        ? { code: "amount", detail: `${amount} ${currency} is above ${rule.above.amount}`, points: rule.points }
        : undefined
    }
    case "countries": {
      const [one, other] = rule.differ.split("_") as ["billing" | "shipping", "shipping" | "network"]
      const [a, b] = [facts.countries[one], facts.countries[other]]
      return a === null || b === null || a === b
        ? undefined
        : { code: `countries_${rule.differ}`, detail: `${a} and ${b}`, points: rule.points }
    }
    case "velocity": {
      const count = facts.counts.get(rule) ?? 0
      return count > rule.moreThan
        ? { code: `velocity_${rule.by}`, detail: `${count} attempts in ${rule.minutes} minutes`, points: rule.points }
        : undefined
    }
  }
}

/** The points of all rules that apply, with their reasons, and what follows from them. */
export const assess = (facts: Facts, settings: FraudSettings): Assessment => {
  const listed = byLists(facts, settings)
  if (listed !== undefined) return listed
  const reasons: Array<FraudReason> = []
  for (const rule of settings.rules) {
    const reason = reasonOf(rule, facts)
    if (reason !== undefined) reasons.push(reason)
  }
  if (facts.screened === "unavailable") reasons.push({ code: "screen_unavailable", detail: settings.unscreened, points: 0 })
  else if (facts.screened !== null && facts.screened.points > 0) {
    reasons.push({ code: "screen", detail: facts.screened.detail, points: facts.screened.points })
  }
  const score = reasons.reduce((sum, { points }) => sum + points, 0)
  const fallback = facts.screened === "unavailable" ? settings.unscreened : "allow"
  const outcome = score >= settings.refuseFrom || fallback === "refuse"
    ? "refuse"
    : score >= settings.reviewFrom || fallback === "review"
    ? "review"
    : "allow"
  return { outcome, score, reasons }
}
