/**
 * What staff say of users.
 */
import * as Schema from "effect/Schema"
import { Email } from "../kernel/Email.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { Password, SessionId, User } from "./Account.ts"
import { RoleName } from "./Role.ts"

const roles = Schema.Array(RoleName).check(Schema.isMaxLength(20))

/** A new account. Everybody is a `customer`, said or not. */
export const CreateUser = Schema.Struct({
  email: Email,
  name: Schema.optionalKey(name(200)),
  roles: Schema.optionalKey(roles)
}).annotate({ identifier: "CreateUser" })

/** The same with a password. */
export const EnrolUser = Schema.Struct({ ...CreateUser.fields, password: Password }).annotate({ identifier: "EnrolUser" })

export const AssignRoles = Schema.Struct({ roles, version: Schema.optionalKey(Version) })
  .annotate({ identifier: "AssignRoles" })

/** Why staff act as somebody else; kept in the audit log. */
export const Impersonate = Schema.Struct({ reason: name(500) }).annotate({ identifier: "Impersonate" })

/** What staff act as somebody else with. */
export const Impersonation = Schema.Struct({
  user: User,
  sessionId: SessionId,
  accessToken: Schema.String,
  expiresAt: Timestamp
}).annotate({ identifier: "Impersonation" })
export interface Impersonation extends Schema.Schema.Type<typeof Impersonation> {}
