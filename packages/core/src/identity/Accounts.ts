/**
 * Accounts of people: registering, one's own profile, and what staff see and do.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Forbidden, Unauthenticated } from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { ListUsers, Register, UpdateProfile, User } from "./Account.ts"
import type { EmailTaken, TooManyAttempts, UserNotFound, WeakPassword } from "./IdentityErrors.ts"

export class Accounts extends Context.Service<Accounts, {
  /**
   * A new customer, who is not signed in yet. Takes as long for an address that has an account already; that it has
   * one is told by `EmailTaken`, until addresses are confirmed by a message.
   */
  readonly register: (
    input: typeof Register.Encoded
  ) => Effect.Effect<User, InvalidInput | WeakPassword | EmailTaken | TooManyAttempts | StorageError>
  /** The signed-in user. `Unauthenticated` for everybody else. */
  readonly me: Effect.Effect<User, Unauthenticated | StorageError>
  /** Changes the signed-in user's profile. */
  readonly updateProfile: (
    input: typeof UpdateProfile.Encoded
  ) => Effect.Effect<User, InvalidInput | VersionConflict | Unauthenticated | StorageError>
  /** Needs `customers:read`. */
  readonly get: (id: string) => Effect.Effect<User, UserNotFound | StorageError | Forbidden | Unauthenticated>
  /** Users, newest first. Needs `customers:read`. */
  readonly list: (
    input?: typeof ListUsers.Encoded
  ) => Effect.Effect<Page<User>, InvalidInput | StorageError | Forbidden | Unauthenticated>
  /**
   * Ends a user's sessions at once and lets them begin no other. Needs `customers:write`, and `users:write` for a user
   * who is more than a customer.
   */
  readonly suspend: (id: string) => Effect.Effect<User, UserNotFound | StorageError | Forbidden | Unauthenticated>
  /** Lets a suspended user sign in again. Needs what `suspend` needs. */
  readonly reinstate: (id: string) => Effect.Effect<User, UserNotFound | StorageError | Forbidden | Unauthenticated>
}>()("@stoa/core/identity/Accounts") {}
