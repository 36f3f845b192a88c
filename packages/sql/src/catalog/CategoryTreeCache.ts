/**
 * The trees of categories that were read last, each with the number of changes that it has seen.
 *
 * **Details**
 *
 * A tree is asked for with every page of a shop, changes some times a day, and takes a process milliseconds to read and
 * put in order: 2,000 categories take some 9 on Postgres, and to find out whether they have changed takes 0.15. The number
 * is counted up by a trigger, in the transaction of the change. So the next read sees a change, whoever has made it,
 * and no process has to be told.
 */
import type { Category } from "@stoa/core/catalog/Category"
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

interface KnownTree {
  readonly version: number
  readonly tree: ReadonlyArray<Category>
}

/** Trees of so many stores are kept; the oldest make room. */
const maximumTrees = 100

/**
 * Makes a cache around what reads a tree together with its version. Inside a transaction it is passed by: what that has
 * written is its own.
 */
export const make = <E>(
  sql: SqlClient,
  read: (storeId: string) => Effect.Effect<KnownTree, E>
): (storeId: string) => Effect.Effect<ReadonlyArray<Category>, E | SqlError> => {
  const trees = new Map<string, KnownTree>()

  const readAndKeep = (storeId: string) =>
    Effect.map(read(storeId), (known) => {
      trees.delete(storeId)
      for (const oldest of trees.keys()) {
        if (trees.size < maximumTrees) break
        trees.delete(oldest)
      }
      trees.set(storeId, known)
      return known.tree
    })

  return Effect.fnUntraced(function*(storeId) {
    const transaction = yield* Effect.serviceOption(sql.transactionService)
    if (transaction._tag === "Some") return (yield* read(storeId)).tree
    const known = trees.get(storeId)
    if (known === undefined) return yield* readAndKeep(storeId)
    const [row] = yield* sql<{ readonly version: number }>`
      SELECT version FROM category_trees WHERE store_id = ${storeId}`
    return Number(row?.version ?? 0) === known.version ? known.tree : yield* readAndKeep(storeId)
  })
}
