import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { ListRedirects, Redirect, RedirectId, Resolved } from "./Redirect.ts"

/** What redirects ask of storage. */
export class RedirectRepository extends Context.Service<RedirectRepository, {
  /** By what they lead away from. */
  readonly list: (query: ListRedirects) => Effect.Effect<Page<Redirect>, StorageError | InvalidInput>
  readonly find: (id: string) => Effect.Effect<Redirect | undefined, StorageError>
  /** Where a path leads, and the redirect that says so. One statement. */
  readonly resolve: (path: string) => Effect.Effect<(Resolved & { readonly id: RedirectId }) | undefined, StorageError>
  /**
   * How many the store has, and those that lead away from or to some paths. Nobody else changes redirects until the transaction
   * ends.
   */
  readonly around: (paths: {
    readonly from: ReadonlyArray<string>
    readonly to: ReadonlyArray<string>
  }) => Effect.Effect<{ readonly count: number; readonly redirects: ReadonlyArray<Redirect> }, StorageError>
  /** Writes redirects, new ones and those that are there, by their ids. What was counted of them stays. One statement. */
  readonly write: (redirects: ReadonlyArray<Redirect>) => Effect.Effect<void, StorageError>
  /** Whether it was there, at the version if one is said. */
  readonly delete: (id: string, version?: number) => Effect.Effect<boolean, StorageError>
  /** Adds to the figures of redirects. One statement. */
  readonly count: (
    hits: ReadonlyArray<{ readonly id: string; readonly hits: number; readonly lastHitAt: Timestamp }>
  ) => Effect.Effect<void, StorageError>
}>()("@stoa/core/redirects/RedirectRepository") {}
