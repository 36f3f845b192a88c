/**
 * Roles of a store, what they allow, and who may give them.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { CurrentActor } from "../kernel/Actor.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import * as Sensitive from "../kernel/Sensitive.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import { CannotGrantBeyondOwn } from "./IdentityErrors.ts"
import { RoleChanged } from "./IdentityEvents.ts"
import { beyond, builtInRoles, CreateRole, type KnownPermission, maximumRoles, type Role, union, UpdateRole } from "./Role.ts"
import { RoleRepository } from "./RoleRepository.ts"
import { LastOwner, RoleBuiltIn, RoleInUse, RoleNotFound, RoleTaken, TooManyRoles } from "./RolesErrors.ts"

export class Roles extends Context.Service<Roles, {
  /** Every role, the built-in ones first. Needs `roles:read`. */
  readonly list: Effect.Effect<ReadonlyArray<Role>, StorageError | Denied>
  /** A role by its name, with its permissions. Needs `roles:read`. */
  readonly get: (name: string) => Effect.Effect<Role, InvalidInput | RoleNotFound | StorageError | Denied>
  /** Every permission there is. Needs `roles:read`. */
  readonly permissions: Effect.Effect<ReadonlyArray<typeof KnownPermission.Type>, Denied>
  /** Needs `roles:write`, every permission that the role gets, and a fresh proof. */
  readonly create: (
    input: typeof CreateRole.Encoded
  ) => Effect.Effect<
    Role,
    InvalidInput | RoleTaken | TooManyRoles | CannotGrantBeyondOwn | Sensitive.Refused | StorageError | Denied
  >
  /**
   * Holds at once for everybody who has the role, in sessions that are open, too. Needs `roles:write`, every permission
   * that the role has and every one that it gets, and a fresh proof.
   */
  readonly update: (
    name: string,
    input: typeof UpdateRole.Encoded
  ) => Effect.Effect<
    Role,
    | InvalidInput
    | RoleNotFound
    | RoleBuiltIn
    | CannotGrantBeyondOwn
    | Sensitive.Refused
    | VersionConflict
    | StorageError
    | Denied
  >
  /** Not while somebody has it. Needs what `update` needs. */
  readonly delete: (
    name: string
  ) => Effect.Effect<
    void,
    | InvalidInput
    | RoleNotFound
    | RoleBuiltIn
    | RoleInUse
    | CannotGrantBeyondOwn
    | Sensitive.Refused
    | StorageError
    | Denied
  >
  /**
   * Fails unless the caller holds all that some roles allow: nobody gives, takes, or lays hands on more than they have.
   * In the current transaction, until whose end the roles stay as they are.
   */
  readonly requireAll: (
    roles: ReadonlyArray<string>
  ) => Effect.Effect<void, RoleNotFound | CannotGrantBeyondOwn | StorageError>
  /** What some roles allow. Names of no role allow nothing. */
  readonly permissionsOf: (roles: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<string>, StorageError>
  /** Fails if the store would have no owner without this user. In the current transaction, before they cease to be one. */
  readonly keepOwner: (userId: string) => Effect.Effect<void, LastOwner | StorageError>
}>()("@stoa/core/identity/Roles") {}

const decodeCreate = Input.decoder(CreateRole)
const decodeUpdate = Input.decoder(UpdateRole)

const checked = Input.textParameters<Roles["Service"]>({ get: ["name"], update: ["name"], delete: ["name"] })

