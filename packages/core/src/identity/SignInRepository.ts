import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { ListSignIns, SignIn, UserId } from "./Account.ts"

/** What the sign-ins of a user have been like. */
export interface RecentSignIns {
  readonly successes: ReadonlyArray<Pick<SignIn, "address" | "userAgent" | "at">>
  readonly failures: number
}

/** Where sign-ins and failures are kept for those whose accounts they are about. */
export class SignInRepository extends Context.Service<SignInRepository, {
  readonly add: (userId: UserId, signIn: SignIn) => Effect.Effect<void, StorageError>
  /**
   * Adds a failure at an address, for its user if there is one. One statement, the same for every address, so that it
   * tells nothing of whether there is an account.
   */
  readonly addFailure: (email: string, signIn: SignIn) => Effect.Effect<void, StorageError>
  /** The last 50 that succeeded, newest first, and how many of the last 100 failures are not older than a moment. One statement. */
  readonly recent: (userId: string, since: Timestamp) => Effect.Effect<RecentSignIns, StorageError>
  /** Those of a user, newest first. */
  readonly list: (userId: string, query: ListSignIns) => Effect.Effect<Page<SignIn>, StorageError | InvalidInput>
  /** Deletes those of every store from before a moment; returns how many. */
  readonly deleteOlder: (before: Timestamp) => Effect.Effect<number, StorageError>
}>()("@stoa/core/identity/SignInRepository") {}
