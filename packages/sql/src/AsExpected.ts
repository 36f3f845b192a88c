/**
 * Statements of which nobody waits to hear whether they have done what was expected of them: where one has not, the transaction fails.
 */
import { StorageError } from "@stoa/core/kernel/StorageError"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import type { Constructor, Fragment } from "effect/sql/Statement"
import { sentAhead } from "./Storage.ts"

/**
 * Changes rows in PostgreSQL, in a `WITH` whose last part has the name `rows`, and holds `condition` against them. The statement goes with
 * the next one of the transaction, and one that is not as expected fails it, at the latest its `COMMIT`, as `changed`.
 */
export const asExpected = (
  sql: Constructor,
  change: Fragment,
  rows: Fragment,
  condition: Fragment
): Effect.Effect<void, SqlError> => sentAhead(sql`${change} SELECT stoa_expect(${condition}) FROM ${rows}`)

/** The same for an answer that is there. */
export const expected = (operation: string, isSo: boolean): Effect.Effect<void, StorageError> =>
  isSo ? Effect.void : Effect.fail(new StorageError({ operation, reason: "changed" }))
