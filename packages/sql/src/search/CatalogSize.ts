/**
 * About how many products stores have, which a process remembers for some minutes: it decides how a search is answered, never what it finds.
 */
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import type { Constructor } from "effect/sql/Statement"

/** More than these are not counted. */
const most = 100_000

const rememberedMillis = 600_000

/** Sizes of so many stores are kept; the oldest make room. */
const maximumKept = 1_000

/** Asks with one statement each time that nothing is remembered. */
export const make = (sql: Constructor): (storeId: StoreId) => Effect.Effect<number, SqlError> => {
  const kept = new Map<StoreId, { readonly size: number; readonly until: number }>()
  return Effect.fnUntraced(function*(storeId) {
    const now = yield* Clock.currentTimeMillis
    const known = kept.get(storeId)
    if (known !== undefined && known.until > now) return known.size
    const [row] = yield* sql<{ readonly size: number }>`
      SELECT count(*) AS size FROM (SELECT 1 FROM products WHERE store_id = ${storeId} LIMIT ${sql.literal(String(most))}) AS counted`
    const size = Number(row?.size ?? 0)
    kept.delete(storeId)
    for (const oldest of kept.keys()) {
      if (kept.size < maximumKept) break
      kept.delete(oldest)
    }
    kept.set(storeId, { size, until: now + rememberedMillis })
    return size
  })
}
