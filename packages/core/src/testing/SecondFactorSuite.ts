import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { TOTP } from "otpauth"
import { ApiKeys } from "../identity/ApiKeys.ts"
import { Auth } from "../identity/Auth.ts"
import { EmailAddresses } from "../identity/EmailAddresses.ts"
import { Entry } from "../identity/Entry.ts"
import { FactorRepository } from "../identity/FactorRepository.ts"
import { PasswordChanges } from "../identity/PasswordChanges.ts"
import { SecondFactors } from "../identity/SecondFactors.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import * as StepUp from "../kernel/StepUp.ts"
import { within } from "../kernel/CurrentStore.ts"
import {
  ada,
  auditOf,
  bearing,
  bob,
  codeIn,
  customer,
  delivered,
  eventsOf,
  failure,
  type IdentityServices,
  otherStore,
  shop,
  storedSession
} from "./IdentityFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** What an authenticator app shows now. */
const shown = (secret: string) =>
  Effect.map(Effect.clockWith((clock) => clock.currentTimeMillis), (timestamp) =>
    new TOTP({ secret, digits: 6, period: 30 }).generate({ timestamp }))

/** A customer with an authenticator app, and a moment later. */
const withTotp = Effect.fnUntraced(function*(who: typeof ada | typeof bob) {
  const factors = yield* SecondFactors
  const { tokens, user } = yield* customer(who)
  const { secret, svg, uri } = yield* bearing(tokens)(factors.enrollTotp)
  const { recoveryCodes } = yield* bearing(tokens)(factors.confirmTotp({ code: yield* shown(secret) }))
  yield* delivered
  yield* TestClock.adjust("30 seconds")
  return { tokens, user, secret, svg, uri, recoveryCodes: recoveryCodes ?? [] }
})

/** A sign-in with a password that asks for more. */
const waiting = Effect.fnUntraced(function*(who: { readonly email: string; readonly password: string }) {
  const error = yield* Effect.orDie(Effect.flip((yield* Auth).login(who)))
  if (error._tag !== "SecondFactorRequired") return yield* Effect.die(error)
  return error
})

