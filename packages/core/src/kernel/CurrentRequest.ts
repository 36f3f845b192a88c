/**
 * The id of the request that a call belongs to, for logs, the audit trail and events. `null` in embedded calls.
 */
import * as Context from "effect/Context"

export const CurrentRequest: Context.Reference<string | null> = Context.Reference<string | null>(
  "@stoa/core/kernel/CurrentRequest",
  { defaultValue: () => null }
)
