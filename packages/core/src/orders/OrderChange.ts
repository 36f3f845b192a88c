/**
 * Changing an order: read it, decide, write it, and start over if somebody else has written it in between.
 */
import * as Effect from "effect/Effect"
import { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { OrderRepository, StoredOrder } from "./OrderRepository.ts"
import { OrderNotFound } from "./OrdersErrors.ts"

/** What of an order changes. */
export type OrderPatch = Partial<
  Pick<StoredOrder, "status" | "paymentStatus" | "fulfilmentStatus" | "paid" | "refunded" | "open" | "reservedUntil" | "holds">
> & {
  /** `null` ends it, as a new status does. */
  readonly state?: string | null
}

/** An order before and after; the same twice if there was nothing to change. */
export interface Changed {
  readonly before: StoredOrder
  readonly after: StoredOrder
}

const attempts = 5

/** An order by its id, or as it was read a moment ago, which is good enough to try with: its version tells. */
export type OrderRef = string | StoredOrder

/** The next version of an order. */
export const changed = (before: StoredOrder, patch: OrderPatch, at: Timestamp.Timestamp): StoredOrder => {
  const { state: was, ...others } = before
  const { state: becomes, ...changes } = patch
  // a state that refines a status ends with it
  const stays = changes.status === undefined || changes.status === before.status ? was : undefined
  const state = becomes === undefined ? stays : becomes ?? undefined
  return {
    ...others,
    ...changes,
    version: before.version + 1,
    updatedAt: at,
    ...(state === undefined ? {} : { state })
  }
}

/**
 * Applies what `decide` says to the newest version of an order. Stock and events come after it: once the order is
 * written, nobody else can write it until the transaction ends.
 */
export const make = (repository: OrderRepository["Service"]) =>
  Effect.fnUntraced(function*<E = never>(
    ref: OrderRef,
    decide: (order: StoredOrder) => OrderPatch | undefined | Effect.Effect<OrderPatch | undefined, E>
  ): Effect.fn.Return<Changed, E | OrderNotFound | StorageError> {
    const id = typeof ref === "string" ? ref : ref.id
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const before = typeof ref !== "string" && attempt === 1 ? ref : yield* repository.find(id)
      if (before === undefined) return yield* new OrderNotFound({ order: id })
      const decision = decide(before)
      const patch = Effect.isEffect(decision) ? yield* decision : decision
      if (patch === undefined) return { before, after: before }
      const after = changed(before, patch, yield* Timestamp.now)
      const written = yield* Effect.as(repository.update(after), true).pipe(
        Effect.catchTag("VersionConflict", () => Effect.succeed(false))
      )
      if (written) return { before, after }
    }
    // the whole transaction is tried again
    return yield* new StorageError({ operation: "Orders.change", reason: "conflict" })
  })

/** An order that nobody else writes until the transaction ends. */
export const hold = (repository: OrderRepository["Service"]) => {
  const change = make(repository)
  return (id: string): Effect.Effect<StoredOrder, OrderNotFound | StorageError> =>
    Effect.map(change(id, () => ({})), ({ after }) => after)
}
