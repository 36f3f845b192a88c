import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { User, UserId } from "./Account.ts"
import type { PhoneNumber } from "./Challenge.ts"
import type { EmailTaken } from "./IdentityErrors.ts"

/** What users sign in with besides what `UserRepository` keeps. */
export class CredentialRepository extends Context.Service<CredentialRepository, {
  /** The hash of a user's password, `null` where there is none. */
  readonly password: (userId: string) => Effect.Effect<string | null, StorageError>
  readonly setPassword: (userId: UserId, hash: string, at: Timestamp) => Effect.Effect<void, StorageError>
  readonly removePassword: (userId: UserId) => Effect.Effect<void, StorageError>
  /** Marks the address of a user as confirmed. Returns the user as they are then. */
  readonly confirmEmail: (userId: UserId, at: Timestamp) => Effect.Effect<User | undefined, StorageError>
  /** Moves a user to another address, which is confirmed with it. One user for one address and store. */
  readonly changeEmail: (
    userId: UserId,
    email: string,
    at: Timestamp
  ) => Effect.Effect<User | undefined, EmailTaken | StorageError>
  readonly phone: (userId: string) => Effect.Effect<PhoneNumber | undefined, StorageError>
  /** Gives a user a number; whoever had it before has none any more, and neither has the user another. */
  readonly setPhone: (userId: UserId, phone: PhoneNumber) => Effect.Effect<void, StorageError>
  readonly removePhone: (userId: UserId) => Effect.Effect<boolean, StorageError>
  /** The user that a number belongs to. */
  readonly findByPhone: (phone: string) => Effect.Effect<User | undefined, StorageError>
}>()("@stoa/core/identity/CredentialRepository") {}
