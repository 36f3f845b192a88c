/**
 * Finding and changing a return or a claim: who may see its order may see it, and who changes it holds its order, so that of two who
 * decide at once the second sees what the first has decided.
 */
import * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import * as OrderAccess from "../orders/OrderAccess.ts"
import * as OrderChange from "../orders/OrderChange.ts"
import { OrderRepository, type StoredOrder } from "../orders/OrderRepository.ts"

/** What belongs to an order and is decided on. */
export interface OrderCase {
  readonly orderId: string
  readonly version: number
}

/** A case with its order. */
export interface WithOrder<Case> {
  readonly found: Case
  readonly order: StoredOrder
}

export const make = Effect.fnUntraced(function*<Case extends OrderCase, NotFound>(
  repository: { readonly find: (id: string) => Effect.Effect<Case | undefined, StorageError> },
  notFound: (id: string) => NotFound
) {
  const transactor = yield* Transactor
  const orders = yield* OrderRepository
  const visible = OrderAccess.visible(orders)
  const hold = OrderChange.hold(orders)

  const find = (id: string): Effect.Effect<Case, NotFound | StorageError> =>
    Effect.flatMap(repository.find(id), (found) => found === undefined ? Effect.fail(notFound(id)) : Effect.succeed(found))

  return {
    find,

    /** A case of an order that the caller may see; who may not learns nothing of it. */
    mine: (id: string): Effect.Effect<WithOrder<Case>, NotFound | StorageError> =>
      Effect.gen(function*() {
        const found = yield* repository.find(id)
        // looked for in any case, so that no clock tells what is another's from what there is not
        const order = yield* visible(found?.orderId ?? id).pipe(Effect.catchTag("OrderNotFound", () => Effect.undefined))
        return found === undefined || order === undefined ? yield* Effect.fail(notFound(id)) : { found, order }
      }),

    /** Decides on the newest version of a case, in one transaction, while nobody else writes its order. */
    changing: <A, E, R>(
      id: string,
      version: number | undefined,
      decide: (before: Case, order: StoredOrder) => Effect.Effect<A, E, R>
    ) =>
      transactor.transaction(Effect.gen(function*() {
        const order = yield* Effect.catchTag(hold((yield* find(id)).orderId), "OrderNotFound", () => Effect.fail(notFound(id)))
        const before = yield* find(id)
        if (version !== undefined && version !== before.version) return yield* new VersionConflict({ id, expected: version })
        return yield* decide(before, order)
      }))
  }
})
