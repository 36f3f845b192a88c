/**
 * What the store's rules make of an order. Pure.
 */
import type { Money } from "../kernel/Money.ts"
import { type FraudRule, type FraudSettings, seesCard } from "../stores/FraudSettings.ts"
import { type CardFacts, masked } from "./Card.ts"
import type { FraudEntry } from "./FraudEntry.ts"
import type { FraudReason } from "./FraudReview.ts"

/** What an outside service says of an order: points like a rule's, and why, for staff. */
export interface Screened {
  readonly points: number
  readonly detail: string
}

interface Countries {
  readonly billing: string | null
  readonly shipping: string | null
  readonly network: string | null
  /** Of the card, once it is known. */
  readonly card?: string | null
}

/** What is known of an order that is about to be paid. */
export interface Facts {
  readonly total: Money
  readonly countries: Countries
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
      reasons: blocked.map(({ kind, value }) => ({
        code: `block_${kind}`,
        detail: kind === "card" ? masked(value) : value,
        points: refuseFrom
      }))
    }
  }
  return entries.some(({ list }) => list === "allow") ? clear : undefined
}

/** What rules are about: an order that is about to be paid, or one whose card is known now. */
interface Known extends Pick<Facts, "countries" | "counts"> {
  readonly total?: Money
  readonly card?: CardFacts
}

const isOfCard = ({ checks, funding, threeDSecure }: CardFacts, is: Extract<FraudRule, { readonly rule: "card" }>["is"]): boolean => {
  switch (is) {
    case "prepaid":
      return funding === "prepaid"
    case "address_failed":
      return checks.address === "failed"
    case "postal_code_failed":
      return checks.postalCode === "failed"
    case "security_code_failed":
      return checks.securityCode === "failed"
    case "not_authenticated":
      return threeDSecure !== "authenticated" && threeDSecure !== "attempted"
  }
}

const reasonOf = (rule: FraudRule, facts: Known): FraudReason | undefined => {
  const count = facts.counts.get(rule) ?? 0
  switch (rule.rule) {
    case "amount": {
      if (facts.total === undefined) return undefined
      const { amount, currency } = facts.total
      return currency === rule.above.currency && amount > rule.above.amount
        ? { code: "amount", detail: `${amount} ${currency} is above ${rule.above.amount}`, points: rule.points }
        : undefined
    }
    case "countries": {
      const [one, other] = rule.differ.split("_") as [keyof Countries, keyof Countries]
      const [a = null, b = null] = [facts.countries[one], facts.countries[other]]
      return a === null || b === null || a === b
        ? undefined
        : { code: `countries_${rule.differ}`, detail: `${a} and ${b}`, points: rule.points }
    }
    case "velocity":
      return count > rule.moreThan
        ? { code: `velocity_${rule.by}`, detail: `${count} attempts in ${rule.minutes} minutes`, points: rule.points }
        : undefined
    case "card_shared":
    case "cards_tried": {
      const many = rule.rule === "card_shared" ? "buyers with one card" : "cards of one buyer"
      return count > rule.moreThan
        ? { code: rule.rule, detail: `${count} ${many} in ${rule.minutes} minutes`, points: rule.points }
        : undefined
    }
    case "card":
      return facts.card !== undefined && isOfCard(facts.card, rule.is)
        ? { code: `card_${rule.is}`, detail: rule.is.replaceAll("_", " "), points: rule.points }
        : undefined
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

/** What is known of a card, and of the order that was paid with it. */
export interface CardKnown extends Pick<Facts, "entries" | "counts" | "countries"> {
  readonly card: CardFacts
  /** What was made of the order before its card was known. */
  readonly before: { readonly score: number; readonly reasons: ReadonlyArray<FraudReason>; readonly allowed: boolean }
}

/**
 * What a card adds to what was known of its order: the reasons that are new, and what follows from all of them together. Without
 * a new reason nothing follows.
 */
export const assessCard = ({ before, ...facts }: CardKnown, settings: FraudSettings): Assessment => {
  const listed = byLists(facts, settings)
  if (listed !== undefined) return listed
  if (before.allowed) return clear
  const known = new Set(before.reasons.map(({ code }) => code))
  const reasons = settings.rules.filter(seesCard).flatMap((rule) => {
    const reason = reasonOf(rule, facts)
    return reason === undefined || known.has(reason.code) ? [] : [reason]
  })
  const score = reasons.reduce((sum, { points }) => sum + points, before.score)
  const outcome = score >= settings.refuseFrom ? "refuse" : score >= settings.reviewFrom ? "review" : "allow"
  return { outcome: reasons.length === 0 ? "allow" : outcome, score, reasons }
}