export const make = Effect.gen(function*() {
  const repository = yield* RoleRepository
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog
  const known = yield* Permission.Known

  const mayChange = Effect.andThen(Permission.require("roles:write"), Sensitive.require)

  const withinOwn = Effect.fnUntraced(function*(permissions: ReadonlyArray<string>) {
    const actor = yield* CurrentActor
    const more = beyond(permissions, (permission) => Permission.holds(actor, permission))
    if (more.length > 0) return yield* new CannotGrantBeyondOwn({ permissions: more })
  })

  const areKnown = Permission.requireKnown(known)

  /** A role of the store's own that is about to change. */
  const own = Effect.fnUntraced(function*(name: string) {
    if (builtInRoles.has(name)) return yield* new RoleBuiltIn({ role: name })
    const [role] = yield* repository.findManyForUpdate([name])
    if (role === undefined) return yield* new RoleNotFound({ role: name })
    yield* withinOwn(role.permissions)
    return role
  })

  const custom = (names: ReadonlyArray<string>) => names.filter((name) => !builtInRoles.has(name))

  const allowedBy = (names: ReadonlyArray<string>, stored: ReadonlyArray<Role>) =>
    union([
      ...names.map((name) => builtInRoles.get(name)?.permissions ?? []),
      ...stored.map((role) => role.permissions)
    ])

  return checked(Roles.of({
    list: Effect.gen(function*() {
      yield* Permission.require("roles:read")
      return [...builtInRoles.values(), ...yield* repository.list]
    }).pipe(Effect.withSpan("Roles.list")),

    get: Effect.fn("Roles.get")(function*(name) {
      yield* Permission.require("roles:read")
      const role = builtInRoles.get(name) ?? (yield* repository.findMany([name]))[0]
      return role ?? (yield* new RoleNotFound({ role: name }))
    }),

    permissions: Effect.andThen(
      Permission.require("roles:read"),
      Effect.succeed(Object.entries(known).map(([permission, description]) => ({ permission, description })))
    ),

    create: Effect.fn("Roles.create")(function*(input) {
      yield* mayChange
      const decoded = yield* decodeCreate(input)
      yield* areKnown(decoded.permissions)
      yield* withinOwn(decoded.permissions)
      if (builtInRoles.has(decoded.name)) return yield* new RoleTaken({ role: decoded.name })
      const now = yield* Timestamp.now
      const role: Role = {
        name: decoded.name,
        title: decoded.title,
        description: decoded.description ?? null,
        permissions: union([decoded.permissions]),
        builtIn: false,
        version: 1,
        createdAt: now,
        updatedAt: now
      }
      yield* transactor.transaction(Effect.gen(function*() {
        if ((yield* repository.list).length >= maximumRoles) return yield* new TooManyRoles({ maximum: maximumRoles })
        yield* repository.insert(role)
        yield* events.publish([RoleChanged.make(role.name, { role: role.name, permissions: role.permissions })])
        yield* audit.record({
          action: "role.create",
          subject: role.name,
          details: { title: role.title, permissions: role.permissions }
        })
      }))
      return role
    }),

    update: Effect.fn("Roles.update")(function*(name, input) {
      yield* mayChange
      const decoded = yield* decodeUpdate(input)
      yield* areKnown(decoded.permissions ?? [])
      yield* withinOwn(decoded.permissions ?? [])
      return yield* transactor.transaction(Effect.gen(function*() {
        const before = yield* own(name)
        const expected = decoded.version ?? before.version
        if (expected !== before.version) return yield* new VersionConflict({ id: name, expected })
        const role: Role = {
          ...before,
          title: decoded.title ?? before.title,
          description: decoded.description === undefined ? before.description : decoded.description,
          permissions: decoded.permissions === undefined ? before.permissions : union([decoded.permissions]),
          version: before.version + 1,
          updatedAt: yield* Timestamp.now
        }
        yield* repository.update(role)
        yield* events.publish([RoleChanged.make(name, { role: name, permissions: role.permissions })])
        yield* audit.record({
          action: "role.update",
          subject: name,
          details: { before: before.permissions, after: role.permissions }
        })
        return role
      }))
    }),

    delete: Effect.fn("Roles.delete")(function*(name) {
      yield* mayChange
      yield* transactor.transaction(Effect.gen(function*() {
        const role = yield* own(name)
        if (yield* repository.isHeld(name)) return yield* new RoleInUse({ role: name })
        yield* repository.delete(name)
        yield* events.publish([RoleChanged.make(name, { role: name, permissions: [] })])
        yield* audit.record({ action: "role.delete", subject: name, details: { permissions: role.permissions } })
      }))
    }),

    requireAll: Effect.fnUntraced(function*(roles) {
      const names = custom(roles)
      const stored = names.length === 0 ? [] : yield* repository.findManyForUpdate(names)
      const missing = names.find((name) => !stored.some((role) => role.name === name))
      if (missing !== undefined) return yield* new RoleNotFound({ role: missing })
      yield* withinOwn(allowedBy(roles, stored))
    }),

    permissionsOf: Effect.fnUntraced(function*(roles) {
      const names = custom(roles)
      return allowedBy(roles, names.length === 0 ? [] : yield* repository.findMany(names))
    }),

    keepOwner: Effect.fnUntraced(function*(userId) {
      const owners = yield* repository.someOwners
      if (owners.every((id) => id === userId) && owners.length > 0) return yield* new LastOwner({ userId })
    })
  }))
})

export const layer: Layer.Layer<Roles, never, RoleRepository | Transactor | Events | AuditLog> = Layer.effect(
  Roles,
  make
)
