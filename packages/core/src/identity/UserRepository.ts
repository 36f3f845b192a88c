import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { ListUsers, User, UserId } from "./Account.ts"
import type { EmailTaken } from "./IdentityErrors.ts"

/** Where the users of a store and the hashes of their passwords are kept. */
export class UserRepository extends Context.Service<UserRepository, {
  /** Adds a user, with the hash of a password (`null` for none). One user for one address and store. */
  readonly insert: (user: User, passwordHash: string | null) => Effect.Effect<void, EmailTaken | StorageError>
  /** Whether there was a user who was forgotten. */
  readonly wasErased: (id: string) => Effect.Effect<boolean, StorageError>
  /**
   * Forgets a user whom the transaction has locked: credentials, sessions, challenges and preferences are deleted, and
   * the row that orders point to keeps nothing of the person. No method but `wasErased` finds them any more.
   */
  readonly erase: (user: User, at: Timestamp) => Effect.Effect<void, StorageError>
  readonly find: (id: string) => Effect.Effect<User | undefined, StorageError>
  /** A user, locked until the transaction ends. */
  readonly findForUpdate: (id: string) => Effect.Effect<User | undefined, StorageError>
  /** A user and the hash of their password by the address. One statement. */
  readonly findByEmail: (
    email: string
  ) => Effect.Effect<{ readonly user: User; readonly passwordHash: string | null } | undefined, StorageError>
  readonly list: (query: ListUsers) => Effect.Effect<Page<User>, StorageError | InvalidInput>
  /** Writes name, roles and status if the user still has the version before. */
  readonly update: (user: User) => Effect.Effect<void, StorageError | VersionConflict>
  /** Replaces the hash of a password by that of the same password with other parameters, unless it has changed. */
  readonly rehash: (id: UserId, from: string, to: string, at: Timestamp) => Effect.Effect<void, StorageError>
}>()("@stoa/core/identity/UserRepository") {}
