/**
 * By what buyers want their goods sent: one method for all of them, or one for each part that ships apart.
 */
import * as Effect from "effect/Effect"
import { InvalidInput } from "../kernel/Input.ts"
import type { ShippingMethodId } from "../shipping/ShippingMethod.ts"
import type { Plan, ShippingChoice } from "../shipping/ShippingParts.ts"
import { ShippingMethodUnavailable } from "./CartErrors.ts"

/** What is chosen, as a cart keeps it. */
interface Kept {
  readonly shippingMethodId: ShippingMethodId | null
  readonly shippingChoices: ReadonlyArray<ShippingChoice>
}

/** What somebody says. What is left out is not said. */
export interface Said {
  readonly shippingMethodId?: ShippingMethodId | null
  readonly shippingChoices?: ReadonlyArray<ShippingChoice>
}

/** Nothing is chosen. */
export const none: Kept = { shippingMethodId: null, shippingChoices: [] }

/** What is chosen after somebody has said something: for all goods, or for parts of them, whatever was said before. */
export const after = ({ shippingChoices, shippingMethodId }: Kept, said: Said): Kept => {
  if (said.shippingChoices !== undefined) return { shippingMethodId: null, shippingChoices: said.shippingChoices }
  return said.shippingMethodId === undefined
    ? { shippingMethodId, shippingChoices }
    : { shippingMethodId: said.shippingMethodId, shippingChoices: [] }
}

/** Refuses choices for parts that there are not, and methods that do not take theirs. */
export const requireOffered = Effect.fnUntraced(function*(
  { shippingChoices = [], shippingMethodId = null }: Said,
  { groups }: Pick<Plan, "groups">
) {
  if (shippingMethodId !== null && shippingChoices.length > 0) {
    return yield* InvalidInput.at(["shippingChoices"], "are instead of shippingMethodId", "contradiction")
  }
  for (const [index, choice] of shippingChoices.entries()) {
    const group = groups.find(({ id }) => id === choice.part)
    if (group === undefined) {
      const there = groups.map(({ id }) => id).join(", ")
      return yield* InvalidInput.at(["shippingChoices", index, "part"], `is no part of this cart: ${there || "nothing is sent"}`, "unknown")
    }
    if (!group.quotes.some(({ method }) => method.id === choice.shippingMethodId)) {
      return yield* new ShippingMethodUnavailable({ shippingMethodId: choice.shippingMethodId })
    }
  }
})
