/**
 * Who else people sign in with: Google, Apple, GitHub, or any OpenID Connect provider. Configuration alone, so that secrets of
 * clients are in no database.
 */
import * as Context from "effect/Context"
import type * as Redacted from "effect/Redacted"
import { type ClientKey, isUsable } from "./ClientSecretJwt.ts"

interface Client {
  /** Names the provider in addresses and in what is stored: `"google"`. Lower-case letters, digits and hyphens. */
  readonly name: string
  readonly clientId: string
  /** Left out for a public client, which has none. */
  readonly clientSecret?: string | Redacted.Redacted
  /**
   * Whether an address that the provider calls verified opens the account of that address, or makes one. Only for
   * providers that prove mailboxes; others let in people who have linked them while they were signed in.
   */
  readonly trustsEmail: boolean
}

/** A provider that speaks OpenID Connect and describes itself at its issuer. */
export interface OidcProvider extends Client {
  readonly kind: "oidc"
  readonly issuer: string
  readonly scopes: ReadonlyArray<string>
  /**
   * How the answer comes back: in the address, or as a form that the browser posts from the provider's page. The latter
   * needs HTTPS, because the browser's cookie has to come along from another site.
   */
  readonly answersBy?: OAuthAnswer
  /** Signs the client's secret, where the provider takes none that stays the same. */
  readonly clientKey?: ClientKey
  /** Speaks to an issuer without TLS. For tests on this machine only. */
  readonly insecure?: boolean
}

/** GitHub, which speaks OAuth 2 and has its own way to tell who somebody is. */
export interface GitHubProvider extends Client {
  readonly kind: "github"
  /** Of GitHub Enterprise: `"https://github.example.com"`; and where its API is. */
  readonly site: string
  readonly api: string
  readonly insecure?: boolean
}

/** How a provider hands over its answer: OAuth 2.0 Form Post Response Mode, or the query of an address. */
export type OAuthAnswer = "query" | "form_post"

export type OAuthProvider = OidcProvider | GitHubProvider

type Given<P extends OAuthProvider, Known extends keyof P> = Omit<P, "kind" | Known> & Partial<Pick<P, Known & keyof P>>

/** Any OpenID Connect provider. Its word on addresses is not taken unless `trustsEmail` says so. */
export const oidc = (provider: Given<OidcProvider, "scopes" | "trustsEmail">): OidcProvider => ({
  kind: "oidc",
  scopes: ["openid", "email", "profile"],
  trustsEmail: false,
  ...provider
})

export const google = (client: Pick<Client, "clientId" | "clientSecret">): OidcProvider =>
  oidc({ name: "google", issuer: "https://accounts.google.com", trustsEmail: true, ...client })

/**
 * Sign in with Apple, for a Services ID and one of the team's keys. Apple tells a name once, with the first sign-in, and
 * may give an address of its relay in place of the person's own: what goes there arrives only from senders that the team
 * has registered with Apple.
 *
 * @see https://developer.apple.com/documentation/signinwithapple
 */
export const apple = (
  { clientId, issuer = "https://appleid.apple.com", name = "apple", insecure = false, ...clientKey }:
    & Pick<Client, "clientId">
    & ClientKey
    & Partial<Pick<OidcProvider, "issuer" | "name" | "insecure">>
): OidcProvider =>
  oidc({
    name,
    issuer,
    clientId,
    insecure,
    clientKey,
    trustsEmail: true,
    answersBy: "form_post",
    scopes: ["openid", "email", "name"]
  })

/** How a provider hands over its answer. */
export const answerOf = (provider: OAuthProvider): OAuthAnswer =>
  provider.kind === "oidc" ? provider.answersBy ?? "query" : "query"

export const gitHub = (
  client: Given<GitHubProvider, "name" | "trustsEmail" | "site" | "api">
): GitHubProvider => ({
  kind: "github",
  name: "github",
  trustsEmail: true,
  site: "https://github.com",
  api: "https://api.github.com",
  ...client
})

export interface OAuthSettings {
  readonly providers: ReadonlyArray<OAuthProvider>
  /** Where providers send people back to is under this: `"https://shop.example/api/v1"`. */
  readonly callbackBase: string
  /** Pages of the shop that people may be sent to afterwards, whole and exact. */
  readonly redirects: ReadonlyArray<string>
}

export const OAuthSettings: Context.Reference<OAuthSettings> = Context.Reference<OAuthSettings>(
  "@stoa/core/identity/OAuthSettings",
  { defaultValue: () => ({ providers: [], callbackBase: "http://localhost", redirects: [] }) }
)

/** A mistake in the settings is told when the engine starts, not when somebody signs in. */
export const checked = (settings: OAuthSettings): OAuthSettings => {
  const names = new Set<string>()
  for (const provider of settings.providers) {
    const { clientId, name } = provider
    if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) throw new Error(`${JSON.stringify(name)} is no name for a provider`)
    if (names.has(name)) throw new Error(`There are two OAuth providers called ${name}`)
    if (clientId === "") throw new Error(`The OAuth provider ${name} has no client id`)
    if (provider.kind === "oidc" && provider.clientKey !== undefined && !isUsable(provider.clientKey)) {
      throw new Error(`The key of the OAuth provider ${name} is no private key for ES256 (PKCS #8 in PEM)`)
    }
    if (answerOf(provider) === "form_post" && !/^https:/i.test(settings.callbackBase)) {
      throw new Error(`The OAuth provider ${name} posts its answers, which needs a callbackBase with https`)
    }
    names.add(name)
  }
  for (const url of [settings.callbackBase, ...settings.redirects]) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || url.includes("#")) {
      throw new Error(`${JSON.stringify(url)} is no address to send people to`)
    }
  }
  return settings
}
