/**
 * What an actor may do: strings of the form `resource:action`. `resource:*` grants every action on a resource and `*`
 * everything. A plug-in names its own.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Actor } from "./Actor.ts"
import { CurrentActor, permissions } from "./Actor.ts"
import { InvalidInput } from "./Input.ts"
import { StoaError } from "./StoaError.ts"

export const Permission = Schema.String.check(
  Schema.isPattern(/^(\*|[a-z][a-z0-9-]*:(\*|[a-z][a-z0-9-]*))$/, {
    identifier: "Permission",
    expected: "a permission such as orders:refund, orders:* or *"
  })
)
export type Permission = string

/** The permissions of the engine itself, with what each allows. */
export const builtIn = {
  "catalog:read": "See drafts and archived products",
  "catalog:write": "Create, change, import and delete products, categories, brands, attributes, collections and redirects, and name synonyms of the search",
  "media:read": "See files, and read private ones",
  "media:write": "Upload, describe and delete files",
  "license-keys:read": "See how many license keys are left",
  "license-keys:write": "Import license keys, and say which variants give them",
  "license-keys:reveal": "See license keys themselves",
  "prices:read": "See price lists",
  "prices:write": "Create, change and delete price lists and their prices",
  "gift-cards:read": "See gift cards",
  "gift-cards:write": "Make, change and void gift cards",
  "store-credit:read": "See what customers have to spend",
  "store-credit:write": "Give customers credit and take it away",
  "loyalty:read": "See the loyalty program",
  "loyalty:write": "Change the loyalty program",
  "inventory:read": "See stock levels and their ledger",
  "inventory:write": "Adjust and move stock, manage locations",
  "carts:read": "See any cart",
  "carts:write": "Change any cart",
  "orders:read": "See any order",
  "orders:write": "Move orders along, edit and cancel them, put drafts together, write notes",
  "orders:refund": "Give money back",
  "payments:read": "See payments, disputes and the money ledger",
  "payments:write": "Capture and void payments, answer disputes, run reconciliation",
  "fraud:read": "See orders under review, and the block and allow lists",
  "fraud:write": "Approve and reject orders under review, keep the block and allow lists",
  "books:write": "Close periods of the books",
  "customers:read": "See customers",
  "customers:write": "Create and change customers",
  "users:write": "Create and change staff, give and take their roles",
  "users:impersonate": "Act as a user, to see what they see",
  "roles:read": "See roles and what they allow",
  "roles:write": "Create, change and delete roles of the store's own",
  "api-keys:write": "Create and revoke API keys",
  "settings:read": "See the store's settings",
  "settings:write": "Change the store's settings, tax, shipping and feature flags",
  "notifications:read": "See messages and their templates",
  "notifications:write": "Write templates, send messages by hand",
  "vendors:read": "See vendors and who works for them",
  "vendors:write": "Create, change and suspend vendors, say who works for them",
  "vendors:sell": "See and send one's own part of orders, as a member of a vendor",
  "webhooks:read": "See webhook endpoints and what was sent to them",
  "webhooks:write": "Have events sent to other programs",
  "reviews:read": "See reviews that are not shown, and who reported them",
  "reviews:write": "Show, hide and answer reviews",
  "promotions:read": "See promotions, their codes and uses, and what a cart would cost under others",
  "promotions:write": "Create, change and end promotions, make codes, set the lowest prices",
  "jobs:read": "See background work",
  "jobs:write": "Start failed background work again, or discard it",
  "analytics:read": "See what the shop sells and who buys",
  "analytics:write": "Work the figures of the shop out anew, and save reports under a name",
  "audit:read": "See the audit log",
  "health:read": "See detailed health"
} as const

/** A permission of the engine, of everything on one of its resources, or of everything. */
export type BuiltIn = keyof typeof builtIn | `${Resource<keyof typeof builtIn>}:*` | "*"

type Resource<Name> = Name extends `${infer Of}:${string}` ? Of : never

