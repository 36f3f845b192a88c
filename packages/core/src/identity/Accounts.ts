/**
 * Accounts of people: one's own profile, and what staff see and do.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentActor } from "../kernel/Actor.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied, ImpersonationRefused } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import { Unauthenticated } from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { ListUsers, type MyPermissions, UpdateProfile, type User } from "./Account.ts"
import { type CannotGrantBeyondOwn, UserNotFound } from "./IdentityErrors.ts"
import {
  CustomerReinstated,
  CustomerSuspended,
  CustomerUpdated,
  SessionRevoked
} from "./IdentityEvents.ts"
import { customer as customerRole, owner } from "./Role.ts"
import { Roles } from "./Roles.ts"
import type { LastOwner, RoleNotFound } from "./RolesErrors.ts"
import { SessionRepository } from "./SessionRepository.ts"
import { UserRepository } from "./UserRepository.ts"

/** Why a user is not suspended, or not let in again. */
export type NotSuspended =
  | InvalidInput
  | UserNotFound
  | RoleNotFound
  | CannotGrantBeyondOwn
  | LastOwner
  | ImpersonationRefused
  | VersionConflict
  | StorageError
  | Denied

export class Accounts extends Context.Service<Accounts, {
  /** The signed-in user. `Unauthenticated` for everybody else. */
  readonly me: Effect.Effect<User, Unauthenticated | StorageError>
  /** Changes the signed-in user's profile. */
  readonly updateProfile: (
    input: typeof UpdateProfile.Encoded
  ) => Effect.Effect<User, InvalidInput | VersionConflict | Unauthenticated | StorageError>
  /** The account of a user by its id. Needs `customers:read`. */
  readonly get: (id: string) => Effect.Effect<User, InvalidInput | UserNotFound | StorageError | Denied>
  /** Users, newest first. Needs `customers:read`. */
  readonly list: (
    input?: typeof ListUsers.Encoded
  ) => Effect.Effect<Page<User>, InvalidInput | StorageError | Denied>
  /**
   * Ends a user's sessions at once and lets them begin no other. Needs `customers:write`; for a user who is more than a
   * customer also `users:write` and everything that this user may do. The last owner stays.
   */
  readonly suspend: (id: string, options?: typeof AtVersion.Encoded) => Effect.Effect<User, NotSuspended>
  /** Lets a suspended user sign in again. Needs what `suspend` needs. */
  readonly reinstate: (id: string, options?: typeof AtVersion.Encoded) => Effect.Effect<User, NotSuspended>
  /** What whoever is signed in may do: nothing for a customer who does not work for the shop. */
  readonly myPermissions: Effect.Effect<MyPermissions, Unauthenticated>
  /** Ends every session of a user, who may sign in again. Needs what `suspend` needs. */
  readonly endSessions: (id: string) => Effect.Effect<
    void,
    InvalidInput | UserNotFound | RoleNotFound | CannotGrantBeyondOwn | ImpersonationRefused | StorageError | Denied
  >
}>()("@stoa/core/identity/Accounts") {}

const decodeUpdate = Input.decoder(UpdateProfile)
const decodeList = Input.decoder(ListUsers)

const checked = Input.textParameters<Accounts["Service"]>({
  get: ["id"],
  suspend: ["id"],
  reinstate: ["id"],
  endSessions: ["id"]
})

