/**
 * Where checkout finds the address of a signed-in customer who gave none: the domain that keeps accounts says so here.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"

/** The e-mail address of a customer's account; `null` for one without. One statement at most. */
export type EmailOf = (customerId: string) => Effect.Effect<string | null, StorageError>

export const CustomerEmail: Context.Reference<EmailOf> = Context.Reference<EmailOf>(
  "@stoa/core/checkout/CustomerEmail",
  { defaultValue: () => () => Effect.succeed(null) }
)
