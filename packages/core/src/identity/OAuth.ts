/**
 * Signing in with an account at somebody else's, and linking one.
 *
 * **Details**
 *
 * A sign-in belongs to the browser that began it and to one provider. The browser carries a secret that the nonce and
 * the PKCE verifier are made from; stored are only its hash and that of the state, so whoever reads the database can
 * finish nothing. An account at a provider is known by its issuer and subject, never by its address.
 *
 * Who comes back is given a code, good once and for a minute, that is exchanged for tokens: so tokens are in no address.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import * as Actor from "../kernel/Actor.ts"
import { Email } from "../kernel/Email.ts"
import * as Entropy from "../kernel/Entropy.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { ImpersonationRefused } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import { Unauthenticated } from "../kernel/Permission.ts"
import * as Secret from "../kernel/Secret.ts"
import type { SecretUnreadable } from "../kernel/SecretsErrors.ts"
import type { StepUpRequired } from "../kernel/StepUp.ts"
import * as StepUp from "../kernel/StepUp.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { PersonalData } from "../privacy/PersonalData.ts"
import { type Tokens, type User, UserId } from "./Account.ts"
import { CredentialRepository } from "./CredentialRepository.ts"
import type { FactorRepository } from "./FactorRepository.ts"
import * as FirstProof from "./FirstProof.ts"
import { InvalidCode, type SecondFactorRequired, type TooManyAttempts } from "./IdentityErrors.ts"
import { CustomerRegistered, OAuthLinked, OAuthUnlinked } from "./IdentityEvents.ts"
import { OAuthClient, type OAuthProfile } from "./OAuthClient.ts"
import {
  InvalidOAuthState,
  LastWayIn,
  OAuthEmailUnverified,
  OAuthIdentityTaken,
  OAuthLinkRequired,
  type OAuthUnavailable,
  ProviderNotFound
} from "./OAuthErrors.ts"
import { ExchangeOAuth, type OAuthIdentity, type OAuthOutcome, type OAuthStarted, StartOAuth } from "./OAuthInput.ts"
import { OAuthRepository, type StoredFlow } from "./OAuthRepository.ts"
import { type OAuthAnswer, OAuthSettings } from "./OAuthSettings.ts"
import * as Settings from "./OAuthSettings.ts"
import { SignIns } from "./SignIns.ts"
import { UserRepository } from "./UserRepository.ts"

export class OAuth extends Context.Service<OAuth, {
  /** Begins a sign-in. `redirect` must be one of the pages that the settings name. */
  readonly start: (
    provider: string,
    input?: typeof StartOAuth.Encoded
  ) => Effect.Effect<OAuthStarted, InvalidInput | ProviderNotFound | OAuthUnavailable | StorageError>
  /** Begins to link an account at a provider to the signed-in user's. Needs a fresh proof. */
  readonly startLink: (
    provider: string,
    input?: typeof StartOAuth.Encoded
  ) => Effect.Effect<
    OAuthStarted,
    | InvalidInput
    | ProviderNotFound
    | OAuthUnavailable
    | Unauthenticated
    | ImpersonationRefused
    | StepUpRequired
    | StorageError
  >
  /**
   * Takes up who comes back, with the parameters of the address or of the form and the secret of their browser. Good once,
   * and only in the way in which the provider answers. A refusal is part of the outcome, so that the page that they are
   * sent to can say so.
   */
  readonly finish: (
    provider: string,
    input: {
      readonly parameters: Readonly<Record<string, string>>
      readonly browser: string | undefined
      /** How the answer came; in an address if not given. */
      readonly answeredBy?: OAuthAnswer
    }
  ) => Effect.Effect<OAuthOutcome, InvalidInput | ProviderNotFound | InvalidOAuthState | StorageError>
  /** Signs in with the code of an outcome, once. A second factor is asked for as after a password. */
  readonly exchange: (
    input: typeof ExchangeOAuth.Encoded
  ) => Effect.Effect<
    Tokens,
    InvalidInput | InvalidCode | SecondFactorRequired | TooManyAttempts | SecretUnreadable | StorageError
  >
  /** The accounts at providers that open the signed-in user's account. */
  readonly identities: Effect.Effect<ReadonlyArray<OAuthIdentity>, Unauthenticated | StorageError>
  /** Unlinks a provider. Needs a fresh proof. Not the last way to sign in. Unlinking one that is not linked changes nothing. */
  readonly unlink: (
    provider: string
  ) => Effect.Effect<
    void,
    InvalidInput | LastWayIn | Unauthenticated | ImpersonationRefused | StepUpRequired | StorageError
  >
}>()("@stoa/core/identity/OAuth") {}

