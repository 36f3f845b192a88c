/**
 * Decides which locations give how many pieces. A pure function of what is wanted and of the levels.
 *
 * If one location has everything, it is preferred, so that the order is one parcel. Otherwise pieces are taken by the priority of the
 * locations, and what is still missing is back-ordered at the first of them.
 */
import type { VariantId } from "../catalog/Product.ts"
import { keyOf } from "./LevelChange.ts"
import type { LocationId } from "./Stock.ts"
import { available } from "./Stock.ts"

/** A stock level, as far as allocation needs it. */
export interface Level {
  readonly locationId: LocationId
  readonly onHand: number
  readonly reserved: number
}

/** How many pieces of a variant to reserve, with its levels as they were read. */
export interface ReservationRequest {
  readonly variantId: VariantId
  readonly quantity: number
  /** Whether the stock of this variant is counted. If not, nothing is reserved. */
  readonly trackStock: boolean
  readonly backorderLimit: number
  /** At open locations, in the order of their priority. */
  readonly levels: ReadonlyArray<Level>
}

/** Pieces of a variant to take from a location. */
export interface Allocation {
  readonly variantId: VariantId
  readonly locationId: LocationId
  readonly quantity: number
}

/** A variant of which there is not enough. */
export interface Shortage {
  readonly variantId: VariantId
  readonly requested: number
  readonly available: number
}

/** How many pieces can be sold now: what is available at all locations, and what may be back-ordered at the first. */
export const obtainable = (levels: ReadonlyArray<Omit<Level, "locationId">>, backorderLimit: number): number => {
  let pieces = levels.length === 0 ? backorderLimit : 0
  levels.forEach((level, index) => {
    pieces += Math.max(0, available(level) + (index === 0 ? backorderLimit : 0))
  })
  return pieces
}

/** Adds up the lines of each variant whose stock is counted: one request for each. */
export const addUp = (requests: ReadonlyArray<ReservationRequest>): ReadonlyArray<ReservationRequest> => {
  const byVariant = new Map<VariantId, ReservationRequest>()
  for (const request of requests) {
    if (!request.trackStock) continue
    const before = byVariant.get(request.variantId)
    byVariant.set(request.variantId, {
      ...request,
      quantity: request.quantity + (before === undefined ? 0 : before.quantity)
    })
  }
  return Array.from(byVariant.values())
}

/** Takes the requested pieces from the levels, or says which variants are short. Nothing is taken of a variant that is short. */
export const allocate = (requests: ReadonlyArray<ReservationRequest>): {
  readonly allocations: ReadonlyArray<Allocation>
  readonly shortages: ReadonlyArray<Shortage>
} => {
  const allocations: Array<Allocation> = []
  const shortages: Array<Shortage> = []
  for (const request of addUp(requests)) {
    const first = request.levels[0]
    const pieces = obtainable(request.levels, request.backorderLimit)
    if (first === undefined || pieces < request.quantity) {
      shortages.push({
        variantId: request.variantId,
        requested: request.quantity,
        available: first === undefined ? 0 : pieces
      })
      continue
    }
    const whole = request.levels.find((level) => available(level) >= request.quantity)
    if (whole === undefined) allocations.push(...split(request, first))
    else allocations.push({ variantId: request.variantId, locationId: whole.locationId, quantity: request.quantity })
  }
  return { allocations, shortages }
}

/**
 * Allocates for several wishes, one after the other: what an earlier one takes is missing for the later ones, and a wish that is short
 * takes nothing. If two wishes have read the levels of a variant at different times, the later reading counts.
 */
export const allocateInTurn = (wishes: ReadonlyArray<ReadonlyArray<ReservationRequest>>): ReadonlyArray<{
  readonly allocations: ReadonlyArray<Allocation>
  readonly shortages: ReadonlyArray<Shortage>
}> => {
  const read = new Map<VariantId, ReadonlyArray<Level>>()
  for (const { levels, variantId } of wishes.flat()) read.set(variantId, levels)
  const taken = new Map<string, number>()
  return wishes.map((requests) => {
    const outcome = allocate(requests.map((request): ReservationRequest => ({
      ...request,
      levels: (read.get(request.variantId) ?? []).map(({ locationId, onHand, reserved }) => ({
        locationId,
        onHand,
        reserved: reserved + (taken.get(keyOf({ locationId, variantId: request.variantId })) ?? 0)
      }))
    })))
    if (outcome.shortages.length === 0) {
      for (const allocation of outcome.allocations) {
        taken.set(keyOf(allocation), (taken.get(keyOf(allocation)) ?? 0) + allocation.quantity)
      }
    }
    return outcome
  })
}

const split = ({ levels, quantity, variantId }: ReservationRequest, first: Level): ReadonlyArray<Allocation> => {
  const taken = new Map<LocationId, number>()
  let missing = quantity
  for (const level of levels) {
    const pieces = Math.min(missing, Math.max(0, available(level)))
    if (pieces > 0) taken.set(level.locationId, pieces)
    missing -= pieces
  }
  if (missing > 0) taken.set(first.locationId, (taken.get(first.locationId) ?? 0) + missing)
  return Array.from(taken, ([locationId, pieces]) => ({ variantId, locationId, quantity: pieces }))
}
