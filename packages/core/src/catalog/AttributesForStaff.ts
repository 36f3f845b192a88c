/**
 * Whether what attributes say for staff only is for the caller: it is for who holds `catalog:read`, but not where that was only lent to
 * them, as to the people of a vendor for their own products.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Permission from "../kernel/Permission.ts"

/** Whether `catalog:read` shows them; `true` unless somebody says otherwise. */
export const AreShown = Context.Reference<boolean>("@stoa/core/catalog/AttributesForStaff", { defaultValue: () => true })

/** Whether the caller sees them. */
export const seen = Effect.gen(function*() {
  return (yield* AreShown) && (yield* Permission.check("catalog:read"))
})

/** Acts without seeing them. */
export const hidden = Effect.provideService(AreShown, false)
