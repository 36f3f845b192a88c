import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { Accounts } from "../identity/Accounts.ts"
import { Auth } from "../identity/Auth.ts"
import { CredentialRepository } from "../identity/CredentialRepository.ts"
import * as OAuth from "../identity/OAuth.ts"
import * as OAuthClient from "../identity/OAuthClient.ts"
import { OAuthFailed, OAuthUnavailable } from "../identity/OAuthErrors.ts"
import { OAuthRepository } from "../identity/OAuthRepository.ts"
import * as OAuthSettings from "../identity/OAuthSettings.ts"
import type { Tokens } from "../identity/Account.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import {
  account,
  ada,
  asStaff,
  auditOf,
  bearing,
  bob,
  customer,
  eventsOf,
  failure,
  type IdentityServices,
  otherStore,
  shop,
  storedSession
} from "./IdentityFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const page = "https://shop.example/welcome"

const settings: OAuthSettings.OAuthSettings = {
  callbackBase: "https://shop.example/api/v1",
  redirects: [page],
  providers: [
    OAuthSettings.google({ clientId: "shop" }),
    OAuthSettings.oidc({ name: "club", issuer: "https://club.example", clientId: "shop" })
  ]
}

/** Providers that answer what the test says: the code that comes back names the profile. */
const profiles = new Map<string, OAuthClient.OAuthProfile>()

const profile = (code: string, more: Partial<OAuthClient.OAuthProfile> = {}) => {
  profiles.set(code, {
    issuer: "https://accounts.google.com",
    subject: `subject-of-${code}`,
    email: ada.email,
    emailVerified: true,
    name: "Ada",
    ...more
  })
  return code
}

const scripted = Layer.succeed(OAuthClient.OAuthClient, {
  authorizationUrl: ({ provider, state }) => Effect.succeed(`https://${provider.name}.example/authorize?state=${state}`),
  profile: ({ provider }, { code = "" }) => {
    if (code === "denied") return Effect.fail(new OAuthFailed({ provider: provider.name, reason: "denied" }))
    if (code === "down") return Effect.fail(new OAuthUnavailable({ provider: provider.name }))
    const found = profiles.get(code)
    return found === undefined
      ? Effect.fail(new OAuthFailed({ provider: provider.name, reason: "rejected" }))
      : Effect.succeed(found)
  }
})

