/**
 * Accounts of people who sign in, their sessions, and the keys of programs.
 */
import * as Schema from "effect/Schema"
import { Email } from "../kernel/Email.ts"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import { Permission } from "../kernel/Permission.ts"
import * as Text from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { Assessment } from "./RiskAssessor.ts"

export const UserId = Id.define("user", "UserId")
export type UserId = typeof UserId.Type

export const SessionId = Id.define("sess", "SessionId")
export type SessionId = typeof SessionId.Type

export const ApiKeyId = Id.define("key", "ApiKeyId")
export type ApiKeyId = typeof ApiKeyId.Type

const name = Text.text(200)

/** A password: 8 to 128 characters, any characters, nothing trimmed or folded. */
export const Password = Schema.String.check(Schema.isMinLength(8), Schema.isMaxLength(128))

export const User = Schema.Struct({
  id: UserId,
  email: Schema.String,
  emailVerified: Schema.Boolean,
  name: Schema.NullOr(name),
  /** Names of roles; `"customer"` for everybody who registered. */
  roles: Schema.Array(Schema.String),
  status: Schema.Literals(["active", "suspended"]),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "User" })
export interface User extends Schema.Schema.Type<typeof User> {}

export const Login = Schema.Struct({ email: Email, password: Schema.String.check(Schema.isMaxLength(1_024)) })
  .annotate({ identifier: "Login" })

export const Refresh = Schema.Struct({ refreshToken: Schema.String }).annotate({ identifier: "Refresh" })

/**
 * What a sign-in gives: a short-lived access token (JWT) and an opaque refresh token that is good once. Over HTTP both are
 * empty where the caller had the browser keep them in cookies.
 */
export const Tokens = Schema.Struct({
  accessToken: Schema.String,
  accessTokenExpiresAt: Timestamp,
  refreshToken: Schema.String,
  refreshTokenExpiresAt: Timestamp,
  user: User
}).annotate({ identifier: "Tokens" })
export interface Tokens extends Schema.Schema.Type<typeof Tokens> {}

/** A sign-in that has not ended: one device, one chain of refresh tokens. */
export const Session = Schema.Struct({
  id: SessionId,
  /** The network address of the last sign-in or refresh, where the host told it. */
  address: Schema.NullOr(Schema.String),
  userAgent: Schema.NullOr(Schema.String),
  /** Roughly where that was, where the shop has a locator of places. */
  place: Schema.NullOr(Schema.String),
  /** Whether it is the session of this call. */
  current: Schema.Boolean,
  createdAt: Timestamp,
  /** When its tokens were last refreshed. */
  lastUsedAt: Timestamp,
  /** When it ends: after its lifetime, or sooner, when it is not refreshed. */
  expiresAt: Timestamp
}).annotate({ identifier: "Session" })
export interface Session extends Schema.Schema.Type<typeof Session> {}

export const SignInId = Id.define("sign", "SignInId")

/** That somebody signed in, or tried to. */
export const SignIn = Schema.Struct({
  id: SignInId,
  outcome: Schema.Literals(["succeeded", "failed"]),
  /** What was used: `"password"`, `"email_code"`, `"passkey"`, or several with a `+` between them. */
  method: Schema.String,
  /** The session that began. */
  sessionId: Schema.NullOr(SessionId),
  address: Schema.NullOr(Schema.String),
  userAgent: Schema.NullOr(Schema.String),
  /** Roughly where it came from, where the shop has a locator of places. */
  place: Schema.NullOr(Schema.String),
  /** What was thought of it, once its first proof was right. One that was refused has failed. */
  risk: Schema.NullOr(Assessment),
  at: Timestamp
}).annotate({ identifier: "SignIn" })
export interface SignIn extends Schema.Schema.Type<typeof SignIn> {}

export const ListSignIns = Schema.Struct(Page.PageRequest)
export interface ListSignIns extends Schema.Schema.Type<typeof ListSignIns> {}

/** A public key that access tokens can be verified with (RFC 7517). */
export const PublicKey = Schema.Struct({
  kid: Schema.String,
  kty: Schema.String,
  alg: Schema.String,
  use: Schema.Literal("sig"),
  crv: Schema.optionalKey(Schema.String),
  x: Schema.optionalKey(Schema.String),
  y: Schema.optionalKey(Schema.String),
  n: Schema.optionalKey(Schema.String),
  e: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "PublicKey" })
export interface PublicKey extends Schema.Schema.Type<typeof PublicKey> {}

/** What `/.well-known/jwks.json` answers. */
export const PublicKeys = Schema.Struct({ keys: Schema.Array(PublicKey) }).annotate({ identifier: "PublicKeys" })
export interface PublicKeys extends Schema.Schema.Type<typeof PublicKeys> {}

/** What whoever is signed in may do besides shopping: `"orders:refund"`, `"orders:*"`, `"*"`. */
export const MyPermissions = Schema.Struct({ permissions: Schema.Array(Schema.String) }).annotate({ identifier: "MyPermissions" })
export interface MyPermissions extends Schema.Schema.Type<typeof MyPermissions> {}

export const UpdateProfile = Schema.Struct({
  name: Schema.optionalKey(Schema.NullOr(name)),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateProfile" })

/** Users for staff, newest first. */
export const ListUsers = Schema.Struct({
  ...Page.PageRequest,
  /** The beginning of an address or of a name. */
  search: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(200))),
  status: Schema.optionalKey(User.fields.status),
  /** Only those who have a role. */
  role: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(40)))
})
export interface ListUsers extends Schema.Schema.Type<typeof ListUsers> {}

/** A key of a program, without its secret. */
export const ApiKey = Schema.Struct({
  id: ApiKeyId,
  name: Schema.String,
  /** The beginning of the secret, to recognise it by. */
  hint: Schema.String,
  permissions: Schema.Array(Permission),
  expiresAt: Schema.NullOr(Timestamp),
  lastUsedAt: Schema.NullOr(Timestamp),
  revokedAt: Schema.NullOr(Timestamp),
  createdAt: Timestamp
}).annotate({ identifier: "ApiKey" })
export interface ApiKey extends Schema.Schema.Type<typeof ApiKey> {}

export const CreateApiKey = Schema.Struct({
  name: Text.name(200),
  /** Nobody grants what they do not hold. */
  permissions: Schema.Array(Permission).check(Schema.isMinLength(1), Schema.isMaxLength(100)),
  expiresAt: Schema.optionalKey(Schema.NullOr(Timestamp))
}).annotate({ identifier: "CreateApiKey" })

/** A new key with its secret, which is shown once. */
export const NewApiKey = Schema.Struct({ apiKey: ApiKey, secret: Schema.String }).annotate({ identifier: "NewApiKey" })
export interface NewApiKey extends Schema.Schema.Type<typeof NewApiKey> {}

export const ListApiKeys = Schema.Struct(Page.PageRequest)
export interface ListApiKeys extends Schema.Schema.Type<typeof ListApiKeys> {}
