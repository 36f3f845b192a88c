/**
 * Reserving pieces for something that is not an order yet, in a transaction of its own.
 *
 * Calls at the same moment share a transaction, in the order of their arrival, and each gets all of its lines or none. So even for a
 * variant that everybody wants, many calls take a few statements and one commit.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import type { VariantId } from "../catalog/Product.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import * as GroupCommit from "../kernel/GroupCommit.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { ReservationRequest } from "./Allocation.ts"
import type { InsufficientStock } from "./InventoryErrors.ts"
import { InventoryRepository, type VariantStock } from "./InventoryRepository.ts"
import type { ReservationWish } from "./Reservations.ts"
import type { Reservation } from "./Stock.ts"

/** Pieces of a variant. */
export interface HoldLine {
  readonly variantId: VariantId
  readonly quantity: number
}

interface Wanted extends Omit<ReservationWish, "lines"> {
  readonly lines: ReadonlyArray<HoldLine>
  readonly storeId: string
}

/** How many calls share a transaction at most. */
const limit = 64

/** The variants whose stock is taken: for a bundle, those of its parts. */
const requests = (
  { quantity, variantId }: HoldLine,
  stocks: ReadonlyMap<VariantId, VariantStock>
): ReadonlyArray<ReservationRequest> => {
  const stock = stocks.get(variantId)
  if (stock?.parts !== undefined) {
    return stock.parts.flatMap((part) => requests({ variantId: part.variantId, quantity: quantity * part.quantity }, stocks))
  }
  return [stock === undefined
    ? { variantId, quantity, trackStock: true, backorderLimit: 0, levels: [] }
    : { ...stock, quantity }]
}

export const make = Effect.fnUntraced(function*(
  reserveAll: (
    wishes: ReadonlyArray<ReservationWish>
  ) => Effect.Effect<ReadonlyArray<Result.Result<ReadonlyArray<Reservation>, InsufficientStock>>, StorageError>
) {
  const repository = yield* InventoryRepository
  const transactor = yield* Transactor

  const round = Effect.fn("Inventory.holdRound")(function*(wanted: ReadonlyArray<Wanted>) {
    yield* Effect.annotateCurrentSpan("holds", wanted.length)
    const ids = new Set(wanted.flatMap(({ lines }) => lines.map(({ variantId }) => variantId)))
    const stocks = new Map((yield* repository.stock(Array.from(ids))).map((stock) => [stock.variantId, stock]))
    const promises = yield* transactor.transaction(reserveAll(wanted.map((wish) => ({
      reference: wish.reference,
      expiresAt: wish.expiresAt,
      actor: wish.actor,
      lines: wish.lines.flatMap((line) => requests(line, stocks))
    }))))
    return promises.map((promise) => Result.isSuccess(promise) ? Exit.succeed(promise.success) : Exit.fail(promise.failure))
  })

  const submit = GroupCommit.make<Wanted, ReadonlyArray<Reservation>, InsufficientStock | StorageError, never>({
    keyOf: ({ storeId }) => storeId,
    limit,
    run: round,
    goesAlone: transactor.isOpen,
    mayBeOfOne: (error) => error._tag === "StorageError" && error.reason === "rejected"
  })

  return {
    hold: Effect.fn("Inventory.hold")(function*(
      reference: string,
      lines: ReadonlyArray<HoldLine>,
      expiresAt: Timestamp
    ) {
      return yield* submit({
        reference,
        lines,
        expiresAt,
        actor: Actor.describe(yield* Actor.CurrentActor),
        storeId: yield* CurrentStore
      })
    })
  }
})