/** Signing in with accounts at others', and linking them. */
export const oauthSuite = (harness: StorageHarness) =>
  describe(`sign-in with others, on ${harness.name}`, () => {
    const test = (name: string, effect: Effect.Effect<unknown, unknown, IdentityServices>) =>
      it.effect(name, () =>
        Effect.provide(
          effect,
          Layer.fresh(OAuth.layer).pipe(
            Layer.provide(scripted),
            Layer.provide(PersonalData.layer),
            Layer.provideMerge(shop(harness)),
            Layer.provide(Layer.succeed(OAuthSettings.OAuthSettings, settings))
          )
        ))

    const stateOf = (url: string) => new URL(url).searchParams.get("state") ?? ""

    /** Goes to a provider and comes back. */
    const visit = Effect.fnUntraced(function*(code: string, provider = "google") {
      const oauth = yield* OAuth.OAuth
      const { browser, url } = yield* oauth.start(provider, { redirect: page })
      return yield* oauth.finish(provider, { parameters: { code, state: stateOf(url) }, browser })
    })

    const signIn = Effect.fnUntraced(function*(code: string, provider?: string) {
      const oauth = yield* OAuth.OAuth
      const outcome = yield* visit(code, provider)
      assert.strictEqual(outcome.state, "admitted", outcome.error)
      return yield* oauth.exchange({ code: outcome.code ?? "" })
    })

    const linkFor = Effect.fnUntraced(function*(tokens: Tokens, code: string, provider = "google") {
      const oauth = yield* OAuth.OAuth
      const { browser, url } = yield* bearing(tokens)(oauth.startLink(provider))
      return yield* oauth.finish(provider, { parameters: { code, state: stateOf(url) }, browser })
    })

    test(
      "somebody new gets an account with a confirmed address, and the same one the next time",
      Effect.gen(function*() {
        const first = yield* signIn(profile("new"))
        assert.deepInclude(first.user, { email: ada.email, emailVerified: true, name: "Ada", roles: ["customer"] })
        // the address at the provider may change: the account is that of the subject
        const again = yield* signIn(profile("new", { email: "ada@elsewhere.example" }))
        assert.strictEqual(again.user.id, first.user.id)
        assert.deepStrictEqual(yield* eventsOf(first.user.id), ["customer.registered", "customer.oauth_linked"])
        assert.deepStrictEqual(yield* auditOf(first.user.id), ["oauth.link"])
        const identities = yield* bearing(again)((yield* OAuth.OAuth).identities)
        assert.deepStrictEqual(identities.map(({ email, provider }) => [provider, email]), [["google", ada.email]])
      })
    )

    test(
      "an account is linked by a confirmed address that the provider vouches for",
      Effect.gen(function*() {
        const { user } = yield* customer(ada)
        const tokens = yield* signIn(profile("owner"))
        assert.strictEqual(tokens.user.id, user.id)
        // the password still works: its owner has set it
        assert.strictEqual((yield* (yield* Auth).login(ada)).user.id, user.id)
      })
    )

    test(
      "an address that the provider does not vouch for opens nothing, and neither does one of a provider without our trust",
      Effect.gen(function*() {
        const users = yield* UserRepository
        assert.strictEqual((yield* visit(profile("unverified", { emailVerified: false }))).error, "oauth_email_unverified")
        assert.strictEqual((yield* visit(profile("silent", { email: null }))).error, "oauth_email_unverified")
        assert.strictEqual((yield* visit(profile("odd", { email: "no address" }))).error, "oauth_email_unverified")
        const club = { issuer: "https://club.example" }
        assert.strictEqual((yield* visit(profile("club", club), "club")).error, "oauth_link_required")
        assert.isUndefined(yield* users.findByEmail(ada.email))
        const { tokens, user } = yield* customer(ada)
        assert.strictEqual((yield* visit(profile("club", club), "club")).error, "oauth_link_required")
        assert.deepStrictEqual(yield* (yield* OAuthRepository).identitiesOf(user.id), [])
        // whoever has signed in links it, and comes in by it from then on
        assert.strictEqual((yield* linkFor(tokens, "club", "club")).state, "linked")
        assert.strictEqual((yield* signIn("club", "club")).user.id, user.id)
      })
    )

    test(
      "attack GHSA-qq9h, pre-hijack: who prepared an account for somebody else's mailbox is out once its owner comes",
      Effect.gen(function*() {
        const auth = yield* Auth
        const users = yield* UserRepository
        const credentials = yield* CredentialRepository
        const repository = yield* OAuthRepository
        // an attacker has a password, a session, a telephone number and a linked account on it
        const user = yield* account({ email: ada.email, password: bob.password, emailVerified: false })
        yield* credentials.setPhone(user.id, { phone: "+12025550123", verifiedAt: user.createdAt } as never)
        const prepared = yield* auth.login({ email: ada.email, password: bob.password })
        assert.strictEqual((yield* linkFor(prepared, profile("attacker", { email: "mallory@example.com" }))).state, "linked")

        const tokens = yield* signIn(profile("victim"))
        assert.strictEqual(tokens.user.id, user.id)
        assert.isTrue((yield* users.find(user.id))?.emailVerified)
        assert.strictEqual(yield* failure(auth.login({ email: ada.email, password: bob.password })), "InvalidCredentials")
        assert.strictEqual(yield* failure(auth.authenticate(prepared.accessToken)), "InvalidToken")
        assert.isNotNull((yield* storedSession(prepared.refreshToken))?.revokedAt)
        assert.isNull(yield* credentials.password(user.id))
        assert.isUndefined(yield* credentials.phone(user.id))
        assert.deepStrictEqual(
          (yield* repository.identitiesOf(user.id)).map(({ subject }) => subject),
          ["subject-of-victim"]
        )
        assert.notStrictEqual((yield* signIn("attacker")).user.id, user.id)
      })
    )

    test(
      "attack GHSA-g38m, link ownership: an account at a provider opens one account, and is linked by its owner only",
      Effect.gen(function*() {
        const repository = yield* OAuthRepository
        const oauth = yield* OAuth.OAuth
        const adas = (yield* customer(ada)).tokens
        const bobs = (yield* customer(bob)).tokens
        assert.strictEqual((yield* linkFor(adas, profile("adas"))).state, "linked")
        assert.strictEqual((yield* linkFor(adas, "adas")).state, "linked")
        assert.strictEqual((yield* linkFor(bobs, "adas")).error, "oauth_identity_taken")
        assert.deepStrictEqual(yield* repository.identitiesOf(bobs.user.id), [])
        assert.strictEqual((yield* repository.findIdentity("https://accounts.google.com", "subject-of-adas"))?.userId, adas.user.id)
        // the flow belongs to its browser: a victim sent to it comes with another secret, or with none
        const { url } = yield* bearing(bobs)(oauth.startLink("google"))
        const parameters = { code: profile("victims"), state: stateOf(url) }
        const mine = yield* oauth.start("google")
        for (const browser of [mine.browser, undefined, ""]) {
          assert.strictEqual(yield* failure(oauth.finish("google", { parameters, browser })), "InvalidOAuthState")
        }
        assert.isUndefined(yield* repository.findIdentity("https://accounts.google.com", "subject-of-victims"))
        assert.strictEqual(yield* failure(Actor.as(Actor.guest())(oauth.startLink("google"))), "Unauthenticated")
        const acting = Actor.customer(adas.user.id, { sessionId: "sess_1", impersonatedBy: "user_1" })
        assert.strictEqual(yield* failure(Actor.as(acting)(oauth.startLink("google"))), "ImpersonationRefused")
        assert.strictEqual(yield* failure(Actor.as(acting)(oauth.unlink("google"))), "ImpersonationRefused")
        // and a session that was stolen a while ago links nothing
        yield* TestClock.adjust("10 minutes")
        assert.strictEqual(yield* failure(bearing(adas)(oauth.startLink("google"))), "StepUpRequired")
        assert.strictEqual(yield* failure(bearing(adas)(oauth.unlink("google"))), "StepUpRequired")
        assert.strictEqual((yield* repository.identitiesOf(adas.user.id)).length, 1)
      })
    )

    test(
      "attack GHSA-x445, state: it is good once, for ten minutes, for its own browser, provider and store",
      Effect.gen(function*() {
        const oauth = yield* OAuth.OAuth
        const users = yield* UserRepository
        profile("google")
        profile("club")
        const { browser, url } = yield* oauth.start("google")
        const state = stateOf(url)
        const finish = (provider: string, parameters: Record<string, string>, secret: string | undefined = browser) =>
          oauth.finish(provider, { parameters, browser: secret })
        const refused = [
          finish("club", { code: "club", state }),
          finish("google", { code: "google", state: `${state}x` }),
          finish("google", { code: "google" }),
          finish("google", { code: "google", state }, (yield* oauth.start("google")).browser),
          within(otherStore)(finish("google", { code: "google", state }))
        ]
        for (const attempt of refused) assert.strictEqual(yield* failure(attempt), "InvalidOAuthState")
        assert.isUndefined(yield* users.findByEmail(ada.email))
        const outcomes = yield* Effect.forEach(
          Array.from({ length: 5 }),
          () => Effect.result(finish("google", { code: "google", state })),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(outcomes.filter((outcome) => outcome._tag === "Success").length, 1)
        assert.strictEqual(yield* failure(finish("google", { code: "google", state })), "InvalidOAuthState")
        const late = yield* oauth.start("google")
        yield* TestClock.adjust("10 minutes")
        assert.strictEqual(
          yield* failure(finish("google", { code: "google", state: stateOf(late.url) }, late.browser)),
          "InvalidOAuthState"
        )
        assert.strictEqual(yield* failure(oauth.start("facebook")), "ProviderNotFound")
        assert.strictEqual(yield* failure(finish("facebook", { state })), "ProviderNotFound")
      })
    )

    test(
      "the code that somebody comes back with signs in once, within a minute, and side by side gives one session",
      Effect.gen(function*() {
        const oauth = yield* OAuth.OAuth
        const auth = yield* Auth
        profile("quick")
        const { code = "" } = yield* visit("quick")
        const outcomes = yield* Effect.forEach(
          Array.from({ length: 5 }),
          () => Effect.result(oauth.exchange({ code })),
          { concurrency: "unbounded" }
        )
        const tokens = outcomes.flatMap((outcome) => outcome._tag === "Success" ? [outcome.success] : [])
        assert.strictEqual(tokens.length, 1)
        assert.strictEqual((yield* bearing(tokens[0] as Tokens)(auth.sessions)).length, 1)
        const slow = yield* visit("quick")
        yield* TestClock.adjust("1 minute")
        for (const bad of [code, slow.code ?? "", "", "oc_nothing"]) {
          assert.strictEqual(yield* failure(oauth.exchange({ code: bad })), "InvalidCode")
        }
      })
    )

    test(
      "two first visits at once make one account, and a suspended one stays out",
      Effect.gen(function*() {
        const accounts = yield* Accounts
        profile("twin")
        const both = yield* Effect.forEach([1, 2, 3], () => visit("twin"), { concurrency: "unbounded" })
        assert.deepStrictEqual(both.map(({ state }) => state), ["admitted", "admitted", "admitted"])
        const { items } = yield* asStaff("customers:read")(accounts.list())
        assert.strictEqual(items.length, 1)
        yield* asStaff("customers:write")(accounts.suspend(items[0]?.id ?? ""))
        assert.strictEqual((yield* visit("twin")).state, "refused")
        assert.strictEqual(
          yield* failure((yield* OAuth.OAuth).exchange({ code: both[0]?.code ?? "" })),
          "InvalidCode"
        )
      })
    )

    test(
      "what a provider says no to, or does not answer, is an outcome and no failure, and nothing is kept of it",
      Effect.gen(function*() {
        for (const [code, error] of [["denied", "oauth_failed"], ["down", "oauth_unavailable"], ["wrong", "oauth_failed"]]) {
          const outcome = yield* visit(code ?? "")
          assert.deepStrictEqual(outcome, { state: "refused", error, redirect: page } as never)
        }
        const { items } = yield* asStaff("customers:read")((yield* Accounts).list())
        assert.deepStrictEqual(items, [])
      })
    )

    test(
      "nobody is sent to a page that the shop has not named",
      Effect.gen(function*() {
        const oauth = yield* OAuth.OAuth
        for (
          const redirect of [
            "https://evil.example/",
            `${page}/../admin`,
            `${page}?x=1`,
            `${page}#`,
            "//evil.example",
            "javascript:alert(1)",
            page.toUpperCase(),
            `${page}.evil.example`
          ]
        ) {
          assert.strictEqual(yield* failure(oauth.start("google", { redirect })), "InvalidInput", redirect)
        }
      })
    )

    test(
      "a provider is unlinked, but not where it is the last way in",
      Effect.gen(function*() {
        const oauth = yield* OAuth.OAuth
        const repository = yield* OAuthRepository
        const credentials = yield* CredentialRepository
        const user = yield* account({ ...ada, emailVerified: false })
        const tokens = yield* (yield* Auth).login(ada)
        const me = bearing(tokens)
        yield* linkFor(tokens, profile("mine"))
        yield* linkFor(tokens, profile("clubs", { issuer: "https://club.example" }), "club")
        yield* credentials.removePassword(user.id)
        yield* me(oauth.unlink("club"))
        assert.deepStrictEqual((yield* repository.identitiesOf(user.id)).map(({ provider }) => provider), ["google"])
        assert.strictEqual(yield* failure(me(oauth.unlink("google"))), "LastWayIn")
        yield* credentials.confirmEmail(user.id, user.createdAt)
        yield* me(oauth.unlink("google"))
        yield* me(oauth.unlink("google"))
        assert.deepStrictEqual(yield* repository.identitiesOf(user.id), [])
        assert.strictEqual((yield* eventsOf(user.id)).filter((type) => type === "customer.oauth_unlinked").length, 2)
      })
    )
  })
