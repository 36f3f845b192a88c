/**
 * Roles: names for sets of permissions. Some are built in and the same everywhere; a store adds its own.
 */
import * as Schema from "effect/Schema"
import { builtIn as enginePermissions, covers, Permission } from "../kernel/Permission.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"

/** A short name that users carry: `"fulfilment"`, `"night-shift"`. */
export const RoleName = Schema.String.check(Schema.isPattern(/^[a-z][a-z0-9-]{1,39}$/, {
  identifier: "RoleName",
  expected: "2 to 40 lower-case letters, digits and hyphens, the first a letter"
}))

/** How many roles a store may add. */
export const maximumRoles = 100

export const Role = Schema.Struct({
  name: RoleName,
  /** What people call it. */
  title: name(100),
  description: Schema.NullOr(text(500)),
  permissions: Schema.Array(Permission),
  /** Whether it is the engine's and cannot be changed. */
  builtIn: Schema.Boolean,
  version: Version,
  createdAt: Schema.NullOr(Timestamp),
  updatedAt: Schema.NullOr(Timestamp)
}).annotate({ identifier: "Role" })
export interface Role extends Schema.Schema.Type<typeof Role> {}

const permissions = Schema.Array(Permission).check(Schema.isMaxLength(200))

/** A role of the store's own. Nobody puts a permission into it that they do not hold. */
export const CreateRole = Schema.Struct({
  name: RoleName,
  title: Role.fields.title,
  description: Schema.optionalKey(Role.fields.description),
  permissions
}).annotate({ identifier: "CreateRole" })

export const UpdateRole = Schema.Struct({
  title: Schema.optionalKey(Role.fields.title),
  description: Schema.optionalKey(Role.fields.description),
  permissions: Schema.optionalKey(permissions),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateRole" })

/** A permission that a role can hold, with what it allows. */
export const KnownPermission = Schema.Struct({ permission: Schema.String, description: Schema.String })
  .annotate({ identifier: "KnownPermission" })

const define = (name: string, title: string, description: string, permissions: ReadonlyArray<string>): Role => ({
  name,
  title,
  description,
  permissions,
  builtIn: true,
  version: 1,
  createdAt: null,
  updatedAt: null
})

/** Every resource of the engine, whatever is done with it; what plug-ins add is given by roles of the store's own. */
const everything = [...new Set(Object.keys(enginePermissions).map((permission) => `${permission.split(":")[0]}:*`))]

/** The role that may do everything, and that a store always has somebody in. */
export const owner = "owner"

/** What everybody who signs in is. */
export const customer = "customer"

const roles: ReadonlyArray<Role> = [
  define("guest", "Guest", "Whoever has not signed in", []),
  define(customer, "Customer", "Buys, and sees their own", []),
  define("seller", "Seller", "Keeps products and their stock", [
    "catalog:read",
    "catalog:write",
    "media:read",
    "media:write",
    "license-keys:read",
    "license-keys:write",
    "prices:read",
    "prices:write",
    "inventory:read",
    "inventory:write",
    "orders:read"
  ]),
  define("vendor", "Vendor", "Sells in a marketplace: sees and sends its own part of orders", ["vendors:sell"]),
  define("fulfilment", "Fulfilment", "Sends what was ordered", [
    "orders:read",
    "orders:write",
    "inventory:read",
    "inventory:write"
  ]),
  define("finance", "Finance", "Sees to the money", [
    "gift-cards:read",
    "gift-cards:write",
    "store-credit:read",
    "store-credit:write",
    "orders:read",
    "orders:refund",
    "payments:read",
    "payments:write",
    "fraud:read",
    "fraud:write",
    "books:write",
    "audit:read"
  ]),
  define("support", "Support", "Helps customers", [
    "gift-cards:read",
    "store-credit:read",
    "customers:read",
    "customers:write",
    "orders:read",
    "orders:write",
    "carts:read",
    "users:impersonate"
  ]),
  define("staff", "Staff", "Sees how the shop goes", [
    "catalog:read",
    "media:read",
    "prices:read",
    "inventory:read",
    "orders:read",
    "customers:read"
  ]),
  define("admin", "Administrator", "Runs the shop", everything),
  define(owner, "Owner", "May do everything, plug-ins' permissions included; a store always has one", ["*"])
]

/** The roles that every store has. */
export const builtInRoles: ReadonlyMap<string, Role> = new Map(roles.map((role) => [role.name, role]))

/** Those of some permissions that an actor's own do not cover. A wildcard is covered by itself or a wider one only. */
export const beyond = (
  permissions: ReadonlyArray<string>,
  held: (permission: string) => boolean
): ReadonlyArray<string> => [...new Set(permissions)].filter((permission) => !held(permission)).sort()

/** What roles allow together, without what another permission among them covers. */
export const union = (lists: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const all = [...new Set(lists.flat())]
  return all.filter((permission) => !covers(all.filter((other) => other !== permission), permission)).sort()
}