const flowLifetime = Duration.minutes(10)
const codeLifetime = Duration.minutes(1)

const decodeStart = Input.decoder(StartOAuth)
const decodeExchange = Input.decoder(ExchangeOAuth)
const decodeFinish = Input.decoder(Schema.Struct({
  parameters: Schema.Record(Schema.String, Schema.String),
  browser: Schema.optional(Schema.String),
  answeredBy: Schema.optional(Schema.Literals(["query", "form_post"]))
}))
const decodeEmail = Schema.decodeUnknownOption(Email)

const checked = Input.textParameters<OAuth["Service"]>({
  start: ["provider"],
  startLink: ["provider"],
  finish: ["provider"],
  unlink: ["provider"]
})

/** What others tell, as far as a database takes it. */
const storable = (told: string | null, length: number): string | null =>
  told?.replaceAll("\0", "").slice(0, length).toWellFormed().trim() || null

const notSignedIn = () => new Unauthenticated({ reason: "Sign in first" })

const caller = Effect.flatMap(Actor.CurrentActor, (actor) => {
  const userId = Actor.userId(actor)
  return userId === undefined ? Effect.fail(notSignedIn()) : Effect.succeed(userId)
})

/** What else the secret of a browser stands for. */
const derived = (browser: string, use: "nonce" | "verifier"): string => Secret.hash(`oauth ${use} ${browser}`)

