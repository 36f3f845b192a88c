/**
 * Second factors: what somebody has besides what they know.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

/** Something that was begun and takes two calls: a sign-in that waits for a factor, a passkey that is asked for. */
export const CeremonyId = Id.define("cer", "CeremonyId")
export type CeremonyId = typeof CeremonyId.Type

export const PasskeyId = Id.define("pkey", "PasskeyId")
export type PasskeyId = typeof PasskeyId.Type

/** What a user has besides a password. Only what is confirmed counts. */
export const Factors = Schema.Struct({
  totp: Schema.Boolean,
  passkeys: Schema.Int,
  /** How many of them are not used yet. */
  recoveryCodes: Schema.Int
}).annotate({ identifier: "Factors" })
export interface Factors extends Schema.Schema.Type<typeof Factors> {}

/** A secret to give to an authenticator app. It counts once a code of it was confirmed. */
export const TotpEnrolment = Schema.Struct({
  /** In base 32, for who types it. */
  secret: Schema.String,
  /** `otpauth://totp/...` */
  uri: Schema.String,
  /** The URI as a QR code in SVG. */
  svg: Schema.String
}).annotate({ identifier: "TotpEnrolment" })
export interface TotpEnrolment extends Schema.Schema.Type<typeof TotpEnrolment> {}

export const ConfirmTotp = Schema.Struct({
  code: Schema.String.check(Schema.isPattern(/^[0-9]{6}$/, { expected: "a code of six digits" }))
}).annotate({ identifier: "ConfirmTotp" })

/** Codes for who has lost the other factors. Each is good once; they are shown this once. */
export const RecoveryCodes = Schema.Struct({ recoveryCodes: Schema.Array(Schema.String) })
  .annotate({ identifier: "RecoveryCodes" })
export interface RecoveryCodes extends Schema.Schema.Type<typeof RecoveryCodes> {}

/** A second factor was added. The codes are there where it is the first. */
export const FactorAdded = Schema.Struct({ recoveryCodes: Schema.NullOr(Schema.Array(Schema.String)) })
  .annotate({ identifier: "FactorAdded" })
export interface FactorAdded extends Schema.Schema.Type<typeof FactorAdded> {}

/**
 * Proves a second factor: with the `challengeId` of a sign-in that asked for one, or without it for the session of the
 * call, so that sensitive actions are allowed for a while. A password counts only for the latter, and only where there is
 * no second factor; a code by e-mail only for a sign-in that asked for it.
 */
export const VerifyMfa = Schema.Struct({
  challengeId: Schema.optionalKey(CeremonyId),
  method: Schema.Literals(["totp", "recovery_code", "email_code", "password"]),
  code: Schema.String.check(Schema.isMaxLength(1_024))
}).annotate({ identifier: "VerifyMfa" })

/** What a browser's `navigator.credentials` gave, as JSON. What is in it is checked by its signature. */
const Credential = Schema.Record(Schema.String, Schema.Json)

/** A passkey, without its key. */
export const Passkey = Schema.Struct({
  id: PasskeyId,
  name: Schema.String,
  /** Whether it is kept in a cloud, and is on several devices. */
  backedUp: Schema.Boolean,
  createdAt: Timestamp,
  lastUsedAt: Schema.NullOr(Timestamp)
}).annotate({ identifier: "Passkey" })
export interface Passkey extends Schema.Schema.Type<typeof Passkey> {}

/** What a browser's `navigator.credentials` is to be asked with, in the JSON form of WebAuthn. */
export const PasskeyOptions = Schema.Struct({
  challengeId: CeremonyId,
  options: Schema.Record(Schema.String, Schema.Json)
}).annotate({ identifier: "PasskeyOptions" })
export interface PasskeyOptions extends Schema.Schema.Type<typeof PasskeyOptions> {}

export const RegisterPasskey = Schema.Struct({
  challengeId: CeremonyId,
  response: Credential,
  /** What its owner knows it by. */
  name: Schema.optionalKey(name(100))
}).annotate({ identifier: "RegisterPasskey" })

/** A new passkey; the recovery codes are there where it is the first second factor. */
export const PasskeyAdded = Schema.Struct({ passkey: Passkey, recoveryCodes: Schema.NullOr(Schema.Array(Schema.String)) })
  .annotate({ identifier: "PasskeyAdded" })
export interface PasskeyAdded extends Schema.Schema.Type<typeof PasskeyAdded> {}

/** Asks for a passkey: of whoever has one, or of whom a sign-in waits for. */
export const StartPasskey = Schema.Struct({
  /** The `challengeId` of a sign-in that asked for a second factor. */
  secondFactorFor: Schema.optionalKey(CeremonyId)
}).annotate({ identifier: "StartPasskey" })

export const VerifyPasskey = Schema.Struct({ challengeId: CeremonyId, response: Credential })
  .annotate({ identifier: "VerifyPasskey" })
