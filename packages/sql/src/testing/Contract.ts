/**
 * What every storage adapter's SQL client must do, as cases for any test runner.
 *
 * **Example**
 *
 * ```ts
 * for (const { name, test } of MigrationsContract.cases) {
 *   it.effect(name, () => Effect.provide(test, SqliteClient.layer({ filename: ":memory:" })))
 * }
 * ```
 */
import type * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"

/** One thing to hold. It needs an empty database of its own, and throws when it does not hold. */
export interface Case {
  readonly name: string
  readonly test: Effect.Effect<void, unknown, SqlClient>
}
