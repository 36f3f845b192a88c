/**
 * The operations of `Inventory` that promise stock to orders and keep or end the promise. They belong to checkout and
 * payments, which have checked who is calling, and run in their transactions.
 */
import * as Effect from "effect/Effect"
import type { VariantId } from "../catalog/Product.ts"
import { Events } from "../events/Events.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as Allocation from "./Allocation.ts"
import type { ReservationRequest } from "./Allocation.ts"
import { InsufficientStock } from "./InventoryErrors.ts"
import * as InventoryEvents from "./InventoryEvents.ts"
import { InventoryRepository } from "./InventoryRepository.ts"
import { addUp, type LevelChange } from "./LevelChange.ts"
import type { Location, MovementKind, Reservation, ReservationStatus } from "./Stock.ts"
import { ReservationId } from "./Stock.ts"

/** What pieces that are taken from a level do to it: they are promised, or leave at once. */
const takings = {
  reserve: { status: "held", onHand: 0, reserved: 1 },
  commit: { status: "committed", onHand: -1, reserved: 0 }
} as const satisfies Record<string, {
  readonly status: ReservationStatus
  readonly onHand: number
  readonly reserved: number
}>

/** What a reservation that ends does to its level, for each piece. */
const endings = {
  commit: { from: "held", to: "committed", onHand: -1, reserved: -1 },
  release: { from: "held", to: "released", onHand: 0, reserved: -1 },
  restock: { from: "committed", to: "restocked", onHand: 1, reserved: 0 }
} as const satisfies Record<string, {
  readonly from: ReservationStatus
  readonly to: ReservationStatus
  readonly onHand: number
  readonly reserved: number
}>

/** Reservations are freed that expired so long ago that whoever made them has forgotten them. */
const forgottenAfter = "1 hour"

