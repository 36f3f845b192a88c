/**
 * What staff do with users: make them, give and take their roles, act as them.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentClient } from "../kernel/CurrentClient.ts"
import * as Entropy from "../kernel/Entropy.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import * as Secret from "../kernel/Secret.ts"
import * as Sensitive from "../kernel/Sensitive.ts"
import type { SecretUnreadable } from "../kernel/SecretsErrors.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import { AccessTokens } from "./AccessTokens.ts"
import { SessionId, type User, UserId } from "./Account.ts"
import * as Enrolment from "./Enrolment.ts"
import { type CannotGrantBeyondOwn, type EmailTaken, UserNotFound, type WeakPassword } from "./IdentityErrors.ts"
import { CustomerRegistered, UserImpersonated, UserRolesChanged } from "./IdentityEvents.ts"
import { ImpersonationRepository } from "./ImpersonationRepository.ts"
import type { Passwords } from "./Passwords.ts"
import { customer, owner } from "./Role.ts"
import { Roles } from "./Roles.ts"
import type { LastOwner, RoleNotFound } from "./RolesErrors.ts"
import { SessionRepository, type StoredSession } from "./SessionRepository.ts"
import { AssignRoles, CreateUser, EnrolUser, Impersonate, type Impersonation } from "./UserInput.ts"
import { UserRepository } from "./UserRepository.ts"

/** How long staff act as somebody else, whatever happens. */
export const impersonationLifetime = Duration.minutes(15)

export class Users extends Context.Service<Users, {
  /**
   * An account for somebody, without a password: they sign in with a code, or set one. Needs `customers:write`; for a
   * role besides `customer` also `users:write`, everything that the roles allow, and a fresh proof.
   */
  readonly create: (
    input: typeof CreateUser.Encoded
  ) => Effect.Effect<
    User,
    | InvalidInput
    | EmailTaken
    | RoleNotFound
    | CannotGrantBeyondOwn
    | Sensitive.Refused
    | StorageError
    | Denied
  >
  /**
   * An account with a password, and an address that counts as confirmed: for whoever runs the server, who vouches for it. Staff
   * choose no passwords for others, so this is for embedded calls that act as the system, and for nobody else.
   */
  readonly enrol: (
    input: typeof EnrolUser.Encoded
  ) => Effect.Effect<User, InvalidInput | WeakPassword | EmailTaken | RoleNotFound | CannotGrantBeyondOwn | StorageError | Denied>
  /**
   * Gives a user these roles and no other. Holds at once, in sessions that are open, too. Needs `users:write` and
   * everything that the roles before and the new ones allow, and a fresh proof.
   */
  readonly assignRoles: (
    id: string,
    input: typeof AssignRoles.Encoded
  ) => Effect.Effect<
    User,
    | InvalidInput
    | UserNotFound
    | RoleNotFound
    | CannotGrantBeyondOwn
    | LastOwner
    | VersionConflict
    | Sensitive.Refused
    | StorageError
    | Denied
  >
  /**
   * An access token with which the caller acts as a user for 15 minutes, and which cannot be refreshed. Every audit row
   * and event names both. It is worth nothing once the caller may not impersonate any more. Needs to be signed in,
   * `users:impersonate`, everything that the user may do, and a fresh proof.
   */
  readonly impersonate: (
    id: string,
    input: typeof Impersonate.Encoded
  ) => Effect.Effect<
    Impersonation,
    | InvalidInput
    | UserNotFound
    | RoleNotFound
    | CannotGrantBeyondOwn
    | Sensitive.Refused
    | SecretUnreadable
    | StorageError
    | Denied
  >
}>()("@stoa/core/identity/Users") {}

const decodeCreate = Input.decoder(CreateUser)
const decodeEnrol = Input.decoder(EnrolUser)
const decodeAssign = Input.decoder(AssignRoles)
const decodeImpersonate = Input.decoder(Impersonate)

const checked = Input.textParameters<Users["Service"]>({ assignRoles: ["id"], impersonate: ["id"] })

const isStaff = (roles: ReadonlyArray<string>): boolean => roles.some((role) => role !== customer)

