/**
 * Checking a promotion before it is saved: that its condition and action are of kinds that there are, that their arguments
 * are what these kinds take, that its money is in one currency of the store's, and that its parts do not contradict each other.
 */
import * as Effect from "effect/Effect"
import type { Currency } from "../kernel/Currency.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Configured, Promotion } from "./Promotion.ts"
import type { AnyAction, AnyCondition } from "./PromotionKind.ts"
import type { PromotionKinds } from "./PromotionKinds.ts"

type Path = ReadonlyArray<string | number>
type Faults = InvalidInput["faults"]

/** Money in anything that is JSON, with its place. */
export const moneyIn = (value: unknown, path: Path): ReadonlyArray<readonly [path: Path, currency: string]> => {
  if (typeof value !== "object" || value === null) return []
  if ("amount" in value && "currency" in value && typeof value.currency === "string") return [[path, value.currency]]
  return Object.entries(value).flatMap(([key, inner]) => moneyIn(inner, [...path, key]))
}

/** What anything that is JSON asks of goods by attributes, with its place. */
const specificationsIn = (value: unknown, path: Path): ReadonlyArray<readonly [path: Path, filter: string]> => {
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "specifications" && Array.isArray(inner)
      ? inner.flatMap((filter, index) => typeof filter === "string" ? [[[...path, key, index], filter] as const] : [])
      : specificationsIn(inner, [...path, key]))
}

/** What a promotion asks of goods by attributes, with its place. */
export const specificationsOf = (
  { action, conditions }: Pick<Promotion, "action" | "conditions">
): ReadonlyArray<readonly [path: Path, filter: string]> => [
  ...specificationsIn(action.args, ["action", "args"]),
  ...conditions.flatMap(({ args }, index) => specificationsIn(args, ["conditions", index, "args"]))
]

/** All money of a promotion has to be in one currency, in which the store sells. */
const currencyFaults = ({ action, budget, conditions }: Promotion, sold: ReadonlyArray<Currency>): Faults => {
  const all = [
    ...moneyIn(budget, ["budget"]),
    ...moneyIn(action.args, ["action", "args"]),
    ...conditions.flatMap(({ args }, index) => moneyIn(args, ["conditions", index, "args"]))
  ]
  const own = sold.find((currency) => currency === all[0]?.[1]) ?? sold[0]
  return all.flatMap(([path, given]) =>
    given === own ? [] : [{
      path: [...path, "currency"],
      message: sold.length === 1
        ? `is not the store's currency ${own}`
        : sold.some((currency) => currency === given)
        ? `is not ${own}, as other amounts of the promotion are`
        : `is none that the store sells in: ${sold.join(", ")}`
    }])
}

const argumentFaults = (
  { args, type }: Configured,
  path: Path,
  kinds: ReadonlyMap<string, Pick<AnyAction, "args"> | Pick<AnyCondition, "args">>
): Effect.Effect<Faults> => {
  const kind = kinds.get(type)
  if (kind === undefined) {
    return Effect.succeed([{ path: [...path, "type"], message: `is none of ${[...kinds.keys()].join(", ")}`, code: "not_a_choice", params: { choices: [...kinds.keys()] } }])
  }
  return Input.decoder(kind.args)(args).pipe(
    Effect.as([]),
    Effect.catch(({ faults }) =>
      Effect.succeed(faults.map((fault) => ({ ...fault, path: [...path, "args", ...fault.path] }))))
  )
}

const contradictions = ({ code, combinesWith, endsAt, exclusive, startsAt, trigger }: Promotion): Faults => [
  ...(startsAt !== null && endsAt !== null && startsAt >= endsAt ? [{ path: ["endsAt"], message: "is not after startsAt", code: "before_start" }] : []),
  ...(code !== null && trigger === "automatic"
    ? [{ path: ["code"], message: "is for promotions whose trigger is code", code: "contradiction" }]
    : []),
  ...(exclusive && combinesWith.length > 0
    ? [{ path: ["combinesWith"], message: "must be empty for a promotion that applies alone", code: "contradiction" }]
    : [])
]

/** Everything that is wrong with a promotion, together. */
export const check = (
  promotion: Promotion,
  kinds: Pick<PromotionKinds["Service"], "conditions" | "actions">,
  /** The currencies that the store sells in, its own first. */
  sold: ReadonlyArray<Currency>
): Effect.Effect<void, InvalidInput> =>
  Effect.gen(function*() {
    const parts = yield* Effect.all([
      argumentFaults(promotion.action, ["action"], kinds.actions),
      ...promotion.conditions.map((condition, index) =>
        argumentFaults(condition, ["conditions", index], kinds.conditions))
    ])
    const faults = [
      ...contradictions(promotion),
      ...parts.flat(),
      ...currencyFaults(promotion, sold)
    ]
    if (faults.length > 0) return yield* new InvalidInput({ faults })
  })