export const make = Effect.fnUntraced(function*<E>(defaultLocation: Effect.Effect<Location, E>) {
  const repository = yield* InventoryRepository
  const events = yield* Events
  const transactor = yield* Transactor

  const why = Effect.fnUntraced(function*(kind: MovementKind, reference: string, reason: string) {
    return { kind, reason, reference, actor: Actor.describe(yield* Actor.CurrentActor), at: yield* Timestamp.now }
  })

  /** A variant that is nowhere can still be back-ordered, at the location that it would come to. */
  const placed = Effect.fnUntraced(function*(requests: ReadonlyArray<ReservationRequest>) {
    const nowhere = (request: ReservationRequest) =>
      request.trackStock && request.levels.length === 0 && request.backorderLimit > 0
    if (!requests.some(nowhere)) return requests
    const { id } = yield* defaultLocation
    return requests.map((request) =>
      nowhere(request) ? { ...request, levels: [{ locationId: id, onHand: 0, reserved: 0 }] } : request
    )
  })

  const allocate = Effect.fnUntraced(function*(requests: ReadonlyArray<ReservationRequest>) {
    const { allocations, shortages } = Allocation.allocate(yield* placed(requests))
    return shortages.length > 0 ? yield* new InsufficientStock({ lines: shortages }) : allocations
  })

  const take = Effect.fnUntraced(function*(
    taking: keyof typeof takings,
    reference: string,
    requests: ReadonlyArray<ReservationRequest>
  ) {
    const { onHand, reserved } = takings[taking]
    const allocations = yield* allocate(requests)
    const changes = allocations.map(({ locationId, quantity, variantId }): LevelChange => ({
      variantId,
      locationId,
      onHandDelta: onHand * quantity,
      reservedDelta: reserved * quantity
    }))
    const levels = changes.length === 0 ? [] : yield* repository.apply(changes, yield* why(taking, reference, ""))
    yield* events.publish(InventoryEvents.passed(changes, levels))
    return allocations
  })

  const record = Effect.fnUntraced(function*(
    status: ReservationStatus,
    reference: string,
    allocations: ReadonlyArray<Allocation.Allocation>,
    expiresAt: Timestamp.Timestamp
  ) {
    if (allocations.length === 0) return []
    const ids = yield* ReservationId.generateMany(allocations.length)
    const createdAt = yield* Timestamp.now
    const reservations = allocations.map((allocation, index): Reservation => ({
      id: ids[index] as ReservationId,
      reference,
      ...allocation,
      status,
      expiresAt,
      createdAt
    }))
    yield* repository.insertReservations(reservations)
    return reservations
  })

  /** The same wishes with what is there now; a variant that is gone has nothing. */
  const read = Effect.fnUntraced(function*(wanted: ReadonlyMap<VariantId, number>) {
    const found = new Map((yield* repository.stock(Array.from(wanted.keys()))).map((stock) => [stock.variantId, stock]))
    return Array.from(wanted, ([variantId, quantity]): ReservationRequest => {
      const stock = found.get(variantId)
      return stock === undefined
        ? { variantId, quantity, trackStock: true, backorderLimit: 0, levels: [] }
        : { ...stock, quantity }
    })
  })

  const takeNow = Effect.fnUntraced(function*(
    taking: keyof typeof takings,
    reference: string,
    lines: ReadonlyArray<ReservationRequest>,
    expiresAt: Timestamp.Timestamp
  ) {
    const requests = Allocation.addUp(lines)
    const allocations = yield* take(taking, reference, requests).pipe(
      // The levels were read a moment ago. Somebody may have taken from one location what another still has.
      Effect.catchTag("InsufficientStock", () =>
        Effect.flatMap(
          read(new Map(requests.map((request) => [request.variantId, request.quantity]))),
          (fresh) => take(taking, reference, fresh)
        ))
    )
    return yield* record(takings[taking].status, reference, allocations, expiresAt)
  })

  const end = Effect.fnUntraced(function*(ending: keyof typeof endings, reference: string, reason: string) {
    const { from, onHand, reserved, to } = endings[ending]
    const reservations = yield* repository.settleReservations(reference, from, to)
    if (reservations.length === 0) return reservations
    const changes = addUp(reservations.map(({ locationId, quantity, variantId }): LevelChange => ({
      variantId,
      locationId,
      onHandDelta: onHand * quantity,
      reservedDelta: reserved * quantity
    })))
    const levels = yield* repository.settle(changes, yield* why(ending, reference, reason))
    if (levels.length < changes.length) {
      yield* Effect.logWarning("Promised stock is not there any more: its variant was deleted or its level damaged").pipe(
        Effect.annotateLogs({ reference, missing: changes.length - levels.length })
      )
    }
    yield* events.publish(InventoryEvents.passed(changes, levels))
    return reservations
  })

  const release = Effect.fn("Inventory.release")((reference: string, reason: string) =>
    end("release", reference, reason)
  )

  return {
    reserve: Effect.fn("Inventory.reserve")((
      reference: string,
      lines: ReadonlyArray<ReservationRequest>,
      expiresAt: Timestamp.Timestamp
    ) => takeNow("reserve", reference, lines, expiresAt)),

    sell: Effect.fn("Inventory.sell")(function*(reference: string, lines: ReadonlyArray<ReservationRequest>) {
      return yield* takeNow("commit", reference, lines, yield* Timestamp.now)
    }),

    reserveAgain: Effect.fn("Inventory.reserveAgain")(function*(reference: string, expiresAt: Timestamp.Timestamp) {
      const known = yield* repository.reservations(reference)
      const held = known.filter(({ status }) => status === "held")
      if (held.length > 0) {
        yield* repository.extendReservations(reference, expiresAt)
        return Array.from(held, (reservation): Reservation => ({ ...reservation, expiresAt }))
      }
      const wanted = new Map<VariantId, number>()
      for (const { quantity, status, variantId } of known) {
        if (status === "released") wanted.set(variantId, (wanted.get(variantId) ?? 0) + quantity)
      }
      if (wanted.size === 0) return []
      const allocations = yield* take("reserve", reference, yield* read(wanted))
      yield* repository.deleteReleased(reference)
      return yield* record("held", reference, allocations, expiresAt)
    }),

    commit: Effect.fn("Inventory.commit")((reference: string) => end("commit", reference, "")),

    release,

    restock: Effect.fn("Inventory.restock")((reference: string, reason: string) =>
      Effect.asVoid(end("restock", reference, reason))
    ),

    extend: Effect.fn("Inventory.extend")(repository.extendReservations),

    releaseForgotten: Effect.gen(function*() {
      const before = Timestamp.minus(yield* Timestamp.now, forgottenAfter)
      const references = yield* repository.expiredReferences(before, 100)
      for (const reference of references) {
        yield* transactor.transaction(release(reference, "expired"))
      }
      return references.length
    })
  }
})
