import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such role. */
export class RoleNotFound extends StoaError<RoleNotFound>()("RoleNotFound", {
  code: "role_not_found",
  kind: "not_found"
}, { role: Schema.String }) {
  override get message(): string {
    return `There is no role ${this.role}`
  }
}

/** The store has a role of this name, or the engine has. */
export class RoleTaken extends StoaError<RoleTaken>()("RoleTaken", { code: "role_taken", kind: "conflict" }, {
  role: Schema.String
}) {
  override get message(): string {
    return `There is a role ${this.role} already`
  }
}

/** The role is the engine's and stays as it is. */
export class RoleBuiltIn extends StoaError<RoleBuiltIn>()("RoleBuiltIn", { code: "role_built_in", kind: "conflict" }, {
  role: Schema.String
}) {
  override get message(): string {
    return `The role ${this.role} is built in and cannot be changed; make a role of your own`
  }
}

/** Somebody has the role. */
export class RoleInUse extends StoaError<RoleInUse>()("RoleInUse", { code: "role_in_use", kind: "conflict" }, {
  role: Schema.String
}) {
  override get message(): string {
    return `Somebody has the role ${this.role}; give them another one first`
  }
}

/** The store has as many roles as it may have. */
export class TooManyRoles extends StoaError<TooManyRoles>()("TooManyRoles", {
  code: "too_many_roles",
  kind: "conflict"
}, { maximum: Schema.Int }) {
  override get message(): string {
    return `A store has at most ${this.maximum} roles of its own; delete one first`
  }
}

/** Without this owner the store would have none. */
export class LastOwner extends StoaError<LastOwner>()("LastOwner", { code: "last_owner", kind: "conflict" }, {
  userId: Schema.String
}) {
  override get message(): string {
    return "A store always has an owner: make somebody else one first"
  }
}
