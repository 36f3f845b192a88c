/** The secret that makes the first owner of a store, and what is said with it: shapes alone, which browsers load too. */
import * as Schema from "effect/Schema"
import { Email } from "../kernel/Email.ts"
import { name } from "../kernel/Text.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Password } from "./Account.ts"

/** What makes the account of the first owner. */
export const FirstOwnerInvitation = Schema.Struct({
  /** Shown once; it goes behind the `#` of an address and never into a log. */
  token: Schema.String,
  expiresAt: Timestamp.Timestamp
}).annotate({ identifier: "FirstOwnerInvitation" })
export interface FirstOwnerInvitation extends Schema.Schema.Type<typeof FirstOwnerInvitation> {}

/** What the first owner says to make their account: the secret they were handed, and how they sign in from now on. */
export const BecomeFirstOwner = Schema.Struct({
  token: Schema.String.check(Schema.isMaxLength(200)),
  email: Email,
  password: Password,
  name: Schema.optionalKey(name(200))
}).annotate({ identifier: "BecomeFirstOwner" })
