/**
 * Challenges: what somebody has to prove before something happens, such as that a mailbox is theirs.
 */
import * as Schema from "effect/Schema"
import { Email } from "../kernel/Email.ts"
import * as Id from "../kernel/Id.ts"
import { Phone } from "../kernel/Phone.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Password, Tokens } from "./Account.ts"

export const ChallengeId = Id.define("chal", "ChallengeId")
export type ChallengeId = typeof ChallengeId.Type

/** A code is on its way to whoever owns the address. The id is needed with the code. */
export const Challenge = Schema.Struct({
  challengeId: ChallengeId,
  /** Until when the code is good. */
  expiresAt: Timestamp
}).annotate({ identifier: "Challenge" })
export interface Challenge extends Schema.Schema.Type<typeof Challenge> {}

const Code = Schema.String.check(Schema.isPattern(/^[0-9]{6}$/, { expected: "a code of six digits" }))

/** What a message brought: the code, with the id of the challenge, or the token of the link. */
const Proof = {
  challengeId: Schema.optionalKey(ChallengeId),
  code: Schema.optionalKey(Code),
  token: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(200)))
} as const

/** Either both of `challengeId` and `code`, or `token`. */
const complete = Schema.makeFilter(
  ({ challengeId, code, token }: { readonly challengeId?: unknown; readonly code?: unknown; readonly token?: unknown }) =>
    (token === undefined ? challengeId !== undefined && code !== undefined : code === undefined)
    || "Expected a challengeId with a code, or a token"
)

/** Asks for a code to sign in, at an e-mail address or a number that belongs to an account. */
export const StartPasswordless = Schema.Struct({
  email: Schema.optionalKey(Email),
  phone: Schema.optionalKey(Phone)
}).check(Schema.makeFilter(({ email, phone }) => (email === undefined) !== (phone === undefined) || "Expected email or phone"))
  .annotate({ identifier: "StartPasswordless" })

export const VerifyPasswordless = Schema.Struct(Proof).check(complete).annotate({ identifier: "VerifyPasswordless" })

export const VerifyEmail = Schema.Struct(Proof).check(complete).annotate({ identifier: "VerifyEmail" })

/**
 * What came of confirming an address: `registered` signs in, `changed` moved the account to it, and `waiting` has the
 * other address still to be confirmed.
 */
export const EmailVerified = Schema.Struct({
  state: Schema.Literals(["registered", "changed", "waiting"]),
  tokens: Schema.NullOr(Tokens)
}).annotate({ identifier: "EmailVerified" })
export interface EmailVerified extends Schema.Schema.Type<typeof EmailVerified> {}

export const ChangeEmail = Schema.Struct({ email: Email }).annotate({ identifier: "ChangeEmail" })

/** A change of address, which is made once both are confirmed. */
export const EmailChange = Schema.Struct({ current: Challenge, next: Challenge }).annotate({ identifier: "EmailChange" })
export interface EmailChange extends Schema.Schema.Type<typeof EmailChange> {}

export const ForgotPassword = Schema.Struct({ email: Email }).annotate({ identifier: "ForgotPassword" })

export const ResetPassword = Schema.Struct({ ...Proof, password: Password }).check(complete)
  .annotate({ identifier: "ResetPassword" })

export const ChangePassword = Schema.Struct({
  currentPassword: Schema.String.check(Schema.isMaxLength(1_024)),
  password: Password
}).annotate({ identifier: "ChangePassword" })

/** Registers an address. The account is there once the address is confirmed. */
export const Register = Schema.Struct({
  email: Email,
  password: Password,
  name: Schema.optionalKey(name(200))
}).annotate({ identifier: "Register" })

export const ChangePhone = Schema.Struct({ phone: Phone }).annotate({ identifier: "ChangePhone" })

export const VerifyPhone = Schema.Struct({ challengeId: ChallengeId, code: Code })
  .annotate({ identifier: "VerifyPhone" })

/** The number of an account, for codes by text message. */
export const PhoneNumber = Schema.Struct({ phone: Schema.String, verifiedAt: Timestamp })
  .annotate({ identifier: "PhoneNumber" })
export interface PhoneNumber extends Schema.Schema.Type<typeof PhoneNumber> {}