/** The permissions that there are, with what each allows: the engine's and those of its plug-ins. */
export type Known = Readonly<Record<string, string>>
export const Known: Context.Reference<Known> = Context.Reference<Known>("@stoa/core/kernel/Permission/Known", {
  defaultValue: () => builtIn
})

/** Whether there is something that a permission, or one with `*`, allows. */
export const exists = (known: Known, permission: Permission): boolean =>
  permission === "*" || Object.hasOwn(known, permission)
  || (permission.endsWith(":*") && Object.keys(known).some((name) => name.startsWith(permission.slice(0, -1))))

/** Refuses permissions in the field `permissions` of an input that there are not. */
export const requireKnown = (known: Known) => (permissions: ReadonlyArray<Permission>): Effect.Effect<void, InvalidInput> => {
  const faults = permissions.flatMap((permission, index) =>
    exists(known, permission) ? [] : [{ path: ["permissions", index], message: "is no permission of this shop", code: "unknown" }]
  )
  return faults.length === 0 ? Effect.void : Effect.fail(new InvalidInput({ faults }))
}

/** Not allowed. Services answer "not found" instead where the caller may not know that the thing exists. */
export class Forbidden extends StoaError<Forbidden>()("Forbidden", { code: "forbidden", kind: "forbidden" }, {
  permission: Schema.String
}) {
  override get message(): string {
    return `This needs the permission ${this.permission}`
  }
}

/** Nobody is signed in, or the credential that was sent is not valid. */
export class Unauthenticated extends StoaError<Unauthenticated>()(
  "Unauthenticated",
  { code: "unauthenticated", kind: "unauthenticated" },
  { reason: Schema.String }
) {
  override get message(): string {
    return this.reason
  }
}

/** What an operation fails with that needs a permission. */
export type Denied = Forbidden | Unauthenticated

/** Whether a list of granted permissions covers one. */
export const covers = (granted: ReadonlyArray<string>, permission: Permission): boolean =>
  granted.includes(permission) || granted.includes("*") || granted.includes(`${permission.split(":")[0]}:*`)

/** Whether an actor holds a permission. The system holds all; guests, and people without a role, none. */
export const holds = (actor: Actor, permission: Permission): boolean =>
  actor._tag === "system" || covers(permissions(actor), permission)

/** Staff who act as somebody else were about to do what only that person may. */
export class ImpersonationRefused extends StoaError<ImpersonationRefused>()("ImpersonationRefused", {
  code: "impersonation_refused",
  kind: "forbidden"
}, {}) {
  override get message(): string {
    return "Nobody does this for somebody else"
  }
}

/** Fails for staff who act as somebody else: for what changes an account, what it may do, or takes its data out. */
export const inPerson: Effect.Effect<void, ImpersonationRefused> = Effect.flatMap(CurrentActor, (actor) =>
  actor._tag === "customer" && actor.impersonatedBy !== undefined
    ? Effect.fail(new ImpersonationRefused())
    : Effect.void)

/** Whether the current actor holds a permission. */
export const check = (permission: Permission): Effect.Effect<boolean> =>
  Effect.map(CurrentActor, (actor) => holds(actor, permission))

/** The id of the customer who is signed in; fails for everybody else, programs and the system too. */
export const customer = (reason: string): Effect.Effect<string, Unauthenticated> =>
  Effect.flatMap(CurrentActor, (actor) =>
    actor._tag === "customer" ? Effect.succeed(actor.customerId) : Effect.fail(new Unauthenticated({ reason })))

/** Fails with `Unauthenticated` for guests and `Forbidden` for others, unless the current actor holds the permission. */
export const require = (permission: Permission): Effect.Effect<void, Denied> =>
  Effect.flatMap(CurrentActor, (actor) => {
    if (holds(actor, permission)) return Effect.void
    return Effect.fail(
      actor._tag === "guest"
        ? new Unauthenticated({ reason: "Sign in or send an API key" })
        : new Forbidden({ permission })
    )
  })
