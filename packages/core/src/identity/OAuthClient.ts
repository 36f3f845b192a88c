/**
 * Speaking with providers: OpenID Connect and OAuth 2 with PKCE, by `oauth4webapi`.
 *
 * Every call has a time limit and every answer a size limit; redirects are not followed.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9700 (best current practice)
 * @see https://www.rfc-editor.org/rfc/rfc9207 (who answered)
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { createHash } from "node:crypto"
import type * as OAuthLibrary from "oauth4webapi"
import { OAuthFailed, OAuthUnavailable } from "./OAuthErrors.ts"
import * as ClientSecretJwt from "./ClientSecretJwt.ts"
import { answerOf, type GitHubProvider, type OAuthProvider, OAuthSettings } from "./OAuthSettings.ts"

type Library = typeof OAuthLibrary

/** How the library is to ask, in the part that all of its functions take. */
interface Manner {
  readonly signal: AbortSignal
}
type Server = OAuthLibrary.AuthorizationServer

/** What one sign-in is told apart by. */
export interface OAuthAttempt {
  readonly provider: OAuthProvider
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  /** Of PKCE. */
  readonly verifier: string
}

/** Who somebody is, by the word of a provider. */
export interface OAuthProfile {
  readonly issuer: string
  readonly subject: string
  readonly email: string | null
  readonly emailVerified: boolean
  readonly name: string | null
}

export class OAuthClient extends Context.Service<OAuthClient, {
  /** Where the browser goes to. */
  readonly authorizationUrl: (attempt: OAuthAttempt) => Effect.Effect<string, OAuthUnavailable>
  /** Who came back, by the parameters that they came back with. */
  readonly profile: (
    attempt: OAuthAttempt,
    parameters: Readonly<Record<string, string>>
  ) => Effect.Effect<OAuthProfile, OAuthFailed | OAuthUnavailable>
}>()("@stoa/core/identity/OAuthClient") {}

const timeLimit = Duration.seconds(8)
const sizeLimit = 1_048_576
const rememberFor = Duration.toMillis("1 hour")

/** Reads an answer as far as it may go. */
const bounded = async (response: Response): Promise<Response> => {
  const chunks: Array<Uint8Array> = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > sizeLimit) throw new Error("The answer of a provider is too large")
    chunks.push(chunk)
  }
  const empty = response.status === 204 || response.status === 304
  return new Response(empty ? null : Buffer.concat(chunks), { status: response.status, headers: response.headers })
}

const text = (value: unknown): string | null => typeof value === "string" && value !== "" ? value : null

const challengeOf = (verifier: string): string => createHash("sha256").update(verifier).digest("base64url")

const gitHubServer = ({ site }: GitHubProvider): Server => ({
  issuer: site,
  authorization_endpoint: `${site}/login/oauth/authorize`,
  token_endpoint: `${site}/login/oauth/access_token`,
  token_endpoint_auth_methods_supported: ["client_secret_post"]
})

const scopesOf = (provider: OAuthProvider): ReadonlyArray<string> =>
  provider.kind === "oidc" ? provider.scopes : ["read:user", "user:email"]

/** The client's secret at a moment, if it has one. */
const secretOf = async (provider: OAuthProvider, server: Server, at: number): Promise<string | undefined> => {
  if (provider.kind === "oidc" && provider.clientKey !== undefined) {
    return ClientSecretJwt.sign(provider.clientKey, { clientId: provider.clientId, audience: server.issuer, at })
  }
  const { clientSecret } = provider
  return clientSecret === undefined || typeof clientSecret === "string" ? clientSecret : Redacted.value(clientSecret)
}

const authentication = (library: Library, secret: string | undefined, server: Server): OAuthLibrary.ClientAuth => {
  if (secret === undefined) return library.None()
  return server.token_endpoint_auth_methods_supported?.includes("client_secret_post") === true
    ? library.ClientSecretPost(secret)
    : library.ClientSecretBasic(secret)
}

