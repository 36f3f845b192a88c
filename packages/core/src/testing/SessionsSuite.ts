import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { Auth } from "../identity/Auth.ts"
import * as IdentityJobs from "../identity/IdentityJobs.ts"
import * as RefreshToken from "../identity/RefreshToken.ts"
import { SessionRepository } from "../identity/SessionRepository.ts"
import { ThrottleRepository } from "../identity/ThrottleRepository.ts"
import { type CronJob, Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import {
  ada,
  bearing,
  bob,
  customer,
  elsewhere,
  eventsOf,
  failure,
  from,
  home,
  type IdentityServices,
  shop,
  storedSession,
  time
} from "./IdentityFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const leafHashOf = (refreshToken: string) => {
  const token = RefreshToken.parse(refreshToken)
  return token === undefined ? undefined : RefreshToken.leafHash(token)
}

/** Refresh tokens, signing out, and one's sessions. */
export const sessionsSuite = (harness: StorageHarness) =>
  describe(`sessions, on ${harness.name}`, () => {
    const test = (name: string, effect: Effect.Effect<unknown, unknown, IdentityServices>) =>
      it.effect(name, () => Effect.provide(effect, shop(harness)))

    test(
      "a refresh gives new tokens for the same session, which notes when and from where",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens, user } = yield* customer(ada)
        yield* TestClock.adjust("10 minutes")
        const next = yield* from(elsewhere, "Phone/2")(auth.refresh({ refreshToken: tokens.refreshToken }))
        assert.notStrictEqual(next.refreshToken, tokens.refreshToken)
        assert.notStrictEqual(next.accessToken, tokens.accessToken)
        assert.deepStrictEqual(next.user, user)
        assert.strictEqual(next.accessTokenExpiresAt, "1970-01-01T00:25:00.000Z")
        const actors = yield* Effect.forEach([tokens, next], ({ accessToken }) => auth.authenticate(accessToken))
        assert.deepStrictEqual(actors[0], actors[1])
        assert.deepInclude(yield* storedSession(next.refreshToken), {
          lastUsedAt: time("1970-01-01T00:10:00.000Z"),
          rotatedAt: time("1970-01-01T00:10:00.000Z"),
          address: elsewhere,
          userAgent: "Phone/2"
        })
      })
    )

    test(
      "attack 51, refresh reuse: a token that was exchanged a while ago ends the whole session",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* customer(ada)
        const second = yield* auth.refresh({ refreshToken: tokens.refreshToken })
        yield* TestClock.adjust(30_001)
        assert.strictEqual(yield* failure(auth.refresh({ refreshToken: tokens.refreshToken })), "InvalidToken")
        assert.strictEqual(yield* failure(auth.refresh({ refreshToken: second.refreshToken })), "InvalidToken")
        assert.strictEqual(yield* failure(auth.authenticate(second.accessToken)), "InvalidToken")
        const session = yield* storedSession(second.refreshToken)
        assert.deepInclude(session, {
          revokedReason: "refresh_token_reused",
          revokedAt: time("1970-01-01T00:00:30.001Z")
        })
        assert.deepStrictEqual(yield* eventsOf(session?.id ?? ""), ["session.started", "session.revoked"])
        assert.strictEqual((yield* auth.login(ada)).user.email, ada.email)
      })
    )

    test(
      "attack 51, refresh reuse: a token is a reuse as soon as its child was used, also within the grace",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* customer(ada)
        const second = yield* auth.refresh({ refreshToken: tokens.refreshToken })
        const third = yield* auth.refresh({ refreshToken: second.refreshToken })
        assert.strictEqual(yield* failure(auth.refresh({ refreshToken: tokens.refreshToken })), "InvalidToken")
        assert.strictEqual((yield* storedSession(third.refreshToken))?.revokedReason, "refresh_token_reused")
        assert.strictEqual(yield* failure(auth.refresh({ refreshToken: third.refreshToken })), "InvalidToken")
      })
    )

    test(
      "attack 51, parallel refreshes: of twenty tabs at once none is signed out, and one live token is left",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* customer(ada)
        const all = yield* Effect.forEach(
          Array.from({ length: 20 }),
          () => auth.refresh({ refreshToken: tokens.refreshToken }),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(new Set(all.map(({ refreshToken }) => refreshToken)).size, 20)
        for (const { accessToken } of all) yield* auth.authenticate(accessToken)
        const stored = yield* storedSession(tokens.refreshToken)
        assert.isNull(stored?.revokedAt)
        const live = all.filter(({ refreshToken }) => leafHashOf(refreshToken) === stored?.tokenHash)
        assert.strictEqual(live.length, 1)
        assert.strictEqual((yield* auth.refresh({ refreshToken: live[0]?.refreshToken ?? "" })).user.email, ada.email)
      })
    )

    test(
      "attack 51, the grace does not grow: using it again and again ends the session when it is over",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* customer(ada)
        const refreshToken = tokens.refreshToken
        yield* auth.refresh({ refreshToken })
        for (let second = 0; second < 30; second += 10) {
          yield* TestClock.adjust("10 seconds")
          yield* auth.refresh({ refreshToken })
          assert.strictEqual((yield* storedSession(refreshToken))?.rotatedAt, "1970-01-01T00:00:00.000Z")
        }
        yield* TestClock.adjust(1)
        assert.strictEqual(yield* failure(auth.refresh({ refreshToken })), "InvalidToken")
        assert.strictEqual((yield* storedSession(refreshToken))?.revokedReason, "refresh_token_reused")
      })
    )

    test(
      "a session ends after 30 days, however often it is refreshed, and its access tokens with it",
      Effect.gen(function*() {
        const auth = yield* Auth
        let { tokens } = yield* customer(ada)
        for (let day = 0; day < 29; day++) {
          yield* TestClock.adjust("1 day")
          tokens = yield* auth.refresh({ refreshToken: tokens.refreshToken })
        }
        assert.strictEqual(tokens.refreshTokenExpiresAt, "1970-01-31T00:00:00.000Z")
        yield* TestClock.adjust("1435 minutes")
        tokens = yield* auth.refresh({ refreshToken: tokens.refreshToken })
        yield* TestClock.adjust("5 minutes")
        assert.strictEqual(yield* failure(auth.authenticate(tokens.accessToken)), "InvalidToken")
        assert.strictEqual(yield* failure(auth.refresh({ refreshToken: tokens.refreshToken })), "InvalidToken")
        assert.isNull((yield* storedSession(tokens.refreshToken))?.revokedAt)
      })
    )

    it.effect("a session that nobody has used for as long as the shop lets it be idle has ended", () =>
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* customer(ada)
        assert.strictEqual(tokens.refreshTokenExpiresAt, "1970-01-01T02:00:00.000Z")
        yield* TestClock.adjust("119 minutes")
        const second = yield* auth.refresh({ refreshToken: tokens.refreshToken })
        assert.strictEqual(second.refreshTokenExpiresAt, "1970-01-01T03:59:00.000Z")
        yield* TestClock.adjust("119 minutes")
        const third = yield* auth.refresh({ refreshToken: second.refreshToken })
        assert.strictEqual((yield* bearing(third)(auth.sessions))[0]?.expiresAt, "1970-01-01T05:58:00.000Z")
        yield* TestClock.adjust("120 minutes")
        assert.strictEqual(yield* failure(auth.refresh({ refreshToken: third.refreshToken })), "InvalidToken")
        assert.strictEqual(yield* failure(auth.authenticate(third.accessToken)), "InvalidToken")
        // it was left alone, and not stolen
        assert.isNull((yield* storedSession(third.refreshToken))?.revokedReason)
        assert.lengthOf(yield* bearing(yield* auth.login(ada))(auth.sessions), 1)
      }).pipe(Effect.provide(shop(harness, { sessionIdleLifetime: Duration.hours(2) }))))

    test(
      "what is no refresh token is an invalid token, and changes nothing",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* customer(ada)
        const [family, leaf] = tokens.refreshToken.slice(3).split(".")
        const strangers = tokens.refreshToken.replace(/^rt_./, (start) => start === "rt_A" ? "rt_B" : "rt_A")
        for (
          const refreshToken of [
            "",
            "rt_",
            `${family}.${leaf}`,
            `rt_${family}`,
            `rt_${family}.`,
            `rt_${leaf}.${family}`,
            `${tokens.refreshToken}=`,
            tokens.accessToken,
            strangers,
            "' OR 1=1 --",
            "\u0000",
            "x".repeat(100_000)
          ]
        ) {
          assert.strictEqual(yield* failure(auth.refresh({ refreshToken })), "InvalidToken", refreshToken.slice(0, 50))
        }
        assert.strictEqual(yield* failure(auth.refresh({ refreshToken: 5 } as never)), "InvalidInput")
        assert.strictEqual(yield* failure(auth.refresh({ ...tokens } as never)), "InvalidInput")
        assert.strictEqual((yield* auth.refresh({ refreshToken: tokens.refreshToken })).user.email, ada.email)
      })
    )

    test(
      "a made-up token of a session that exists cannot end it: who does not know the family is nobody",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* customer(ada)
        const session = yield* storedSession(tokens.refreshToken)
        const leaf = tokens.refreshToken.split(".")[1]
        for (const family of [session?.familyHash, session?.id.padEnd(43, "x"), session?.tokenHash]) {
          assert.strictEqual(yield* failure(auth.refresh({ refreshToken: `rt_${family}.${leaf}` })), "InvalidToken")
        }
        assert.isNull((yield* storedSession(tokens.refreshToken))?.revokedAt)
      })
    )

    test(
      "signing out takes effect at once, for this session only",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* customer(ada)
        const other = yield* auth.login(ada)
        yield* bearing(tokens)(auth.logout)
        assert.strictEqual(yield* failure(auth.authenticate(tokens.accessToken)), "InvalidToken")
        assert.strictEqual(yield* failure(auth.refresh({ refreshToken: tokens.refreshToken })), "InvalidToken")
        const session = yield* storedSession(tokens.refreshToken)
        assert.strictEqual(session?.revokedReason, "logout")
        assert.deepStrictEqual(yield* eventsOf(session?.id ?? ""), ["session.started", "session.revoked"])
        assert.strictEqual((yield* bearing(other)(auth.sessions)).length, 1)
      })
    )

    test(
      "signing out everywhere ends every session of the user and of nobody else",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* customer(ada)
        const others = [yield* auth.login(ada), yield* auth.login(ada)]
        const neighbour = yield* customer(bob)
        yield* bearing(tokens)(auth.logoutAll)
        for (const { accessToken, refreshToken } of [tokens, ...others]) {
          assert.strictEqual(yield* failure(auth.authenticate(accessToken)), "InvalidToken")
          assert.strictEqual((yield* storedSession(refreshToken))?.revokedReason, "logout_all")
        }
        yield* auth.authenticate(neighbour.tokens.accessToken)
      })
    )

    test(
      "a user sees their sessions, the last used first, and ends one of them",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* customer(ada)
        yield* TestClock.adjust("1 minute")
        const phone = yield* from(home, "Phone/2")(auth.login(ada))
        yield* customer(bob)
        const sessions = yield* bearing(tokens)(auth.sessions)
        assert.deepStrictEqual(
          sessions.map(({ address, current, userAgent }) => ({ address, current, userAgent })),
          [
            { address: home, current: false, userAgent: "Phone/2" },
            { address: null, current: true, userAgent: null }
          ]
        )
        assert.deepStrictEqual(sessions.flatMap((session) => Object.keys(session)).filter((key) => /hash|token/i.test(key)), [])
        yield* bearing(tokens)(auth.endSession(sessions[0]?.id ?? ""))
        assert.strictEqual(yield* failure(auth.authenticate(phone.accessToken)), "InvalidToken")
        assert.strictEqual((yield* storedSession(phone.refreshToken))?.revokedReason, "ended_by_owner")
        assert.strictEqual((yield* bearing(tokens)(auth.sessions)).length, 1)
        assert.strictEqual(yield* failure(bearing(tokens)(auth.endSession(sessions[0]?.id ?? ""))), "SessionNotFound")
      })
    )

    test(
      "another user's session is not found, and goes on",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* customer(ada)
        const neighbour = yield* customer(bob)
        const [session] = yield* bearing(neighbour.tokens)(auth.sessions)
        const answers = yield* Effect.forEach(
          [session?.id ?? "", "sess_00000000000000000000000000", "", "' OR 1=1 --"],
          (id) => failure(bearing(tokens)(auth.endSession(id)))
        )
        assert.deepStrictEqual(new Set(answers), new Set(["SessionNotFound"]))
        yield* auth.authenticate(neighbour.tokens.accessToken)
      })
    )

    test(
      "guests, keys and the system have no session to end",
      Effect.gen(function*() {
        const auth = yield* Auth
        for (const actor of [Actor.guest(), Actor.system(), Actor.staff("key_1", ["*"]), Actor.customer("user_1")]) {
          for (const call of [auth.logout, auth.logoutAll, auth.sessions, auth.endSession("sess_1")]) {
            assert.strictEqual(yield* failure(Actor.as(actor)(call)), "Unauthenticated")
          }
        }
      })
    )

    test(
      "a user sees when they signed in and who failed to, newest first, and nobody else's",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* customer(ada)
        yield* customer(bob)
        yield* TestClock.adjust("1 minute")
        yield* Effect.flip(from(elsewhere, "Robot/1")(auth.login({ ...ada, password: "not the password" })))
        yield* Effect.flip(from(elsewhere)(auth.login({ email: "nobody@example.com", password: "not the password" })))
        yield* TestClock.adjust("1 minute")
        const second = yield* from(home, "Phone/2")(auth.login(ada))
        const mine = bearing(tokens)
        const { items } = yield* mine(auth.loginHistory())
        assert.deepStrictEqual(
          items.map(({ address, at, method, outcome, userAgent }) => [outcome, method, address, userAgent, at]),
          [
            ["succeeded", "password", home, "Phone/2", "1970-01-01T00:02:00.000Z"],
            ["failed", "password", elsewhere, "Robot/1", "1970-01-01T00:01:00.000Z"],
            ["succeeded", "password", null, null, "1970-01-01T00:00:00.000Z"]
          ]
        )
        assert.strictEqual(items[0]?.sessionId, (yield* storedSession(second.refreshToken))?.id)
        const page = yield* mine(auth.loginHistory({ limit: 2 }))
        const rest = yield* mine(auth.loginHistory({ limit: 2, after: page.nextCursor ?? "" }))
        assert.deepStrictEqual([...page.items, ...rest.items], [...items])
        assert.strictEqual(yield* failure(mine(auth.loginHistory({ after: "x" }))), "InvalidInput")
        assert.strictEqual(yield* failure(auth.loginHistory()), "Unauthenticated")
      })
    )

    it.effect("what has expired long ago is deleted in the background", () => {
      const jobs: Array<CronJob> = []
      const background = Layer.provideMerge(
        IdentityJobs.layer,
        Layer.mock(Jobs, { cron: (job) => Effect.sync(() => void jobs.push(job)) })
      )
      return Effect.gen(function*() {
        const auth = yield* Auth
        const throttles = yield* ThrottleRepository
        const { tokens } = yield* customer(ada)
        yield* Effect.flip(from(home)(auth.login({ ...ada, password: "wrong" })))
        yield* TestClock.adjust("31 days")
        const late = yield* auth.login(ada)
        const [tidy] = jobs
        if (tidy === undefined) return assert.fail("no job")
        yield* tidy.run
        assert.isDefined(yield* storedSession(tokens.refreshToken))
        yield* TestClock.adjust("29.5 days")
        yield* tidy.run
        assert.isUndefined(yield* storedSession(tokens.refreshToken))
        assert.isDefined(yield* storedSession(late.refreshToken))
        assert.strictEqual(yield* throttles.deleteOlder(Number.MAX_SAFE_INTEGER), 0)
        assert.strictEqual(yield* (yield* SessionRepository).deleteExpired(time("9999-01-01T00:00:00.000Z")), 1)
      }).pipe(Effect.provide(Layer.provideMerge(background, shop(harness))))
    })
  })
