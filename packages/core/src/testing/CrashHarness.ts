/**
 * A storage that outlives the process: what was committed is there when it is opened again.
 */
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { StoragePorts } from "../engine/Storage.ts"
import type { Statements } from "./Statements.ts"

export interface SurvivingStorage {
  /** Opens it, as a process does that has just started. */
  readonly open: () => Layer.Layer<StoragePorts | Statements, unknown>
  /** The same data apart from it, while nobody has it open. */
  readonly copy: Effect.Effect<SurvivingStorage, never, Scope.Scope>
}

/** A storage adapter under test whose storage survives. */
export interface CrashHarness {
  readonly name: string
  /** A new, empty storage, which is gone when the scope closes. */
  readonly create: Effect.Effect<SurvivingStorage, never, Scope.Scope>
  /**
   * Whether each death is tried with one of the two things that may happen after it, in turn, and not with both: for a
   * storage whose copies take long.
   */
  readonly alternates?: boolean
}