export const make = Effect.gen(function*() {
  const client = yield* OAuthClient
  const repository = yield* OAuthRepository
  const users = yield* UserRepository
  const credentials = yield* CredentialRepository
  const signIns = yield* SignIns
  const firstProof = yield* FirstProof.make
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog
  const personalData = yield* PersonalData
  const settings = yield* OAuthSettings

  yield* personalData.add({
    name: "linkedAccounts",
    hand: (userId) =>
      Stream.fromIterableEffect(Effect.map(repository.identitiesOf(userId), (identities) => identities.map(shown))),
    forget: (userId) => Effect.asVoid(repository.deleteIdentities(userId))
  })

  const providerOf = (name: string) => {
    const provider = settings.providers.find((provider) => provider.name === name)
    return provider === undefined
      ? Effect.fail(new ProviderNotFound({ provider: name.slice(0, 50) }))
      : Effect.succeed(provider)
  }

  const redirectUriOf = (name: string): string =>
    `${settings.callbackBase.replace(/\/+$/, "")}/auth/oauth/${name}/callback`

  const begin = Effect.fnUntraced(function*(
    name: string,
    input: typeof StartOAuth.Encoded,
    linksUserId: string | null
  ) {
    const provider = yield* providerOf(name)
    const { redirect = null } = yield* decodeStart(input)
    if (redirect !== null && !settings.redirects.includes(redirect)) {
      return yield* InvalidInput.at(["redirect"], "is no page that this shop sends people to", "not_allowed")
    }
    const state = yield* Entropy.token("os")
    const browser = yield* Entropy.token("ob")
    const url = yield* client.authorizationUrl({
      provider,
      redirectUri: redirectUriOf(name),
      state,
      nonce: derived(browser, "nonce"),
      verifier: derived(browser, "verifier")
    })
    const now = yield* Timestamp.now
    const expiresAt = Timestamp.plus(now, flowLifetime)
    yield* repository.insertFlow({
      stateHash: Secret.hash(state),
      provider: name,
      browserHash: Secret.hash(browser),
      linksUserId,
      redirect,
      createdAt: now,
      expiresAt
    })
    return { url, browser, answersBy: Settings.answerOf(provider), expiresAt }
  })

  const link = Effect.fnUntraced(function*(provider: string, user: User, profile: OAuthProfile, at: Timestamp.Timestamp) {
    const linked = yield* repository.insertIdentity({
      issuer: profile.issuer,
      subject: profile.subject,
      provider,
      userId: user.id,
      email: storable(profile.email, 254),
      linkedAt: at,
      lastUsedAt: at
    })
    if (!linked) {
      // another sign-in of the same person may have been quicker
      const holder = yield* repository.findIdentity(profile.issuer, profile.subject)
      return holder?.userId === user.id ? undefined : yield* new OAuthIdentityTaken({ provider })
    }
    yield* events.publish([OAuthLinked.make(user.id, { customerId: user.id, provider })])
    yield* audit.record({ action: "oauth.link", subject: user.id, details: { provider } })
  })

  /** The account of somebody whose account at the provider nobody knows yet, in the current transaction. */
  const adopt = Effect.fnUntraced(function*(
    { name: provider, trustsEmail }: { readonly name: string; readonly trustsEmail: boolean },
    profile: OAuthProfile,
    at: Timestamp.Timestamp
  ) {
    const email = decodeEmail(profile.email)
    // whoever's word on mailboxes is not taken lets in those whom they are linked to, and makes no accounts
    if (!trustsEmail) return yield* new OAuthLinkRequired({ provider })
    if (email._tag === "None" || !profile.emailVerified) return yield* new OAuthEmailUnverified({ provider })
    const found = yield* users.findByEmail(email.value)
    if (found === undefined) {
      const user: User = {
        id: yield* UserId.generate,
        email: email.value,
        emailVerified: true,
        name: storable(profile.name, 200),
        roles: ["customer"],
        status: "active",
        version: 1,
        createdAt: at,
        updatedAt: at
      }
      yield* users.insert(user, null)
      yield* events.publish([CustomerRegistered.make(user.id, { customerId: user.id })])
      yield* link(provider, user, profile, at)
      return user
    }
    // read again under its lock, for it may be confirmed or gone by now
    const user = yield* users.findForUpdate(found.user.id)
    if (user === undefined || user.status !== "active") return yield* new OAuthLinkRequired({ provider })
    if (!user.emailVerified) yield* firstProof(user.id, at)
    yield* link(provider, user, profile, at)
    return user
  })

  /** Who a profile is, in the current transaction. */
  const ownerOf = Effect.fnUntraced(function*(
    provider: { readonly name: string; readonly trustsEmail: boolean },
    profile: OAuthProfile,
    flow: StoredFlow
  ) {
    const now = yield* Timestamp.now
    const known = yield* repository.findIdentity(profile.issuer, profile.subject)
    if (flow.linksUserId !== null) {
      const user = yield* users.findForUpdate(flow.linksUserId)
      if (user === undefined || user.status !== "active") return yield* notSignedIn()
      if (known === undefined) yield* link(provider.name, user, profile, now)
      else if (known.userId !== user.id) return yield* new OAuthIdentityTaken({ provider: provider.name })
      return user
    }
    if (known === undefined) return yield* adopt(provider, profile, now)
    const user = yield* users.find(known.userId)
    if (user === undefined || user.status !== "active") return yield* new OAuthLinkRequired({ provider: provider.name })
    yield* repository.touchIdentity(profile.issuer, profile.subject, now)
    return user
  })

  const admit = Effect.fnUntraced(function*(
    provider: { readonly name: string; readonly trustsEmail: boolean },
    profile: OAuthProfile,
    flow: StoredFlow
  ) {
    const code = yield* Entropy.token("oc")
    const once = transactor.transaction(Effect.gen(function*() {
      const user = yield* ownerOf(provider, profile, flow)
      if (flow.linksUserId !== null) return undefined
      const now = yield* Timestamp.now
      yield* repository.admit(flow.stateHash, {
        hash: Secret.hash(code),
        userId: user.id,
        expiresAt: Timestamp.plus(now, codeLifetime)
      })
      return code
    }))
    return yield* once.pipe(
      // the account was made a moment ago: by now it can be found
      Effect.catchTag("EmailTaken", () => once),
      Effect.catchTag("EmailTaken", Effect.die)
    )
  })

  return checked(OAuth.of({
    start: Effect.fn("OAuth.start")((provider, input = {}) => begin(provider, input, null)),

    startLink: Effect.fn("OAuth.startLink")(function*(provider, input = {}) {
      const userId = yield* caller
      yield* Permission.inPerson
      yield* StepUp.require
      return yield* begin(provider, input, userId)
    }),

    finish: Effect.fn("OAuth.finish")(function*(name, input) {
      const { answeredBy = "query", browser, parameters } = yield* decodeFinish(input)
      const provider = yield* providerOf(name)
      const { state } = parameters
      const fits = answeredBy === Settings.answerOf(provider)
      if (state === undefined || browser === undefined || !fits) return yield* new InvalidOAuthState()
      const flow = yield* repository.takeFlow({
        stateHash: Secret.hash(state),
        provider: name,
        browserHash: Secret.hash(browser),
        at: yield* Timestamp.now
      })
      if (flow === undefined) return yield* new InvalidOAuthState()
      const outcome = yield* client.profile({
        provider,
        redirectUri: redirectUriOf(name),
        state,
        nonce: derived(browser, "nonce"),
        verifier: derived(browser, "verifier")
      }, parameters).pipe(
        Effect.flatMap((profile) => admit(provider, profile, flow)),
        Effect.map((code) => code === undefined ? { state: "linked" as const } : { state: "admitted" as const, code }),
        Effect.catchTags({
          OAuthFailed: (error) => Effect.succeed({ state: "refused" as const, error: error.code }),
          OAuthUnavailable: (error) => Effect.succeed({ state: "refused" as const, error: error.code }),
          OAuthEmailUnverified: (error) => Effect.succeed({ state: "refused" as const, error: error.code }),
          OAuthLinkRequired: (error) => Effect.succeed({ state: "refused" as const, error: error.code }),
          OAuthIdentityTaken: (error) => Effect.succeed({ state: "refused" as const, error: error.code }),
          Unauthenticated: (error) => Effect.succeed({ state: "refused" as const, error: error.code })
        })
      )
      return { ...outcome, redirect: flow.redirect }
    }),

    exchange: Effect.fn("OAuth.exchange")(function*(input) {
      const { code } = yield* decodeExchange(input)
      const hash = Secret.hash(code)
      const now = yield* Timestamp.now
      const userId = yield* repository.admitted(hash, now)
      const user = userId === undefined ? undefined : yield* users.find(userId)
      if (user === undefined || user.status !== "active") return yield* new InvalidCode()
      const prepared = yield* signIns.prepare(user, "oauth")
      const started = yield* transactor.transaction(Effect.gen(function*() {
        return (yield* repository.useAdmission(hash, now)) && (yield* signIns.start(prepared))
      }))
      return started ? yield* signIns.finish(prepared) : yield* new InvalidCode()
    }),

    identities: Effect.gen(function*() {
      return (yield* repository.identitiesOf(yield* caller)).map(shown)
    }).pipe(Effect.withSpan("OAuth.identities")),

    unlink: Effect.fn("OAuth.unlink")(function*(provider) {
      const userId = yield* caller
      yield* Permission.inPerson
      yield* StepUp.require
      yield* transactor.transaction(Effect.gen(function*() {
        const user = yield* users.findForUpdate(userId)
        if (user === undefined || user.status !== "active") return yield* notSignedIn()
        const identities = yield* repository.identitiesOf(userId)
        if (identities.every((identity) => identity.provider !== provider)) return
        const others = identities.some((identity) => identity.provider !== provider)
        // a confirmed address is a way in: a code goes there
        const stays = others || user.emailVerified || (yield* credentials.password(userId)) !== null
        if (!stays) return yield* new LastWayIn()
        yield* repository.deleteIdentities(userId, provider)
        yield* events.publish([OAuthUnlinked.make(userId, { customerId: userId, provider })])
        yield* audit.record({ action: "oauth.unlink", subject: userId, details: { provider } })
      }))
    })
  }))
})

const shown = (
  { email, lastUsedAt, linkedAt, provider }: Pick<OAuthIdentity, "email" | "lastUsedAt" | "linkedAt" | "provider">
): OAuthIdentity => ({ provider, email, linkedAt, lastUsedAt })

export const layer: Layer.Layer<
  OAuth,
  never,
  | OAuthClient
  | OAuthRepository
  | UserRepository
  | CredentialRepository
  | FactorRepository
  | SignIns
  | PersonalData
  | Transactor
  | Events
  | AuditLog
> = Layer.effect(OAuth, make)