/**
 * The name that Apple tells beside its answer, once. Nobody signs for it, so it is no more than what somebody calls
 * themselves.
 */
const toldName = (provider: OAuthProvider, user: string | undefined): string | null => {
  if (answerOf(provider) !== "form_post" || user === undefined || user.length > 2_000) return null
  try {
    const { name } = JSON.parse(user) as { readonly name?: Readonly<Record<string, unknown>> | null }
    return text([text(name?.["firstName"]), text(name?.["lastName"])].filter((part) => part !== null).join(" "))
  } catch {
    return null
  }
}

export const make = Effect.gen(function*() {
  yield* OAuthSettings
  // loaded at the first sign-in: most processes never see one
  const library = yield* Effect.cached(Effect.promise(() => import("oauth4webapi")))
  const servers = new Map<string, { readonly server: Server; readonly loadedAt: number }>()

  const failure = (library: Library, provider: OAuthProvider, error: unknown) => {
    const { name } = provider
    if (error instanceof library.AuthorizationResponseError) return new OAuthFailed({ provider: name, reason: "denied" })
    const refused = error instanceof library.OperationProcessingError
      || error instanceof library.UnsupportedOperationError
      || error instanceof library.WWWAuthenticateChallengeError
      || (error instanceof library.ResponseBodyError && error.status < 500)
    return refused ? new OAuthFailed({ provider: name, reason: "rejected" }) : new OAuthUnavailable({ provider: name })
  }

  /** Something asked of a provider, with a time limit and failures in the engine's words. */
  const ask = <A>(
    provider: OAuthProvider,
    question: (library: Library, manner: Manner) => Promise<A>
  ): Effect.Effect<A, OAuthFailed | OAuthUnavailable> =>
    Effect.flatMap(library, (library) =>
      Effect.tryPromise({
        try: (signal) => {
          const manner = {
            signal,
            [library.allowInsecureRequests]: provider.insecure === true,
            [library.customFetch]: async (url: string, init: unknown) => bounded(await fetch(url, init as RequestInit))
          }
          return question(library, manner)
        },
        catch: (error) => failure(library, provider, error)
      }).pipe(
        Effect.timeoutOrElse({
          duration: timeLimit,
          orElse: () => Effect.fail(new OAuthUnavailable({ provider: provider.name }))
        }),
        // the reason is ours to know, but may quote what the provider sent
        Effect.tapError((error) =>
          Effect.logWarning("A sign-in with a provider failed").pipe(
            Effect.annotateLogs({ provider: provider.name, code: error.code })
          )
        )
      ))

  /** What a provider says of itself. Asked once an hour. */
  const serverOf = Effect.fnUntraced(function*(provider: OAuthProvider) {
    if (provider.kind === "github") return gitHubServer(provider)
    const now = yield* Clock.currentTimeMillis
    const known = servers.get(provider.name)
    if (known !== undefined && now - known.loadedAt < rememberFor) return known.server
    const issuer = new URL(provider.issuer)
    const server = yield* ask(provider, async (library, options) =>
      library.processDiscoveryResponse(
        issuer,
        await library.discoveryRequest(issuer, { ...options, algorithm: "oidc" } as OAuthLibrary.DiscoveryRequestOptions)
      ))
    servers.set(provider.name, { server, loadedAt: now })
    return server
  })

  return OAuthClient.of({
    authorizationUrl: Effect.fn("OAuthClient.authorizationUrl")(function*({ nonce, provider, redirectUri, state, verifier }) {
      const server = yield* Effect.catchTag(
        serverOf(provider),
        "OAuthFailed",
        () => Effect.fail(new OAuthUnavailable({ provider: provider.name }))
      )
      if (server.authorization_endpoint === undefined) return yield* new OAuthUnavailable({ provider: provider.name })
      const url = new URL(server.authorization_endpoint)
      url.searchParams.set("response_type", "code")
      url.searchParams.set("client_id", provider.clientId)
      url.searchParams.set("redirect_uri", redirectUri)
      url.searchParams.set("scope", scopesOf(provider).join(" "))
      url.searchParams.set("state", state)
      url.searchParams.set("code_challenge", challengeOf(verifier))
      url.searchParams.set("code_challenge_method", "S256")
      if (provider.kind === "oidc") url.searchParams.set("nonce", nonce)
      if (answerOf(provider) === "form_post") url.searchParams.set("response_mode", "form_post")
      return url.href
    }),

    profile: Effect.fn("OAuthClient.profile")(function*(attempt, parameters) {
      const { provider } = attempt
      const server = yield* serverOf(provider)
      const client: OAuthLibrary.Client = { client_id: provider.clientId }
      const now = yield* Clock.currentTimeMillis
      return yield* ask(provider, async (library, manner): Promise<OAuthProfile> => {
        // also whether it was this provider who answered
        const answered = library.validateAuthResponse(server, client, new URLSearchParams(parameters), attempt.state)
        const response = await library.authorizationCodeGrantRequest(
          server,
          client,
          authentication(library, await secretOf(provider, server, now), server),
          answered,
          attempt.redirectUri,
          attempt.verifier,
          manner
        )
        if (provider.kind === "github") {
          const granted = await library.processAuthorizationCodeResponse(server, client, response)
          return gitHubProfile(library, provider, granted.access_token, manner)
        }
        const granted = await library.processAuthorizationCodeResponse(server, client, response, {
          expectedNonce: attempt.nonce,
          requireIdToken: true
        })
        await library.validateApplicationLevelSignature(server, response, manner)
        const claims = library.getValidatedIdTokenClaims(granted)
        if (claims === undefined) throw new library.OperationProcessingError("no ID token")
        const said = claims["email"] === undefined && server.userinfo_endpoint !== undefined
          // some tell it only where they are asked
          ? await library.processUserInfoResponse(
            server,
            client,
            claims.sub,
            await library.userInfoRequest(server, client, granted.access_token, manner)
          )
          : claims
        return {
          issuer: claims.iss,
          subject: claims.sub,
          email: text(said["email"]),
          // Apple writes it as a text
          emailVerified: said["email_verified"] === true || said["email_verified"] === "true",
          name: text(said["name"]) ?? toldName(provider, parameters["user"])
        }
      })
    })
  })
})

