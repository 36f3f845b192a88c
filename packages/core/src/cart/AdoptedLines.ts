/**
 * What a guest has set aside, once it is a customer's. Pure.
 */
import { isSame } from "../catalog/Gift.ts"
import { type KeptLine, maximumSaved } from "./SavedLine.ts"

type Lines = ReadonlyArray<KeptLine>

export interface Adopted {
  /** Lines of the customer's that the guest had more of, as they are from now on. */
  readonly joined: Lines
  /** Lines of the guest's that are the customer's from now on. */
  readonly taken: Lines
}

/** Whether lines are of the same variant and, of gift cards, for the same person. */
export const isAlike = (one: Pick<KeptLine, "variantId" | "gift">, other: Pick<KeptLine, "variantId" | "gift">): boolean =>
  one.variantId === other.variantId && isSame(one.gift ?? {}, other.gift ?? {})

/** More of the same is joined; of what is new to the customer, the newest is taken as far as there is room. The rest is neither. */
export const adopted = (own: Lines, brought: Lines): Adopted => {
  const joined: Array<KeptLine> = []
  const taken: Array<KeptLine> = []
  for (const line of brought) {
    const there = own.find((one) => isAlike(one, line))
    if (there !== undefined) {
      const savedAt = line.savedAt > there.savedAt ? line.savedAt : there.savedAt
      joined.push({ ...there, quantity: there.quantity + line.quantity, savedAt })
    } else if (own.length + taken.length < maximumSaved) taken.push(line)
  }
  return { joined, taken }
}
