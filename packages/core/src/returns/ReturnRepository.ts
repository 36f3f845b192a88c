import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { ListReturns, Return } from "./Return.ts"

/** What returns ask of storage. */
export class ReturnRepository extends Context.Service<ReturnRepository, {
  readonly insert: (value: Return) => Effect.Effect<void, StorageError>
  readonly find: (id: string) => Effect.Effect<Return | undefined, StorageError>
  /** Oldest first. */
  readonly ofOrder: (orderId: string) => Effect.Effect<ReadonlyArray<Return>, StorageError>
  readonly list: (
    query: ListReturns & { readonly customerId?: string }
  ) => Effect.Effect<Page<Return>, StorageError | InvalidInput>
  /** Writes everything but the order if the return still has the version before (`version - 1`). */
  readonly update: (value: Return) => Effect.Effect<void, StorageError | VersionConflict>
  /** Takes notes and pictures out of the returns of a customer. */
  readonly forget: (customerId: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/returns/ReturnRepository") {}