const gitHubProfile = async (
  library: Library,
  provider: GitHubProvider,
  accessToken: string,
  manner: Manner
): Promise<OAuthProfile> => {
  const get = async (path: string): Promise<unknown> => {
    const response = await library.protectedResourceRequest(
      accessToken,
      "GET",
      new URL(`${provider.api}${path}`),
      new Headers({ accept: "application/vnd.github+json", "user-agent": "stoa" }),
      undefined,
      manner
    )
    if (response.status >= 500) throw new Error("GitHub does not answer")
    if (response.status !== 200) throw new library.OperationProcessingError("GitHub does not tell who it is")
    return response.json()
  }
  const [user, emails] = await Promise.all([get("/user"), get("/user/emails")]) as [
    { readonly id?: unknown; readonly name?: unknown } | null,
    unknown
  ]
  // GitHub's ids are numbers; names of accounts change hands
  if (!Number.isSafeInteger(user?.id)) throw new library.OperationProcessingError("GitHub does not tell who it is")
  const primary = (Array.isArray(emails) ? emails : []).find((each: { readonly primary?: unknown } | null) =>
    each?.primary === true
  ) as { readonly email?: unknown; readonly verified?: unknown } | undefined
  return {
    issuer: provider.site,
    subject: String(user?.id),
    email: text(primary?.email),
    emailVerified: primary?.verified === true,
    name: text(user?.name)
  }
}

export const layer: Layer.Layer<OAuthClient> = Layer.effect(OAuthClient, make)
