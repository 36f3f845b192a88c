/**
 * What happens in a simulated shop, planned ahead: rounds of steps that are taken at the same time, and how much time
 * goes by after each. Plain data, so that a plan can be printed, and shortened to what makes it fail.
 */
import type { ChangeOrderStatus } from "../../orders/Order.ts"
import { methods } from "../../payments/SandboxGateway.ts"
import type { Method } from "../Shop.ts"
import type { Fault, Trouble } from "../Statements.ts"
import type { Chance } from "./Chance.ts"

/** Which of the things that are there when the step is taken. A number for all of them: most mean one of the newest. */
export type Which = number

/** Pieces of a variant that somebody wants. */
export interface Wish {
  readonly variant: Which
  readonly pieces: number
}

/** What a buyer has besides money: the code that is good for a few orders, one of the gift cards, and an account with its credit. */
export interface Extras {
  readonly code: boolean
  readonly giftCard: Which | null
  readonly customer: Which | null
}

export type Action =
  /** A new buyer fills a cart and orders it. */
  | { readonly _tag: "order"; readonly wishes: ReadonlyArray<Wish>; readonly method: Method; readonly extras: Extras }
  /** A buyer presses the button again. */
  | { readonly _tag: "orderAgain"; readonly cart: Which; readonly method: Method }
  /** A buyer tries to pay an order by other means. */
  | { readonly _tag: "pay"; readonly order: Which; readonly method: Method }
  /** A buyer comes back from the bank. */
  | { readonly _tag: "comeBack"; readonly order: Which }
  | { readonly _tag: "cancel"; readonly order: Which; readonly by: "buyer" | "staff" }
  | { readonly _tag: "move"; readonly order: Which; readonly event: (typeof ChangeOrderStatus.Type)["event"] }
  /** Staff give money back: an amount in cents, or all that is left. */
  | { readonly _tag: "refund"; readonly order: Which; readonly amount: number | null; readonly restock: boolean }
  /** Staff say how many pieces of a line there are to be, or add something else. */
  | { readonly _tag: "edit"; readonly order: Which; readonly line: Which; readonly pieces: number; readonly add: Which | null }
  /** Staff send what is left of an order, or a piece of a line. */
  | { readonly _tag: "send"; readonly order: Which; readonly line: Which; readonly part: boolean }
  /** Somebody takes pieces of a line out of an order, of which its money goes back. */
  | { readonly _tag: "drop"; readonly order: Which; readonly line: Which; readonly pieces: number; readonly by: "buyer" | "staff" }
  /** A vendor sends what is theirs of an order, or goes on with that. */
  | { readonly _tag: "vend"; readonly order: Which; readonly line: Which }
  /** A buyer downloads a file that they have bought. */
  | { readonly _tag: "download"; readonly order: Which }
  /** A cardholder disputes what was paid, all or so many cents, or the bank decides about that. */
  | { readonly _tag: "dispute"; readonly order: Which; readonly won: boolean; readonly amount: number | null }
  /** A return of an order goes on, or begins; its buyer may want something else instead. */
  | { readonly _tag: "giveBack"; readonly order: Which; readonly line: Which; readonly credit: boolean; readonly instead: Which | null }
  /** Something is wrong with a piece that was sent: its buyer says so, or staff decide about that. */
  | { readonly _tag: "claim"; readonly order: Which; readonly line: Which; readonly answer: "replace" | "refund" | "credit" | "reject" }
  /** Staff take the money that was reserved, or let it go. */
  | { readonly _tag: "capture" | "release"; readonly order: Which }
  | { readonly _tag: "adjust"; readonly variant: Which; readonly pieces: number }
  | { readonly _tag: "transfer"; readonly variant: Which; readonly pieces: number; readonly back: boolean }
  /** The bank, or the buyer at its page, decides about a charge that is open there. */
  | { readonly _tag: "decide"; readonly charge: Which; readonly agree: boolean }
  /** A message of the bank arrives, perhaps more than once. */
  | { readonly _tag: "post"; readonly letter: Which; readonly copies: number }
  /** The money of a refund that was done comes back to the bank. */
  | { readonly _tag: "bounce"; readonly refund: Which }
  /** Staff void a gift card, or give a customer credit. */
  | { readonly _tag: "void"; readonly card: Which }
  | { readonly _tag: "credit"; readonly customer: Which; readonly amount: number }
  /** A customer makes credit of points. */
  | { readonly _tag: "redeem"; readonly customer: Which; readonly points: number }
  /** The shop compares its payments with the bank's, as it does every night. */
  | { readonly _tag: "compare" }
  /** The shop's background: the recovery, its jobs, what was reserved and forgotten. */
  | { readonly _tag: "recover" | "work" | "forget" }
  /** Time goes by while others are in the middle of something. */
  | { readonly _tag: "wait"; readonly seconds: number }