export const make = Effect.gen(function*() {
  const users = yield* UserRepository
  const sessions = yield* SessionRepository
  const impersonations = yield* ImpersonationRepository
  const roles = yield* Roles
  const accessTokens = yield* AccessTokens
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog
  const enrolment = yield* Enrolment.make

  return checked(Users.of({
    create: Effect.fn("Users.create")(function*(input) {
      yield* Permission.require("customers:write")
      const decoded = yield* decodeCreate(input)
      const given = Enrolment.withCustomer(decoded.roles ?? [])
      if (isStaff(given)) {
        yield* Permission.require("users:write")
        yield* Sensitive.require
      }
      const now = yield* Timestamp.now
      const user: User = {
        id: yield* UserId.generate,
        email: decoded.email,
        emailVerified: false,
        name: decoded.name ?? null,
        roles: given,
        status: "active",
        version: 1,
        createdAt: now,
        updatedAt: now
      }
      yield* transactor.transaction(Effect.gen(function*() {
        yield* roles.requireAll(given)
        yield* users.insert(user, null)
        yield* events.publish([CustomerRegistered.make(user.id, { customerId: user.id })])
        yield* audit.record({ action: "user.create", subject: user.id, details: { roles: given } })
      }))
      return user
    }),

    enrol: Effect.fn("Users.enrol")(function*(input) {
      const actor = yield* Actor.CurrentActor
      if (actor._tag !== "system") return yield* new Permission.Forbidden({ permission: "*" })
      const { roles: wanted = [], ...account } = yield* decodeEnrol(input)
      const ready = yield* enrolment.prepare(account)
      return yield* transactor.transaction(
        Effect.andThen(roles.requireAll(Enrolment.withCustomer(wanted)), enrolment.enrol(ready, wanted))
      )
    }),

    assignRoles: Effect.fn("Users.assignRoles")(function*(id, input) {
      yield* Permission.require("users:write")
      yield* Sensitive.require
      const decoded = yield* decodeAssign(input)
      const given = Enrolment.withCustomer(decoded.roles)
      return yield* transactor.transaction(Effect.gen(function*() {
        const before = yield* users.findForUpdate(id)
        if (before === undefined) return yield* new UserNotFound({ userId: id })
        const expected = decoded.version ?? before.version
        if (expected !== before.version) return yield* new VersionConflict({ id, expected })
        yield* roles.requireAll([...before.roles, ...given])
        if (before.roles.includes(owner) && !given.includes(owner)) yield* roles.keepOwner(before.id)
        if (JSON.stringify(before.roles) === JSON.stringify(given)) return before
        const changed: User = {
          ...before,
          roles: given,
          version: before.version + 1,
          updatedAt: yield* Timestamp.now
        }
        yield* users.update(changed)
        yield* events.publish([UserRolesChanged.make(id, { customerId: id, before: before.roles, after: given })])
        yield* audit.record({
          action: "user.roles",
          subject: id,
          details: { before: before.roles, after: given }
        })
        return changed
      }))
    }),

    impersonate: Effect.fn("Users.impersonate")(function*(id, input) {
      yield* Permission.require("users:impersonate")
      yield* Sensitive.require
      const { reason } = yield* decodeImpersonate(input)
      const staffId = Actor.userId(yield* Actor.CurrentActor)
      if (staffId === undefined) {
        return yield* new Permission.Unauthenticated({ reason: "Only a person who has signed in acts as another" })
      }
      if (staffId === id) return yield* new Permission.ImpersonationRefused()
      const user = yield* users.find(id)
      if (user === undefined || user.status !== "active") return yield* new UserNotFound({ userId: id })

      const now = yield* Timestamp.now
      const client = yield* CurrentClient
      // nobody is ever given what these are the hashes of: there is nothing to refresh it with
      const unknown = Secret.hash(yield* Entropy.token("none"))
      const session: StoredSession = {
        id: yield* SessionId.generate,
        userId: user.id,
        familyHash: unknown,
        tokenHash: unknown,
        previousHash: null,
        rotatedAt: null,
        address: client.address?.slice(0, 100) ?? null,
        userAgent: client.userAgent?.slice(0, 400) ?? null,
        place: null,
        methods: ["impersonation"],
        // nobody has proved to be this person
        authenticatedAt: null,
        secondFactorAt: null,
        createdAt: now,
        lastUsedAt: now,
        expiresAt: Timestamp.plus(now, impersonationLifetime),
        revokedAt: null,
        revokedReason: null
      }
      const { expiresAt, token } = yield* accessTokens.sign({ userId: user.id, sessionId: session.id })
      yield* transactor.transaction(Effect.gen(function*() {
        yield* roles.requireAll(user.roles)
        if (!(yield* sessions.insert(session))) return yield* new UserNotFound({ userId: id })
        yield* impersonations.insert({ sessionId: session.id, staffId, reason, createdAt: now })
        yield* events.publish([
          UserImpersonated.make(id, { customerId: id, staffId, sessionId: session.id })
        ])
        yield* audit.record({
          action: "user.impersonate",
          subject: id,
          details: { sessionId: session.id, reason, expiresAt: session.expiresAt }
        })
      }))
      return {
        user,
        sessionId: session.id,
        accessToken: token,
        expiresAt: expiresAt < session.expiresAt ? expiresAt : session.expiresAt
      }
    })
  }))
})

export const layer: Layer.Layer<
  Users,
  never,
  | UserRepository
  | Passwords
  | SessionRepository
  | ImpersonationRepository
  | Roles
  | AccessTokens
  | Transactor
  | Events
  | AuditLog
> = Layer.effect(Users, make)
