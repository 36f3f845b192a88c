/**
 * Accounts with a password that are made for people whom whoever runs the server vouches for.
 */
import * as Effect from "effect/Effect"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { type User, UserId } from "./Account.ts"
import type { EmailTaken, WeakPassword } from "./IdentityErrors.ts"
import { CustomerRegistered } from "./IdentityEvents.ts"
import * as NewPassword from "./NewPassword.ts"
import { Passwords } from "./Passwords.ts"
import { customer } from "./Role.ts"
import { UserRepository } from "./UserRepository.ts"

/** Everybody is a customer besides what else they are. */
export const withCustomer = (roles: ReadonlyArray<string>): ReadonlyArray<string> => [
  customer,
  ...[...new Set(roles)].filter((role) => role !== customer).sort()
]

/** What is said of somebody who gets an account. */
export interface Enrolled {
  readonly email: User["email"]
  readonly name?: string
  readonly password: string
}

/** The same with the password hashed. */
export interface Prepared extends Omit<Enrolled, "password"> {
  readonly passwordHash: string
}

export interface Enrolment {
  /** Checks and hashes the password. Never inside of a transaction. */
  readonly prepare: (account: Enrolled) => Effect.Effect<Prepared, InvalidInput | WeakPassword>
  /** Makes the account in the current transaction. Whether the caller may give these roles has been looked at. */
  readonly enrol: (account: Prepared, roles: ReadonlyArray<string>) => Effect.Effect<User, EmailTaken | StorageError>
}

export const make: Effect.Effect<Enrolment, never, UserRepository | Passwords | Events | AuditLog> = Effect.gen(function*() {
  const users = yield* UserRepository
  const passwords = yield* Passwords
  const events = yield* Events
  const audit = yield* AuditLog
  const { acceptable } = yield* NewPassword.make
  return {
    prepare: Effect.fnUntraced(function*({ password, ...account }) {
      yield* acceptable(password, account.name === undefined ? [account.email] : [account.email, account.name])
      return { ...account, passwordHash: yield* passwords.hash(password) }
    }),
    enrol: Effect.fnUntraced(function*({ email, name, passwordHash }, roles) {
      const now = yield* Timestamp.now
      const user: User = {
        id: yield* UserId.generate,
        email,
        emailVerified: true,
        name: name ?? null,
        roles: withCustomer(roles),
        status: "active",
        version: 1,
        createdAt: now,
        updatedAt: now
      }
      yield* users.insert(user, passwordHash)
      yield* events.publish([CustomerRegistered.make(user.id, { customerId: user.id })])
      yield* audit.record({ action: "user.create", subject: user.id, details: { roles: user.roles } })
      return user
    })
  }
})
