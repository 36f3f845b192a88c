/**
 * Who is calling. Services read the actor from the context and decide by it; nobody passes it as an argument.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { text } from "./Text.ts"

/** It is written down with whatever the actor does. */
const id = text(200)

/** Nobody is signed in. The tokens prove that a cart or an order is theirs. */
export const Guest = Schema.TaggedStruct("guest", {
  cartToken: Schema.optionalKey(Schema.String),
  orderToken: Schema.optionalKey(Schema.String)
})

/** A person who has signed in. A cart token is that of the cart they filled before they did. */
export const Customer = Schema.TaggedStruct("customer", {
  customerId: id,
  sessionId: Schema.optionalKey(id),
  /** What they may do besides shopping, if they work for the shop. */
  permissions: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The id of the staff who act as this person, to see what they see. */
  impersonatedBy: Schema.optionalKey(id),
  /** What the session was proved with. Absent where a host names the actor and answers for it. */
  assurance: Schema.optionalKey(Schema.Struct({
    /** Until when sensitive actions need no new proof (ISO 8601, UTC). */
    freshUntil: Schema.String,
    /** Whether the account has a second factor, which the proof is then of. */
    secondFactor: Schema.Boolean
  })),
  cartToken: Schema.optionalKey(Schema.String),
  orderToken: Schema.optionalKey(Schema.String)
})

/** A program that works for the shop, or a person who does so through another system, with what it may do. */
export const Staff = Schema.TaggedStruct("staff", {
  /** The id of an API key, or what the other system calls the person. */
  id,
  permissions: Schema.Array(Schema.String)
})

/** The engine itself, its jobs, and code that embeds it without saying otherwise. May do everything. */
export const System = Schema.TaggedStruct("system", {
  /** What acted, for the audit log: a job's or a plug-in's name. */
  name: id
})

export const Actor = Schema.Union([Guest, Customer, Staff, System]).annotate({
  message: "Expected an actor: Actor.customer(id), Actor.staff(id, permissions), Actor.guest() or Actor.system(name)"
})
export type Actor = typeof Actor.Type

export const system = (name = "system"): Actor => ({ _tag: "system", name })
export const guest = (tokens: Omit<typeof Guest.Type, "_tag"> = {}): Actor => ({ _tag: "guest", ...tokens })
export const customer = (customerId: string, more: Omit<typeof Customer.Type, "_tag" | "customerId"> = {}): Actor => ({
  _tag: "customer",
  customerId,
  ...more
})
export const staff = (id: string, permissions: ReadonlyArray<string>): Actor => ({ _tag: "staff", id, permissions })

/** The actor of the running call. An embedded call that sets none is the system's. */
export const CurrentActor: Context.Reference<Actor> = Context.Reference<Actor>("@stoa/core/kernel/CurrentActor", {
  defaultValue: () => system()
})

/** Whose account the caller has signed in to, if any. */
export const userId = (actor: Actor): string | undefined => actor._tag === "customer" ? actor.customerId : undefined

/** What the actor may do, as permissions. The system has no list: it may do everything. */
export const permissions = (actor: Actor): ReadonlyArray<string> =>
  actor._tag === "staff" || actor._tag === "customer" ? actor.permissions ?? [] : []

/**
 * A short name for logs and ledgers, without secrets: `"staff:key_01..."`, `"guest"`. Staff who act as somebody else are
 * named before them.
 */
export const describe = (actor: Actor): string => {
  switch (actor._tag) {
    case "guest":
      return "guest"
    case "customer":
      if (actor.impersonatedBy !== undefined) return `staff:${actor.impersonatedBy} as customer:${actor.customerId}`
      return `${permissions(actor).length > 0 ? "staff" : "customer"}:${actor.customerId}`
    case "staff":
      return `staff:${actor.id}`
    case "system":
      return `system:${actor.name}`
  }
}

/** Runs an effect as an actor. */
export const as = (actor: Actor) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, CurrentActor, actor)