/** What goes wrong with a step besides. */
export type Mishap =
  /** The database does not do one of its statements. */
  | { readonly _tag: "trouble"; readonly trouble: Trouble; readonly at: number; readonly moment: Fault["moment"] }
  /** The process dies at one of its statements, and everybody's steps with it. */
  | { readonly _tag: "death"; readonly at: number; readonly moment: Fault["moment"] }
  /** The caller goes away, some time later. */
  | { readonly _tag: "leaves"; readonly after: number }

export interface Step {
  readonly action: Action
  readonly mishap: Mishap | null
}

export interface Round {
  readonly steps: ReadonlyArray<Step>
  /** Seconds that go by at its end. */
  readonly seconds: number
}

export type Plan = ReadonlyArray<Round>

const troubles = [
  "connection_lost",
  "connection_lost",
  "serialization_failure",
  "deadlock",
  "lock_timeout",
  "statement_timeout",
  "disk_full"
] as const satisfies ReadonlyArray<Trouble>

/** What goes wrong with money needs a person at the end, so it is rarer. */
const rare: ReadonlySet<string> = new Set(["sandbox_mismatch", "sandbox_mismatch_currency", "sandbox_refund_decline"])
const usual = (Object.keys(methods) as ReadonlyArray<Method>).filter((method) => !rare.has(method))

const methodOf = (chance: Chance): Method => {
  // money that is only reserved has the most to go through
  if (chance.oneIn(6)) return "sandbox_authorize"
  return chance.oneIn(30)
    ? chance.pick(["sandbox_mismatch", "sandbox_mismatch_currency"])
    : usual[chance.below(usual.length)] ?? "sandbox_success"
}

