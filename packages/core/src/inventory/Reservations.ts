/**
 * The operations of `Inventory` that promise stock to orders and keep or end the promise. They belong to checkout and
 * payments, which have checked who is calling, and run in their transactions.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { VariantId } from "../catalog/Product.ts"
import { Events } from "../events/Events.ts"
import * as Actor from "../kernel/Actor.ts"
import { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as Traced from "../kernel/Traced.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as Allocation from "./Allocation.ts"
import type { ReservationRequest } from "./Allocation.ts"
import { InsufficientStock } from "./InventoryErrors.ts"
import * as InventoryEvents from "./InventoryEvents.ts"
import { InventoryRepository } from "./InventoryRepository.ts"
import { addUp, because, type ChangeReason, type LevelChange } from "./LevelChange.ts"
import type { Location, Reservation, ReservationStatus } from "./Stock.ts"
import { ReservationId } from "./Stock.ts"

/** How each end of a reservation changes its level, for each piece. */
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

/** What is to be reserved for one reference: all of its lines or none. */
export interface ReservationWish {
  readonly reference: string
  readonly lines: ReadonlyArray<ReservationRequest>
  readonly expiresAt: Timestamp.Timestamp
  /** Who wants it, for the ledger: see `Actor.describe`. */
  readonly actor: string
  /** The pieces leave at once, because nothing has to be paid for them. */
  readonly sold?: boolean
}

/** Reservations as they were read; those that are held are committed. `actor` goes into the ledger (see `Actor.describe`). */
export interface ReservationCommit {
  readonly reservations: ReadonlyArray<Reservation>
  readonly actor: string
}

/** A reservation that ends, with the reason that goes into the ledger. */
interface Ended extends Pick<ChangeReason, "actor" | "reason"> {
  readonly reservation: Reservation
}

/** A wish, with where its pieces are taken from. */
interface Promised {
  readonly wish: ReservationWish
  readonly allocations: ReadonlyArray<Allocation.Allocation>
}

/** Some pieces of a reservation. */
interface ReservationPart {
  readonly reservation: Reservation
  readonly quantity: number
}

const piecesOf = ({ quantity, reservation }: ReservationPart): Reservation => ({ ...reservation, quantity })

/** Finds reservations with a status that have the `missing` pieces of each variant. What it finds is subtracted from `missing`. */
const partsOf = (
  reservations: ReadonlyArray<Reservation>,
  status: ReservationStatus,
  missing: Map<VariantId, number>
): ReadonlyArray<ReservationPart> =>
  reservations.flatMap((reservation) => {
    const wanted = missing.get(reservation.variantId) ?? 0
    const quantity = Math.min(reservation.quantity, wanted)
    if (reservation.status !== status || quantity === 0) return []
    missing.set(reservation.variantId, wanted - quantity)
    return [{ reservation, quantity }]
  })

/** How long after its end a reservation counts as forgotten by whoever made it. */
const forgottenAfter = "1 hour"

