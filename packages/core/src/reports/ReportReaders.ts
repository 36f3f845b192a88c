/**
 * The people who may see figures, which are mailed to nobody else.
 */
import * as Effect from "effect/Effect"
import { Roles } from "../identity/Roles.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import * as Permission from "../kernel/Permission.ts"

export const make = Effect.gen(function*() {
  const users = yield* UserRepository
  const roles = yield* Roles

  return {
    /** A user, if they may see figures now. */
    find: Effect.fnUntraced(function*(id: string) {
      const user = yield* users.find(id)
      if (user === undefined || user.status !== "active") return undefined
      return Permission.covers(yield* roles.permissionsOf(user.roles), "analytics:read") ? user : undefined
    })
  }
})
