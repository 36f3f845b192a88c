/**
 * What an installation decides about identity.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Layer from "effect/Layer"

export interface IdentitySettings {
  /** The shortest password, 8 to 128 characters. 15 is advised where no second factor is required (NIST SP 800-63B). */
  readonly passwordMinimumLength: number
  /** Words of the shop that are no passwords, besides what is known of their owner: its names, what it sells. */
  readonly passwordWords: ReadonlyArray<string>
  /** The cost of an Argon2id hash; memory in KiB. Raising it raises stored hashes as their owners sign in. */
  readonly argon2: { readonly memoryCost: number; readonly timeCost: number; readonly parallelism: number }
  /** How many hashes are computed at the same time, each with its memory. */
  readonly hashesAtOnce: number
  /** `iss` of access tokens. */
  readonly issuer: string
  /** What access tokens are signed with. Tokens of keys from before stay good, each by its own key's algorithm. */
  readonly signingAlgorithm: "EdDSA" | "ES256" | "RS256"
  /** How long a key signs before the next takes its place. */
  readonly signingKeyLifetime: Duration.Duration
  /** How long a key is published before it signs, for those who keep public keys for a while. */
  readonly signingKeyNotice: Duration.Duration
  readonly accessTokenLifetime: Duration.Duration
  /** How long a session lasts whatever happens. */
  readonly sessionLifetime: Duration.Duration
  /**
   * How long a session lasts without being refreshed; as long as `sessionLifetime` if not given. Clients refresh when an
   * access token has expired, so give it more than `accessTokenLifetime`.
   */
  readonly sessionIdleLifetime: Duration.Duration
  /** How long a code or link in a message is good, at most 10 minutes (OWASP ASVS 6.5.5). */
  readonly codeLifetime: Duration.Duration
  /** How many times a code may be tried. */
  readonly codeAttempts: number
  /** Whether a code that is sent to an address without an account makes one. */
  readonly passwordlessSignUp: boolean
  /**
   * Pages of the shop that links in messages lead to. What proves the link is added behind a `#`, where it reaches
   * neither servers nor their logs; the page shows a button and posts it. Without a page, messages hold a code only.
   */
  readonly links: {
    /** Posts the token to `/auth/passwordless/verify`. */
    readonly signIn?: string
    /** Posts the token to `/auth/email/verify`. */
    readonly confirmEmail?: string
    /** Asks for a new password and posts it with the token to `/auth/password/reset`. */
    readonly resetPassword?: string
  }
  /** Whether owners get a mail when somebody signs in with a device that their account has not seen. */
  readonly tellOfNewDevices: boolean
  /** How long a proof is fresh enough for sensitive actions. */
  readonly stepUpFreshness: Duration.Duration
  /** Roles whose permissions count only in a session with a second factor: `["admin"]`. */
  readonly secondFactorRoles: ReadonlyArray<string>
  /** For whom passkeys are made (the relying party of WebAuthn). */
  readonly passkeys: {
    /** The domain of the shop, without its scheme: `"shop.example"`. Passkeys are lost when it changes. */
    readonly rpId: string
    /** What browsers call the shop. */
    readonly rpName: string
    /** The origins that ask for passkeys: `["https://shop.example"]`. */
    readonly origins: ReadonlyArray<string>
  }
  /** For how long a refresh token may be exchanged once more, for tabs side by side (0 to 5 minutes). */
  readonly refreshGrace: Duration.Duration
}

export const defaults: IdentitySettings = {
  passwordMinimumLength: 8,
  passwordWords: [],
  argon2: { memoryCost: 19_456, timeCost: 2, parallelism: 1 },
  hashesAtOnce: 4,
  issuer: "stoa",
  signingAlgorithm: "EdDSA",
  signingKeyLifetime: Duration.days(90),
  signingKeyNotice: Duration.days(1),
  accessTokenLifetime: Duration.minutes(15),
  sessionLifetime: Duration.days(30),
  sessionIdleLifetime: Duration.days(30),
  codeLifetime: Duration.minutes(10),
  codeAttempts: 5,
  passwordlessSignUp: true,
  links: {},
  tellOfNewDevices: true,
  stepUpFreshness: Duration.minutes(10),
  secondFactorRoles: [],
  passkeys: { rpId: "localhost", rpName: "Stoa", origins: ["http://localhost:3000"] },
  refreshGrace: Duration.seconds(30)
}

/** Read when the services are built. */
export const IdentitySettings: Context.Reference<IdentitySettings> = Context.Reference<IdentitySettings>(
  "@stoa/core/identity/IdentitySettings",
  { defaultValue: () => defaults }
)

/** The defaults with what is given. */
export const layer = (settings: Partial<IdentitySettings>): Layer.Layer<never> =>
  Layer.succeed(IdentitySettings, {
    ...defaults,
    ...(settings.sessionLifetime === undefined ? {} : { sessionIdleLifetime: settings.sessionLifetime }),
    ...settings
  })