const actionOf = (chance: Chance): Action => {
  const which = chance.below(1_000_000)
  switch (chance.below(33)) {
    case 0:
    case 1:
    case 2:
    case 3: {
      const wishes = Array.from({ length: 1 + chance.below(2) }, (_, index) => ({
        variant: index === 0 ? which : chance.below(1_000_000),
        pieces: 1 + chance.below(2)
      }))
      return {
        _tag: "order",
        wishes: chance.oneIn(2) ? wishes : wishes.toReversed(),
        method: methodOf(chance),
        extras: {
          code: which % 3 === 0,
          giftCard: which % 4 === 0 ? which >> 2 : null,
          customer: chance.oneIn(3) ? chance.below(1_000_000) : null
        }
      }
    }
    case 4:
      return { _tag: "orderAgain", cart: which, method: methodOf(chance) }
    case 5:
      return { _tag: "pay", order: which, method: methodOf(chance) }
    case 6:
      return { _tag: "comeBack", order: which }
    case 7:
      return { _tag: "cancel", order: which, by: chance.pick(["buyer", "buyer", "staff"]) }
    case 8:
      return { _tag: "move", order: which, event: chance.pick(["process", "process", "ship", "hold", "resume", "deliver"]) }
    case 9:
      return {
        _tag: "refund",
        order: which,
        amount: chance.oneIn(2) ? 1 + chance.below(2_500) : null,
        restock: chance.oneIn(2)
      }
    case 10:
      return { _tag: chance.pick(["capture", "capture", "release"]), order: which }
    case 11:
      return chance.oneIn(3)
        ? { _tag: "transfer", variant: which, pieces: 1 + chance.below(3), back: chance.oneIn(2) }
        : { _tag: "adjust", variant: which, pieces: chance.below(9) - 2 }
    case 12:
    case 13:
      return { _tag: "decide", charge: which, agree: !chance.oneIn(4) }
    case 14:
    case 15:
      return { _tag: "post", letter: which, copies: 1 + chance.below(2) }
    case 16:
      return { _tag: "recover" }
    case 17:
      return { _tag: chance.pick(["work", "work", "work", "forget"]) }
    case 18:
      return { _tag: "work" }
    case 19:
      return {
        _tag: "edit",
        order: which,
        line: chance.below(2),
        pieces: chance.below(4),
        add: chance.oneIn(3) ? chance.below(1_000_000) : null
      }
    case 20:
      return { _tag: "send", order: which, line: chance.below(6), part: chance.oneIn(2) }
    case 21:
    case 22:
      return {
        _tag: "giveBack",
        order: which,
        line: chance.below(60),
        credit: chance.oneIn(3),
        instead: chance.oneIn(3) ? chance.below(1_000_000) : null
      }
    case 23:
    case 24:
      return { _tag: "drop", order: which, line: chance.below(2), pieces: 1 + chance.below(2), by: chance.pick(["buyer", "staff"]) }
    case 25:
      return { _tag: "vend", order: which, line: chance.below(12) }
    case 26:
      return { _tag: "download", order: which }
    case 27:
      return { _tag: "dispute", order: which, won: chance.oneIn(2), amount: chance.oneIn(3) ? 1 + chance.below(900) : null }
    case 28:
      return { _tag: "claim", order: which, line: chance.below(60), answer: chance.pick(["replace", "replace", "refund", "credit", "reject"]) }
    case 29:
      return chance.oneIn(2) ? { _tag: "bounce", refund: which } : { _tag: "compare" }
    case 30:
      return { _tag: "redeem", customer: which, points: 1 + chance.below(400) }
    case 31:
      return chance.oneIn(4) ? { _tag: "void", card: which } : { _tag: "credit", customer: which, amount: chance.below(1_500) - 400 }
    default:
      return { _tag: "wait", seconds: chance.pick([1, 6, 25, 61]) }
  }
}

const mishapOf = (chance: Chance): Mishap | null => {
  if (!chance.oneIn(5)) return null
  const at = 1 + chance.below(chance.pick([6, 16, 45]))
  const moment = chance.pick(["before", "after"])
  switch (chance.below(10)) {
    case 0:
      return { _tag: "death", at, moment }
    case 1:
    case 2:
    case 3:
      return { _tag: "leaves", after: chance.below(60) }
    default:
      return { _tag: "trouble", trouble: chance.pick(troubles), at, moment }
  }
}

/** A plan of so many steps. */
export const make = (chance: Chance, steps: number): Plan => {
  const rounds: Array<Round> = []
  for (let planned = 0; planned < steps;) {
    const together = Math.min(1 + chance.below(6), steps - planned)
    rounds.push({
      steps: Array.from({ length: together }, () => {
        const action = actionOf(chance)
        const mishap = mishapOf(chance)
        return { action, mishap: action._tag === "wait" || action._tag === "decide" ? null : mishap }
      }),
      seconds: chance.pick([0, 0, 5, 31, 61, 125, 400])
    })
    planned += together
  }
  return rounds
}

/** How many steps a plan has. */
export const length = (plan: Plan): number => plan.reduce((sum, { steps }) => sum + steps.length, 0)

/** A step in a line. */
export const show = ({ action: { _tag, ...action }, mishap }: Step): string => {
  const about = (value: object) => JSON.stringify(value).replace(/["{}]/g, "").replaceAll(",", " ")
  return [_tag, about(action), mishap === null ? "" : `(${about(mishap)})`].join(" ").trim()
}
