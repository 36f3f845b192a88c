/**
 * Reading carts of guests that are asked for in the same moment.
 *
 * **Details**
 *
 * To make the statement that reads a cart ready costs PostgreSQL more than to run it. There, who comes while one is under way goes
 * into the next: each cart is read after it was asked for, as if everybody had read alone. To read waits for no row that
 * somebody else changes, so nobody is held up by the cart of another.
 */
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as GroupCommit from "@stoa/core/kernel/GroupCommit"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

/** A cart, and what its lines may have next. */
interface Wanted {
  readonly storeId: StoreId
  readonly tokenHash: string
  readonly variantIds: ReadonlyArray<string>
}

/** The texts of a statement that reads a cart by the hash of its token. */
export interface Texts {
  /** Its parameters are the store and the hash. */
  readonly own: () => string
  /** Its parameters are a JSON array of further variants, the store and the hash. */
  readonly withExtra: () => string
  /** Of many: its parameters are a JSON object of further variants by the hashes, the store, and the object again. */
  readonly many: (() => string) | undefined
}

/** How many carts a statement reads at most. */
const atOnce = 50

/** Reads carts, each by itself where there is no text for many. */
export const make = <Row extends { readonly token_hash: string }>(sql: SqlClient.SqlClient, { many, own, withExtra }: Texts) => {
  const alone = ({ storeId, tokenHash, variantIds }: Wanted): Effect.Effect<ReadonlyArray<Row>, SqlError> =>
    variantIds.length === 0
      ? sql.unsafe<Row>(own(), [storeId, tokenHash])
      : sql.unsafe<Row>(withExtra(), [JSON.stringify(variantIds), storeId, tokenHash])
  if (many === undefined) return alone
  return GroupCommit.make<Wanted, ReadonlyArray<Row>, SqlError, never>({
    keyOf: ({ storeId }) => storeId,
    limit: atOnce,
    run: (wanted) => {
      const [first] = wanted
      if (first === undefined) return Effect.succeed([])
      if (wanted.length === 1) return Effect.map(alone(first), (rows) => [Exit.succeed(rows)])
      const extra = new Map<string, Array<string>>()
      for (const { tokenHash, variantIds } of wanted) extra.set(tokenHash, [...(extra.get(tokenHash) ?? []), ...variantIds])
      // as an object it would have a shape of its own each time, which V8 makes at some cost and keeps
      const json = `{${Array.from(extra, ([hash, ids]) => `${JSON.stringify(hash)}:${JSON.stringify(ids)}`).join(",")}}`
      return Effect.map(
        sql.unsafe<Row>(many(), [json, first.storeId, json]),
        (rows) => wanted.map(({ tokenHash }) => Exit.succeed(rows.filter((row) => row.token_hash === tokenHash)))
      )
    },
    mayBeOfOne: () => false,
    // a transaction sees what others do not
    goesAlone: Effect.map(Effect.serviceOption(sql.transactionService), ({ _tag }) => _tag === "Some")
  })
}
