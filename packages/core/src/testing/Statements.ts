/**
 * What a suite asks of a storage that speaks in statements: to count them, and to let the process die at one of them.
 * `StatementProbe` of `@stoa/sql/testing` is one.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { StoragePorts } from "../engine/Storage.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Where the process dies. */
export interface Fault {
  /** At which statement, counted from 1. */
  readonly at: number
  /** `before` it runs, or `after` it ran, with its answer lost on the way. */
  readonly moment: "before" | "after"
}

export class Statements extends Context.Service<Statements, {
  /** Runs an effect and answers with the statements that it sent, `BEGIN` and `COMMIT` among them. */
  readonly record: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<
    readonly [value: A, statements: ReadonlyArray<string>],
    E,
    R
  >
  /** Runs an effect and dies, with a defect, at one of its statements. Everything that it sends later dies, too. */
  readonly kill: <A, E, R>(effect: Effect.Effect<A, E, R>, fault: Fault) => Effect.Effect<A, E, R>
}>()("@stoa/core/testing/Statements") {}

/** A storage adapter under test whose statements can be counted. */
export interface CountingHarness extends StorageHarness {
  readonly storage: () => Layer.Layer<StoragePorts | Statements, unknown>
}
