/**
 * Where a call comes from: the network address and the program of the person at the other end. The host sets it; it is
 * what failed sign-ins are counted by and what a list of sessions shows.
 */
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"

export const Client = Schema.Struct({
  /** An IPv4 or IPv6 address that the host has seen itself or was told by a proxy that it trusts. */
  address: Schema.NullOr(Schema.String),
  userAgent: Schema.NullOr(Schema.String)
})
export interface Client extends Schema.Schema.Type<typeof Client> {}

/** Unknown in embedded calls that do not set it. */
export const CurrentClient: Context.Reference<Client> = Context.Reference<Client>("@stoa/core/kernel/CurrentClient", {
  defaultValue: () => ({ address: null, userAgent: null })
})
