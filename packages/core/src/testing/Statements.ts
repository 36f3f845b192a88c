/**
 * What a suite asks of a storage that speaks in statements: to count them, and to let the process die or the database refuse at one of them.
 * `StatementProbe` of `@stoa/sql/testing` is one.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { StoragePorts } from "../engine/Storage.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Where something goes wrong. */
export interface Fault {
  /** At which statement, counted from 1. */
  readonly at: number
  /** `before` it runs, or `after` it ran, with its answer lost on the way. */
  readonly moment: "before" | "after"
  /** Which statements are counted, those inside of a transaction or not; all if it is left out. `BEGIN` and `COMMIT` are inside. */
  readonly among?: ((statement: string, inTransaction: boolean) => boolean) | undefined
}

/**
 * What a database answers instead of doing what it was told. `connection_lost`: nothing, and nothing ever again on this
 * connection. All others are refusals: the statement has no effect, and its transaction takes no other until it is
 * rolled back.
 */
export type Trouble =
  | "connection_lost"
  | "serialization_failure"
  | "deadlock"
  | "lock_timeout"
  | "statement_timeout"
  | "disk_full"

/** What a caller hears of a trouble that no second try could help. */
export const troubleReasons: Readonly<Record<Trouble, StorageError["reason"]>> = {
  connection_lost: "unreachable",
  serialization_failure: "conflict",
  deadlock: "conflict",
  lock_timeout: "busy",
  statement_timeout: "busy",
  disk_full: "full"
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
  /** Runs an effect that gets into trouble at one of its statements, once. What it sends later works. */
  readonly fail: <A, E, R>(effect: Effect.Effect<A, E, R>, fault: Fault, trouble: Trouble) => Effect.Effect<A, E, R>
}>()("@stoa/core/testing/Statements") {}

/** A storage adapter under test whose statements can be counted. */
export interface CountingHarness extends StorageHarness {
  readonly storage: () => Layer.Layer<StoragePorts | Statements, unknown>
}