export const make = Effect.gen(function*() {
  const users = yield* UserRepository
  const sessions = yield* SessionRepository
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog
  const roles = yield* Roles

  const me = Effect.fnUntraced(function*(find: (id: string) => Effect.Effect<User | undefined, StorageError>) {
    const actor = yield* CurrentActor
    const user = actor._tag === "customer" ? yield* find(actor.customerId) : undefined
    return user ?? (yield* new Unauthenticated({ reason: "Sign in first" }))
  })

  /** A user, locked, whom the caller may keep out: of somebody who is more than a customer, no more than the caller is. */
  const subject = Effect.fnUntraced(function*(id: string) {
    const user = (yield* users.findForUpdate(id)) ?? (yield* new UserNotFound({ userId: id }))
    if (user.roles.some((role) => role !== customerRole)) {
      yield* Permission.require("users:write")
      yield* Permission.inPerson
      yield* roles.requireAll(user.roles)
    }
    return user
  })

  const setStatus = (status: User["status"]) =>
    Effect.fnUntraced(function*(id: string, options: typeof AtVersion.Encoded = {}) {
      yield* Permission.require("customers:write")
      const { version } = yield* decodeAtVersion(options)
      return yield* transactor.transaction(Effect.gen(function*() {
        const user = yield* subject(id)
        if (version !== undefined && version !== user.version) {
          return yield* new VersionConflict({ id: user.id, expected: version })
        }
        if (user.status === status) return user
        if (status === "suspended" && user.roles.includes(owner)) yield* roles.keepOwner(user.id)
        const now = yield* Timestamp.now
        const changed: User = { ...user, status, version: user.version + 1, updatedAt: now }
        yield* Effect.catchTag(
          users.update(changed),
          "VersionConflict",
          () => Effect.die(new Error("A user changed while locked"))
        )
        const customer = { customerId: user.id }
        if (status === "suspended") {
          const ended = yield* sessions.revoke({ userId: user.id, reason: "suspended", at: now })
          yield* events.publish([
            CustomerSuspended.make(user.id, customer),
            ...ended.map((sessionId) => SessionRevoked.make(sessionId, { ...customer, sessionId, reason: "suspended" }))
          ])
        } else {
          yield* events.publish([CustomerReinstated.make(user.id, customer)])
        }
        yield* audit.record({ action: status === "suspended" ? "user.suspend" : "user.reinstate", subject: user.id })
        return changed
      }))
    })

  return checked(Accounts.of({
    me: Effect.withSpan(me(users.find), "Accounts.me"),

    updateProfile: Effect.fn("Accounts.updateProfile")(function*(input) {
      const decoded = yield* decodeUpdate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const user = yield* me(users.findForUpdate)
        const expected = decoded.version ?? user.version
        if (expected !== user.version) return yield* new VersionConflict({ id: user.id, expected })
        const changed: User = {
          ...user,
          name: decoded.name === undefined ? user.name : decoded.name,
          version: user.version + 1,
          updatedAt: yield* Timestamp.now
        }
        yield* users.update(changed)
        yield* events.publish([CustomerUpdated.make(user.id, { customerId: user.id })])
        return changed
      }))
    }),

    myPermissions: Effect.flatMap(CurrentActor, (actor) =>
      actor._tag === "customer"
        ? Effect.succeed({ permissions: [...Actor.permissions(actor)] })
        : Effect.fail(new Unauthenticated({ reason: "Sign in first" }))),

    get: Effect.fn("Accounts.get")(function*(id) {
      yield* Permission.require("customers:read")
      return (yield* users.find(id)) ?? (yield* new UserNotFound({ userId: id }))
    }),

    list: Effect.fn("Accounts.list")(function*(input = {}) {
      yield* Permission.require("customers:read")
      return yield* users.list(yield* decodeList(input))
    }),

    suspend: Effect.fn("Accounts.suspend")(setStatus("suspended")),
    reinstate: Effect.fn("Accounts.reinstate")(setStatus("active")),

    endSessions: Effect.fn("Accounts.endSessions")(function*(id) {
      yield* Permission.require("customers:write")
      yield* transactor.transaction(Effect.gen(function*() {
        const user = yield* subject(id)
        const reason = "ended_by_staff"
        const ended = yield* sessions.revoke({ userId: user.id, reason, at: yield* Timestamp.now })
        yield* events.publish(
          ended.map((sessionId) => SessionRevoked.make(sessionId, { customerId: user.id, sessionId, reason }))
        )
        yield* audit.record({ action: "user.end-sessions", subject: user.id, details: { sessions: ended.length } })
      }))
    })
  }))
})

export const layer: Layer.Layer<
  Accounts,
  never,
  UserRepository | SessionRepository | Roles | Transactor | Events | AuditLog
> = Layer.effect(Accounts, make)
