/**
 * The people who may see figures, which are mailed to nobody else.
 */
import * as Effect from "effect/Effect"
import type { User } from "../identity/Account.ts"
import { FactorRepository } from "../identity/FactorRepository.ts"
import { IdentitySettings } from "../identity/IdentitySettings.ts"
import { Roles } from "../identity/Roles.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import * as Permission from "../kernel/Permission.ts"

/** Somebody to whom figures could be sent, or why not. */
export type Reader =
  | { readonly user: User; readonly refused?: never }
  /** `second_factor`: a role of theirs counts with a second factor only, and they have none. */
  | { readonly user?: never; readonly refused: "unknown" | "not_allowed" | "second_factor" }

export const make = Effect.gen(function*() {
  const users = yield* UserRepository
  const roles = yield* Roles
  const factors = yield* FactorRepository
  const { secondFactorRoles } = yield* IdentitySettings

  return {
    /** Whether a user may see figures now. */
    find: Effect.fnUntraced(function*(id: string) {
      const user = yield* users.find(id)
      const no = (refused: NonNullable<Reader["refused"]>): Reader => ({ refused })
      if (user === undefined || user.status !== "active") return no("unknown")
      if (!Permission.covers(yield* roles.permissionsOf(user.roles), "analytics:read")) return no("not_allowed")
      if (user.roles.some((role) => secondFactorRoles.includes(role))) {
        const { passkeys, totp } = yield* factors.of(user.id)
        if (!totp && passkeys === 0) return no("second_factor")
      }
      const reader: Reader = { user }
      return reader
    })
  }
})