/** Second factors that are codes, and the sensitive actions that ask for a fresh proof. */
export const secondFactorSuite = (harness: StorageHarness) =>
  describe(`second factors, on ${harness.name}`, () => {
    const test = (name: string, effect: Effect.Effect<unknown, unknown, IdentityServices>) =>
      it.effect(name, () => Effect.provide(effect, shop(harness)))

    test(
      "an authenticator app is enrolled by its URI or its QR code, and asked for from then on",
      Effect.gen(function*() {
        const factors = yield* SecondFactors
        const { recoveryCodes, secret, svg, tokens, uri, user } = yield* withTotp(ada)
        assert.match(uri, /^otpauth:\/\/totp\/The%20main%20shop:ada%40example\.com\?issuer=The%20main%20shop&/)
        assert.include(uri, `secret=${secret}`)
        assert.match(svg, /^<svg[^>]*>/)
        assert.strictEqual(recoveryCodes.length, 10)
        assert.strictEqual(new Set(recoveryCodes).size, 10)
        for (const code of recoveryCodes) assert.match(code, /^[a-z2-9]{6}(-[a-z2-9]{6}){3}$/)
        assert.deepStrictEqual(yield* bearing(tokens)(factors.factors), { totp: true, passkeys: 0, recoveryCodes: 10 })

        const required = yield* waiting(ada)
        assert.deepStrictEqual(required.methods, ["totp", "recovery_code"])
        const signedIn = yield* factors.verifyMfa({
          challengeId: required.challengeId,
          method: "totp",
          code: yield* shown(secret)
        })
        assert.strictEqual(signedIn.user.id, user.id)
        const session = yield* storedSession(signedIn.refreshToken)
        assert.deepStrictEqual(session?.methods, ["password", "totp"])
        assert.deepStrictEqual(yield* eventsOf(user.id), ["customer.second_factor_changed"])
        assert.deepStrictEqual(yield* auditOf(user.id), ["user.add-totp"])
      })
    )

    test(
      "the secret counts only once a code of it was confirmed, and then it cannot be replaced without being removed",
      Effect.gen(function*() {
        const auth = yield* Auth
        const factors = yield* SecondFactors
        const { tokens } = yield* customer(ada)
        const mine = bearing(tokens)
        const first = yield* mine(factors.enrollTotp)
        yield* auth.login(ada)
        const second = yield* mine(factors.enrollTotp)
        assert.notStrictEqual(first.secret, second.secret)
        assert.strictEqual(yield* failure(mine(factors.confirmTotp({ code: yield* shown(first.secret) }))), "InvalidCode")
        yield* mine(factors.confirmTotp({ code: yield* shown(second.secret) }))
        assert.strictEqual(yield* failure(mine(factors.confirmTotp({ code: yield* shown(second.secret) }))), "StepUpRequired")
        yield* TestClock.adjust("30 seconds")
        const fresh = yield* mine(factors.verifyMfa({ method: "totp", code: yield* shown(second.secret) }))
        assert.strictEqual(yield* failure(bearing(fresh)(factors.enrollTotp)), "TotpEnrolled")
      })
    )

    test(
      "attack 53, replay: a code of an authenticator is good once, and none before it is good any more",
      Effect.gen(function*() {
        const factors = yield* SecondFactors
        const { secret } = yield* withTotp(ada)
        const now = yield* shown(secret)
        yield* TestClock.adjust("30 seconds")
        const later = yield* shown(secret)
        const attempt = (code: string) =>
          Effect.flatMap(waiting(ada), ({ challengeId }) =>
            Effect.map(Effect.result(factors.verifyMfa({ challengeId, method: "totp", code })), ({ _tag }) => _tag))
        assert.strictEqual(yield* attempt(later), "Success")
        assert.strictEqual(yield* attempt(later), "Failure")
        // it is within the drift of clocks, but of a step that has passed
        assert.strictEqual(yield* attempt(now), "Failure")
        yield* TestClock.adjust("2 minutes")
        assert.strictEqual(yield* attempt(later), "Failure")
      })
    )

    test(
      "clocks may differ by half a minute, and no more",
      Effect.gen(function*() {
        const factors = yield* SecondFactors
        const { secret } = yield* withTotp(ada)
        const verify = (code: string) =>
          Effect.flatMap(waiting(ada), ({ challengeId }) => factors.verifyMfa({ challengeId, method: "totp", code }))
        const late = yield* shown(secret)
        yield* TestClock.adjust("30 seconds")
        yield* verify(late)
        const old = yield* shown(secret)
        yield* TestClock.adjust("61 seconds")
        assert.strictEqual(yield* failure(verify(old)), "InvalidCode")
      })
    )

    test(
      "attack 53, single use: two verifications of one code at once give one session",
      Effect.gen(function*() {
        const factors = yield* SecondFactors
        const { secret } = yield* withTotp(ada)
        const challenges = yield* Effect.forEach([1, 2, 3], () => waiting(ada))
        const code = yield* shown(secret)
        const outcomes = yield* Effect.forEach(
          [...challenges, ...challenges],
          ({ challengeId }) => Effect.result(factors.verifyMfa({ challengeId, method: "totp", code })),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(outcomes.filter(({ _tag }) => _tag === "Success").length, 1)
      })
    )

    test(
      "attack 53, brute force: of fifty guesses at once five are compared, new sign-ins buy few more, and then it is slow",
      Effect.gen(function*() {
        const factors = yield* SecondFactors
        const { secret } = yield* withTotp(ada)
        const { challengeId } = yield* waiting(ada)
        const code = yield* shown(secret)
        const guesses = Array.from({ length: 50 }, (_, index) => String(index).padStart(6, "0")).filter((guess) => guess !== code)
        const tags = yield* Effect.forEach(
          guesses,
          (guess) => failure(factors.verifyMfa({ challengeId, method: "totp", code: guess })),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual([...new Set(tags)], ["InvalidCode"])
        assert.strictEqual(yield* failure(factors.verifyMfa({ challengeId, method: "totp", code })), "InvalidCode")
        const more = yield* waiting(ada)
        const guess = (value: string) => failure(factors.verifyMfa({ challengeId: more.challengeId, method: "totp", code: value }))
        for (const value of guesses.slice(0, 5)) yield* guess(value)
        const last = yield* waiting(ada)
        assert.strictEqual(
          yield* failure(factors.verifyMfa({ challengeId: last.challengeId, method: "totp", code })),
          "TooManyAttempts"
        )
      })
    )

    test(
      "a challenge expires, and belongs to its store and its kind; a password does not end it",
      Effect.gen(function*() {
        const factors = yield* SecondFactors
        const { secret } = yield* withTotp(ada)
        const { challengeId } = yield* waiting(ada)
        const verify = Effect.flatMap(shown(secret), (code) => factors.verifyMfa({ challengeId, method: "totp", code }))
        assert.strictEqual(yield* failure(within(otherStore)(verify)), "InvalidCode")
        const password = factors.verifyMfa({ challengeId, method: "password", code: ada.password })
        assert.strictEqual(yield* failure(password), "InvalidCode")
        const unknown = factors.verifyMfa({ challengeId: "cer_01jd5m8x2vf6grc1x7e9w0b3qk", method: "totp", code: "123456" })
        assert.strictEqual(yield* failure(unknown), "InvalidCode")
        for (const input of [{}, { challengeId: "x", method: "totp", code: "1" }, { method: "sms", code: "1" }]) {
          assert.strictEqual(yield* failure(factors.verifyMfa(input as never)), "InvalidInput")
        }
        yield* TestClock.adjust("10 minutes")
        assert.strictEqual(yield* failure(verify), "InvalidCode")
      })
    )

    test(
      "a recovery code works once, however it is written, and its owner is told",
      Effect.gen(function*() {
        const factors = yield* SecondFactors
        const { recoveryCodes: [first = "", second = ""], tokens, user } = yield* withTotp(ada)
        const verify = (code: string) =>
          Effect.flatMap(waiting(ada), ({ challengeId }) => factors.verifyMfa({ challengeId, method: "recovery_code", code }))
        assert.strictEqual((yield* verify(` ${first.toUpperCase().replaceAll("-", " ")} `)).user.id, user.id)
        assert.strictEqual((yield* delivered).mails[0]?.subject, "How you sign in to The main shop has changed")
        assert.strictEqual(yield* failure(verify(first)), "InvalidCode")
        const challenges = yield* Effect.forEach([1, 2, 3], () => waiting(ada))
        const outcomes = yield* Effect.forEach(
          challenges,
          ({ challengeId }) => Effect.result(factors.verifyMfa({ challengeId, method: "recovery_code", code: second })),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(outcomes.filter(({ _tag }) => _tag === "Success").length, 1)
        assert.strictEqual((yield* bearing(tokens)(factors.factors)).recoveryCodes, 8)
        const stored = yield* (yield* FactorRepository).totp(user.id)
        assert.notInclude(JSON.stringify(stored), first)
      })
    )

    test(
      "new recovery codes void all others, and are for who has something to recover",
      Effect.gen(function*() {
        const factors = yield* SecondFactors
        const { recoveryCodes: [old = ""], secret, tokens } = yield* withTotp(ada)
        const fresh = yield* bearing(tokens)(factors.verifyMfa({ method: "totp", code: yield* shown(secret) }))
        const { recoveryCodes } = yield* bearing(fresh)(factors.newRecoveryCodes)
        assert.notInclude(recoveryCodes, old)
        const { challengeId } = yield* waiting(ada)
        const verify = (code: string) => factors.verifyMfa({ challengeId, method: "recovery_code", code })
        assert.strictEqual(yield* failure(verify(old)), "InvalidCode")
        yield* verify(recoveryCodes[9] ?? "")
        const { tokens: none } = yield* customer(bob)
        assert.strictEqual(yield* failure(bearing(none)(factors.newRecoveryCodes)), "FactorNotFound")
      })
    )

    test(
      "attack 56, step-up bypass: a code by mail and a new password do not skip the second factor",
      Effect.gen(function*() {
        const entry = yield* Entry
        const changes = yield* PasswordChanges
        yield* withTotp(ada)
        const { challengeId } = yield* entry.startPasswordless({ email: ada.email })
        const code = codeIn((yield* delivered).mails[0])
        assert.strictEqual(yield* failure(entry.verifyPasswordless({ challengeId, code })), "SecondFactorRequired")
        assert.strictEqual(yield* failure(entry.verifyPasswordless({ challengeId, code })), "InvalidCode")
        const reset = yield* changes.forgotPassword({ email: ada.email })
        const proof = { challengeId: reset.challengeId, code: codeIn((yield* delivered).mails[0]) }
        yield* changes.resetPassword({ ...proof, password: "a brand new secret" })
        yield* waiting({ ...ada, password: "a brand new secret" })
      })
    )

    test(
      "attack 56, step-up bypass: a session whose proof is old, or lacks the second factor, does nothing sensitive",
      Effect.gen(function*() {
        const auth = yield* Auth
        const factors = yield* SecondFactors
        const emails = yield* EmailAddresses
        const keys = yield* ApiKeys
        const sensitive = (tokens: Parameters<typeof bearing>[0]) =>
          Effect.forEach([
            emails.changeEmail({ email: "new@example.com" }),
            factors.removeTotp,
            factors.newRecoveryCodes,
            factors.confirmTotp({ code: "123456" })
          ] as ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>>, (action) =>
            Effect.map(Effect.result(bearing(tokens)(action)), (result) =>
              result._tag === "Success" ? "done" : result.failure._tag))
        const refused = ["StepUpRequired", "StepUpRequired", "StepUpRequired", "StepUpRequired"]

        const { tokens: plain } = yield* customer(bob)
        yield* TestClock.adjust("10 minutes")
        const again = yield* auth.refresh({ refreshToken: plain.refreshToken })
        assert.deepStrictEqual(yield* sensitive(again), refused)

        // enrolling a factor in a session is no proof of one
        const { secret, tokens } = yield* withTotp(ada)
        assert.deepStrictEqual(yield* sensitive(tokens), refused)
        const error = yield* Effect.flip(bearing(tokens)(factors.removeTotp))
        assert.deepInclude(error, { _tag: "StepUpRequired", secondFactor: true, code: "step_up_required" })
        assert.strictEqual(
          yield* failure(bearing(tokens)(factors.verifyMfa({ method: "password", code: ada.password }))),
          "InvalidCode"
        )
        const fresh = yield* bearing(tokens)(factors.verifyMfa({ method: "totp", code: yield* shown(secret) }))
        assert.strictEqual((yield* storedSession(tokens.refreshToken))?.revokedReason, "renewed")
        assert.strictEqual(yield* failure(auth.authenticate(tokens.accessToken)), "InvalidToken")
        yield* bearing(fresh)(emails.changeEmail({ email: "new@example.com" }))
        yield* TestClock.adjust("10 minutes")
        assert.strictEqual(
          yield* failure(bearing(yield* auth.refresh({ refreshToken: fresh.refreshToken }))(factors.removeTotp)),
          "StepUpRequired"
        )
        // programs and embedded calls answer for their actors themselves
        yield* Actor.as(Actor.customer("user_x", { sessionId: "sess_x" }))(Effect.asVoid(StepUp.require))
        yield* Actor.as(Actor.system())(keys.create({ name: "K", permissions: ["orders:read"] }))
      })
    )

    test(
      "without a second factor the password is the fresh proof",
      Effect.gen(function*() {
        const auth = yield* Auth
        const factors = yield* SecondFactors
        const { tokens } = yield* customer(ada)
        yield* TestClock.adjust("10 minutes")
        const old = yield* auth.refresh({ refreshToken: tokens.refreshToken })
        assert.strictEqual(yield* failure(bearing(old)(factors.enrollTotp)), "StepUpRequired")
        const wrong = factors.verifyMfa({ method: "password", code: "not the password" })
        assert.strictEqual(yield* failure(bearing(old)(wrong)), "InvalidCode")
        const fresh = yield* bearing(old)(factors.verifyMfa({ method: "password", code: ada.password }))
        yield* bearing(fresh)(factors.enrollTotp)
        assert.strictEqual(yield* failure(factors.verifyMfa({ method: "password", code: ada.password })), "Unauthenticated")
      })
    )

    test(
      "other sessions end when a factor comes or goes, and nothing is left of it when it is gone",
      Effect.gen(function*() {
        const auth = yield* Auth
        const factors = yield* SecondFactors
        const { tokens } = yield* customer(ada)
        const other = yield* auth.login(ada)
        const { secret } = yield* bearing(tokens)(factors.enrollTotp)
        yield* bearing(tokens)(factors.confirmTotp({ code: yield* shown(secret) }))
        assert.strictEqual((yield* storedSession(other.refreshToken))?.revokedReason, "second_factor_changed")
        yield* TestClock.adjust("30 seconds")
        const fresh = yield* bearing(tokens)(factors.verifyMfa({ method: "totp", code: yield* shown(secret) }))
        yield* bearing(fresh)(factors.removeTotp)
        assert.strictEqual(yield* failure(bearing(fresh)(factors.removeTotp)), "FactorNotFound")
        assert.deepStrictEqual(yield* bearing(fresh)(factors.factors), { totp: false, passkeys: 0, recoveryCodes: 0 })
        yield* auth.login(ada)
      })
    )

    it.effect("roles that must have a second factor allow nothing in a session without one", () =>
      Effect.gen(function*() {
        const auth = yield* Auth
        const factors = yield* SecondFactors
        const { tokens, user } = yield* customer(ada)
        yield* (yield* UserRepository).update({ ...user, roles: ["customer", "support"], version: 2 })
        const allowed = (accessToken: string) =>
          Effect.map(auth.authenticate(accessToken), (actor) => Actor.permissions(actor).length > 0)
        assert.isFalse(yield* allowed(tokens.accessToken))
        const { secret } = yield* bearing(tokens)(factors.enrollTotp)
        yield* bearing(tokens)(factors.confirmTotp({ code: yield* shown(secret) }))
        assert.isFalse(yield* allowed(tokens.accessToken))
        yield* TestClock.adjust("30 seconds")
        const { challengeId } = yield* waiting(ada)
        const proved = yield* factors.verifyMfa({ challengeId, method: "totp", code: yield* shown(secret) })
        assert.isTrue(yield* allowed(proved.accessToken))
      }).pipe(Effect.provide(shop(harness, { secondFactorRoles: ["support"] }))))
  })