export const make = Effect.fnUntraced(function*<E>(defaultLocation: Effect.Effect<Location, E>) {
  const repository = yield* InventoryRepository
  const events = yield* Events
  const transactor = yield* Transactor

  /** A variant without any level can still be back-ordered: at the default location. */
  const placed = Effect.fnUntraced(function*(requests: ReadonlyArray<ReservationRequest>) {
    const nowhere = (request: ReservationRequest) =>
      request.trackStock && request.levels.length === 0 && request.backorderLimit > 0
    if (!requests.some(nowhere)) return requests
    const { id } = yield* defaultLocation
    return requests.map((request) =>
      nowhere(request) ? { ...request, levels: [{ locationId: id, onHand: 0, reserved: 0 }] } : request
    )
  })

  const describe = Effect.map(Actor.CurrentActor, Actor.describe)

  /** Takes the pieces of all promises in one statement; `false` if the levels do not have them any more. */
  const take = Effect.fnUntraced(function*(promises: ReadonlyArray<Promised>) {
    const at = yield* Timestamp.now
    const movements = promises.flatMap(({ allocations, wish }) =>
      because(
        allocations.map(({ locationId, quantity, variantId }) => ({
          variantId,
          locationId,
          ...(wish.sold === true
            ? { onHandDelta: -quantity, reservedDelta: 0 }
            : { onHandDelta: 0, reservedDelta: quantity })
        })),
        { kind: wish.sold === true ? "commit" : "reserve", reason: "", reference: wish.reference, actor: wish.actor, at }
      )
    )
    if (movements.length === 0) return true
    const levels = yield* repository.apply(movements).pipe(
      Effect.catchTag("InsufficientStock", () => Effect.undefined)
    )
    if (levels === undefined) return false
    yield* events.publish(InventoryEvents.passed(addUp(movements), levels))
    return true
  })

  const record = Effect.fnUntraced(function*(promises: ReadonlyArray<Promised>) {
    const pieces = promises.flatMap(({ allocations, wish }) =>
      allocations.map(({ locationId, quantity, variantId }) => ({ locationId, quantity, variantId, wish }))
    )
    if (pieces.length === 0) return []
    const ids = yield* ReservationId.generateMany(pieces.length)
    const createdAt = yield* Timestamp.now
    const reservations = pieces.map(({ locationId, quantity, variantId, wish }, index): Reservation => ({
      id: ids[index] as ReservationId,
      reference: wish.reference,
      variantId,
      locationId,
      quantity,
      status: wish.sold === true ? "committed" : "held",
      expiresAt: wish.expiresAt,
      createdAt
    }))
    yield* repository.insertReservations(reservations)
    return reservations
  })

  /** The wishes with the levels as they are now. A variant that was deleted has none. */
  const read = Effect.fnUntraced(function*(wanted: ReadonlyMap<VariantId, number>) {
    const found = new Map((yield* repository.stock(Array.from(wanted.keys()))).map((stock) => [stock.variantId, stock]))
    return Array.from(wanted, ([variantId, quantity]): ReservationRequest => {
      const stock = found.get(variantId)
      return stock === undefined
        ? { variantId, quantity, trackStock: true, backorderLimit: 0, levels: [] }
        : { ...stock, quantity }
    })
  })

  /** Where the pieces of each wish are taken from, earlier wishes first: from the levels that were read, or from those of now. */
  const allocate = (wishes: ReadonlyArray<ReservationWish>, requests: ReadonlyArray<ReadonlyArray<ReservationRequest>>) =>
    Allocation.allocateInTurn(requests).map(({ allocations, shortages }, index) => ({
      wish: wishes[index] as ReservationWish,
      allocations: shortages.length > 0 ? [] : allocations,
      shortages
    }))

  const reserveAll = Traced.fn("Inventory.reserveAll")(function*(wishes: ReadonlyArray<ReservationWish>) {
    const requests = yield* Effect.forEach(wishes, ({ lines }) => placed(Allocation.addUp(lines)))
    let promises = allocate(wishes, requests)
    const isShort = promises.some(({ shortages }) => shortages.length > 0)
    if (isShort || !(yield* take(promises))) {
      // The levels were read a moment ago. Somebody may have taken from one location what another still has.
      const wanted = new Map(requests.flat().map(({ quantity, variantId }) => [variantId, quantity]))
      const fresh = new Map((yield* read(wanted)).map((request) => [request.variantId, request]))
      const again = yield* Effect.forEach(requests, (own) =>
        placed(own.map((request) => ({ ...request, ...fresh.get(request.variantId), quantity: request.quantity }))))
      promises = allocate(wishes, again)
      if (!(yield* take(promises))) {
        return yield* new StorageError({ operation: "Inventory.reserveAll", reason: "conflict" })
      }
    }
    const reservations = yield* record(promises)
    return promises.map(({ shortages, wish }): Result.Result<ReadonlyArray<Reservation>, InsufficientStock> =>
      shortages.length > 0
        ? Result.fail(new InsufficientStock({ lines: shortages }))
        : Result.succeed(reservations.filter(({ reference }) => reference === wish.reference))
    )
  })

  const reserveBeside = Traced.fn("Inventory.reserveBeside")(
    function*<A, E, R>(wishes: ReadonlyArray<ReservationWish>, beside: Effect.Effect<A, E, R>) {
      const promises = allocate(wishes, wishes.map(({ lines }) => Allocation.addUp(lines)))
      if (promises.some(({ shortages }) => shortages.length > 0)) return undefined
      const [isTaken, answer] = yield* Effect.all([take(promises), beside], { concurrency: 2 })
      if (!isTaken) return undefined
      yield* record(promises)
      return answer
    }
  )

  const reserve = Effect.fnUntraced(function*(
    reference: string,
    lines: ReadonlyArray<ReservationRequest>,
    expiresAt: Timestamp.Timestamp
  ) {
    const [promise] = yield* reserveAll([{ reference, lines, expiresAt, actor: yield* describe }])
    return promise === undefined ? [] : yield* Effect.fromResult(promise)
  })

  const end = Effect.fnUntraced(function*(ending: keyof typeof endings, reference: string, reason: string) {
    const { from, to } = endings[ending]
    const reservations = yield* repository.settleReservations([reference], from, to)
    yield* settle(ending, yield* endedFor(reservations, reason))
    return reservations
  })

  const endedFor = (reservations: ReadonlyArray<Reservation>, reason: string) =>
    Effect.map(describe, (actor) => reservations.map((reservation): Ended => ({ reservation, actor, reason })))

  /** The changes of levels when reservations end, as they go into the ledger. */
  const movementsOf = Effect.fnUntraced(function*(ending: keyof typeof endings, all: ReadonlyArray<Ended>) {
    const { onHand, reserved } = endings[ending]
    const at = yield* Timestamp.now
    const references = Map.groupBy(all, ({ reservation }) => reservation.reference)
    return Array.from(references, ([reference, [first, ...others]]) => {
      const { actor, reason } = first as Ended
      const changes = [first as Ended, ...others].map(({ reservation: { locationId, quantity, variantId } }): LevelChange => ({
        variantId,
        locationId,
        onHandDelta: onHand * quantity,
        reservedDelta: reserved * quantity
      }))
      return because(addUp(changes), { kind: ending, reason, reference, actor, at })
    }).flat()
  })

  /** Changes the levels of reservations that have ended. */
  const settle = Effect.fnUntraced(function*(ending: keyof typeof endings, all: ReadonlyArray<Ended>) {
    if (all.length === 0) return
    const movements = yield* movementsOf(ending, all)
    const changes = addUp(movements)
    const levels = yield* repository.settle(movements)
    if (levels.length < changes.length) {
      yield* Effect.logWarning("Promised stock is not there any more: its variant was deleted or its level damaged").pipe(
        Effect.annotateLogs({ reference: movements[0]?.reference, missing: changes.length - levels.length })
      )
    }
    yield* events.publish(InventoryEvents.passed(changes, levels))
  })

  /** Puts committed pieces back that were not sent after all. */
  const restock = Effect.fnUntraced(function*(parts: ReadonlyArray<ReservationPart>, reason: string) {
    if (parts.length === 0) return
    const ids = yield* ReservationId.generateMany(parts.length)
    yield* repository.restockReservations(
      parts.map(({ quantity, reservation: { id } }, index) => ({ id, quantity, rest: ids[index] as ReservationId }))
    )
    yield* settle("restock", yield* endedFor(parts.map(piecesOf), reason))
  })

  const release = Traced.fn("Inventory.release")((reference: string, reason: string) =>
    end("release", reference, reason)
  )

  return {
    reserveAll,
    reserveBeside,

    reserve: Traced.fn("Inventory.reserve")(reserve),

    reserveAgain: Traced.fn("Inventory.reserveAgain")(function*(reference: string, expiresAt: Timestamp.Timestamp) {
      const known = yield* repository.reservations([reference])
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
      const reservations = yield* reserve(reference, yield* read(wanted), expiresAt)
      yield* repository.deleteReleased(reference)
      return reservations
    }),

    commit: Traced.fn("Inventory.commit")((reference: string) => end("commit", reference, "")),

    promises: Traced.fn("Inventory.promises")(repository.reservations),

    commitAll: Traced.fn("Inventory.commitAll")(function*(commits: ReadonlyArray<ReservationCommit>) {
      const { from, to } = endings.commit
      const ended = commits.flatMap(({ actor, reservations }) =>
        reservations.filter(({ status }) => status === from).map((reservation): Ended => ({ reservation, actor, reason: "" })))
      if (ended.length === 0) return
      // what is available stays as it is, so no level passes a threshold, and the answers say nothing that is waited for
      yield* repository.settleAllReservations(ended.map(({ reservation }) => reservation), from, to)
      yield* repository.settleAll(yield* movementsOf("commit", ended))
    }),

    release,

    restock: Traced.fn("Inventory.restock")((reference: string, reason: string) =>
      Effect.asVoid(end("restock", reference, reason))
    ),

    restockPart: Traced.fn("Inventory.restockPart")(function*(
      reference: string,
      pieces: ReadonlyMap<VariantId, number>,
      reason: string
    ) {
      yield* restock(partsOf(yield* repository.reservations([reference]), "committed", new Map(pieces)), reason)
    }),

    takeBack: Traced.fn("Inventory.takeBack")(function*(
      reference: string,
      pieces: ReadonlyMap<VariantId, number>,
      reason: string
    ) {
      const missing = new Map(pieces)
      const reservations = yield* repository.reservations([reference])
      const held = partsOf(reservations, "held", missing)
      if (held.length > 0) {
        yield* repository.shrinkReservations(held.map(({ quantity, reservation: { id } }) => ({ id, quantity })))
        yield* settle("release", yield* endedFor(held.map(piecesOf), reason))
      }
      yield* restock(partsOf(reservations, "committed", missing), reason)
    }),

    extend: Traced.fn("Inventory.extend")(repository.extendReservations),

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
