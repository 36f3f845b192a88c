import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { Auth } from "../identity/Auth.ts"
import { ChallengeRepository } from "../identity/ChallengeRepository.ts"
import { EmailAddresses } from "../identity/EmailAddresses.ts"
import { Entry } from "../identity/Entry.ts"
import { FactorRepository } from "../identity/FactorRepository.ts"
import { PasswordChanges } from "../identity/PasswordChanges.ts"
import { PhoneNumbers } from "../identity/PhoneNumbers.ts"
import { Privacy } from "../identity/Privacy.ts"
import * as SignInData from "../identity/SignInData.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import {
  account,
  ada,
  asStaff,
  auditOf,
  bearing,
  bob,
  codeIn,
  customer,
  delivered,
  elsewhere,
  eventsOf,
  failure,
  from,
  home,
  type IdentityServices,
  shop,
  storedSession,
  tokenIn
} from "./IdentityFixture.ts"
import { Accounts } from "../identity/Accounts.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const phone = "+14155550123"
const fresh = "a brand new secret"

/** New passwords, addresses and telephone numbers. */
export const credentialsSuite = (harness: StorageHarness) =>
  describe(`changing how one signs in, on ${harness.name}`, () => {
    const test = (name: string, effect: Effect.Effect<unknown, unknown, IdentityServices>) =>
      it.effect(name, () => Effect.provide(effect, shop(harness, { links: { resetPassword: "https://shop.example/new" } })))

    test(
      "who has forgotten the password sets a new one with a code or a link, and every session ends",
      Effect.gen(function*() {
        const auth = yield* Auth
        const changes = yield* PasswordChanges
        const { tokens, user } = yield* customer(ada)
        const { challengeId } = yield* changes.forgotPassword({ email: "ADA@example.com" })
        const { mails: [mail] } = yield* delivered
        assert.include(mail?.text ?? "", "https://shop.example/new#token=")
        yield* changes.resetPassword({ challengeId, code: codeIn(mail), password: fresh })
        assert.strictEqual(yield* failure(auth.authenticate(tokens.accessToken)), "InvalidToken")
        assert.strictEqual((yield* storedSession(tokens.refreshToken))?.revokedReason, "password_changed")
        assert.strictEqual(yield* failure(auth.login(ada)), "InvalidCredentials")
        assert.strictEqual((yield* auth.login({ ...ada, password: fresh })).user.id, user.id)
        assert.deepStrictEqual(yield* eventsOf(user.id), ["customer.password_changed"])
        assert.deepStrictEqual(yield* auditOf(user.id), ["user.change-password"])
        const notice = (yield* delivered).mails
        assert.deepStrictEqual(notice.map(({ subject, to }) => [to, subject]), [
          [ada.email, "Your password at The main shop has changed"]
        ])
        // and the code and the link are spent
        for (const proof of [{ challengeId, code: codeIn(mail) }, { token: tokenIn(mail) }]) {
          assert.strictEqual(yield* failure(changes.resetPassword({ ...proof, password: fresh })), "InvalidCode")
        }
      })
    )

    test(
      "attack 52, enumeration: forgetting the password of an address without an account is answered alike, and writes to nobody",
      Effect.gen(function*() {
        const changes = yield* PasswordChanges
        const user = yield* account(bob)
        yield* asStaff("customers:write")((yield* Accounts).suspend(user.id))
        for (const email of ["nobody@example.com", bob.email]) {
          const { challengeId } = yield* changes.forgotPassword({ email })
          assert.deepStrictEqual((yield* delivered).mails, [])
          const reset = changes.resetPassword({ challengeId, code: "123456", password: fresh })
          assert.strictEqual(yield* failure(reset), "InvalidCode")
        }
      })
    )

    test(
      "a reset by link works once of many at once, and a password that is weak or known does not spend it",
      Effect.gen(function*() {
        const changes = yield* PasswordChanges
        yield* account(ada)
        yield* changes.forgotPassword({ email: ada.email })
        const token = tokenIn((yield* delivered).mails[0])
        assert.strictEqual(yield* failure(changes.resetPassword({ token, password: "password1" })), "WeakPassword")
        assert.strictEqual(yield* failure(changes.resetPassword({ token, password: "short" })), "InvalidInput")
        assert.strictEqual(
          yield* failure(changes.resetPassword({ token, password: "ada@example.com" })),
          "WeakPassword"
        )
        const outcomes = yield* Effect.forEach(
          ["one new secret", "two new secret", "three new secret"],
          (password) => Effect.map(Effect.result(changes.resetPassword({ token, password })), ({ _tag }) => _tag),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(outcomes.filter((tag) => tag === "Success").length, 1)
      })
    )

    test(
      "a code to sign in sets no password, and a code for a password signs nobody in",
      Effect.gen(function*() {
        const changes = yield* PasswordChanges
        const entry = yield* Entry
        yield* account(ada)
        const signIn = yield* entry.startPasswordless({ email: ada.email })
        const reset = yield* changes.forgotPassword({ email: ada.email })
        const { mails } = yield* delivered
        const signInCode = codeIn(mails.find(({ subject }) => subject.includes("is your code")))
        const resetCode = codeIn(mails.find(({ subject }) => subject.includes("new password")))
        const wrongReset = changes.resetPassword({ challengeId: signIn.challengeId, code: signInCode, password: fresh })
        assert.strictEqual(yield* failure(wrongReset), "InvalidCode")
        const wrongEntry = entry.verifyPasswordless({ challengeId: reset.challengeId, code: resetCode })
        assert.strictEqual(yield* failure(wrongEntry), "InvalidCode")
      })
    )

    test(
      "who knows the password changes it, and every other session ends",
      Effect.gen(function*() {
        const auth = yield* Auth
        const changes = yield* PasswordChanges
        const { tokens, user } = yield* customer(ada)
        const other = yield* auth.login(ada)
        const neighbour = yield* customer(bob)
        const change = (currentPassword: string, password = fresh) =>
          bearing(tokens)(changes.changePassword({ currentPassword, password }))
        assert.strictEqual(yield* failure(change("wrong")), "InvalidCredentials")
        assert.strictEqual(yield* failure(change(ada.password, "password1")), "WeakPassword")
        yield* change(ada.password)
        yield* auth.authenticate(tokens.accessToken)
        yield* auth.authenticate(neighbour.tokens.accessToken)
        assert.strictEqual(yield* failure(auth.authenticate(other.accessToken)), "InvalidToken")
        assert.strictEqual((yield* storedSession(other.refreshToken))?.revokedReason, "password_changed")
        assert.strictEqual((yield* auth.login({ ...ada, password: fresh })).user.id, user.id)
        assert.strictEqual((yield* delivered).mails.length, 1)
        for (const actor of [Actor.guest(), Actor.system(), Actor.customer(user.id)]) {
          const refused = changes.changePassword({ currentPassword: fresh, password: ada.password })
          assert.strictEqual(yield* failure(Actor.as(actor)(refused)), "Unauthenticated")
        }
      })
    )

    test(
      "guessing the current password in a stolen session is slowed down as a sign-in is",
      Effect.gen(function*() {
        const changes = yield* PasswordChanges
        const { tokens } = yield* customer(ada)
        const guess = from(elsewhere)(bearing(tokens)(changes.changePassword({ currentPassword: "x", password: fresh })))
        const tags = yield* Effect.forEach(Array.from({ length: 6 }), () => failure(guess))
        assert.deepStrictEqual(tags, [...Array.from({ length: 5 }, () => "InvalidCredentials" as const), "TooManyAttempts"])
      })
    )

    test(
      "an account moves to another address once both are confirmed, in any order, and other sessions end",
      Effect.gen(function*() {
        const auth = yield* Auth
        const emails = yield* EmailAddresses
        for (const [who, first] of [[ada, "current"], [bob, "next"]] as const) {
          const { tokens, user } = yield* customer(who)
          const other = yield* auth.login(who)
          const email = `new.${who.email}`
          const change = yield* bearing(tokens)(emails.changeEmail({ email }))
          const { mails } = yield* delivered
          assert.deepStrictEqual(mails.map(({ to }) => to).sort(), [who.email, email].sort())
          const codes = {
            current: codeIn(mails.find(({ to }) => to === who.email)),
            next: codeIn(mails.find(({ to }) => to === email))
          }
          const verify = (which: "current" | "next") =>
            emails.verifyEmail({ challengeId: change[which].challengeId, code: codes[which] })
          assert.deepStrictEqual(yield* verify(first), { state: "waiting", tokens: null })
          assert.strictEqual((yield* (yield* UserRepository).find(user.id))?.email, who.email)
          assert.deepStrictEqual(yield* verify(first === "current" ? "next" : "current"), { state: "changed", tokens: null })
          const moved = yield* (yield* UserRepository).find(user.id)
          assert.deepInclude(moved, { email, emailVerified: true, version: 2 })
          yield* auth.authenticate(tokens.accessToken)
          assert.strictEqual((yield* storedSession(other.refreshToken))?.revokedReason, "email_changed")
          assert.strictEqual(yield* failure(auth.login(who)), "InvalidCredentials")
          assert.strictEqual((yield* auth.login({ ...who, email })).user.id, user.id)
          assert.deepStrictEqual((yield* delivered).mails.map(({ to }) => to), [who.email])
          assert.deepStrictEqual(yield* auditOf(user.id), ["user.change-email"])
        }
      })
    )

    test(
      "both addresses confirmed at once move the account once",
      Effect.gen(function*() {
        const emails = yield* EmailAddresses
        const { tokens, user } = yield* customer(ada)
        const { current, next } = yield* bearing(tokens)(emails.changeEmail({ email: "new@example.com" }))
        const { mails } = yield* delivered
        const code = (to: string) => codeIn(mails.find((mail) => mail.to === to))
        const states = yield* Effect.forEach(
          [
            { challengeId: current.challengeId, code: code(ada.email) },
            { challengeId: next.challengeId, code: code("new@example.com") }
          ],
          (proof) => Effect.map(emails.verifyEmail(proof), ({ state }) => state),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(states.sort(), ["changed", "waiting"])
        assert.deepStrictEqual(yield* eventsOf(user.id), ["customer.email_changed"])
      })
    )

    test(
      "attack 52, enumeration: moving to an address that has an account is answered alike, writes to nobody there, and never happens",
      Effect.gen(function*() {
        const emails = yield* EmailAddresses
        const { tokens, user } = yield* customer(ada)
        yield* account(bob)
        const change = yield* bearing(tokens)(emails.changeEmail({ email: bob.email }))
        assert.deepStrictEqual(Object.keys(change), ["current", "next"])
        const { mails } = yield* delivered
        assert.deepStrictEqual(mails.map(({ to }) => to), [ada.email])
        yield* emails.verifyEmail({ challengeId: change.current.challengeId, code: codeIn(mails[0]) })
        assert.strictEqual((yield* (yield* UserRepository).find(user.id))?.email, ada.email)
      })
    )

    test(
      "an address that was taken while it was confirmed stays with who has it",
      Effect.gen(function*() {
        const emails = yield* EmailAddresses
        const { tokens, user } = yield* customer(ada)
        const { current, next } = yield* bearing(tokens)(emails.changeEmail({ email: bob.email }))
        const { mails } = yield* delivered
        const taken = yield* account(bob)
        const code = (to: string) => codeIn(mails.find((mail) => mail.to === to))
        yield* emails.verifyEmail({ challengeId: current.challengeId, code: code(ada.email) })
        const last = emails.verifyEmail({ challengeId: next.challengeId, code: code(bob.email) })
        assert.strictEqual(yield* failure(last), "EmailTaken")
        assert.strictEqual((yield* (yield* UserRepository).find(user.id))?.email, ada.email)
        assert.strictEqual((yield* (yield* UserRepository).findByEmail(bob.email))?.user.id, taken.id)
      })
    )

    test(
      "a change of address expires with its codes, and a new one voids the old",
      Effect.gen(function*() {
        const emails = yield* EmailAddresses
        const { tokens, user } = yield* customer(ada)
        const begin = Effect.gen(function*() {
          const change = yield* bearing(tokens)(emails.changeEmail({ email: "new@example.com" }))
          const { mails } = yield* delivered
          const code = (to: string) => codeIn(mails.find((mail) => mail.to === to))
          return [
            { challengeId: change.current.challengeId, code: code(ada.email) },
            { challengeId: change.next.challengeId, code: code("new@example.com") }
          ] as const
        })
        const [oldCurrent, oldNext] = yield* begin
        yield* emails.verifyEmail(oldCurrent)
        const [current, next] = yield* begin
        assert.strictEqual(yield* failure(emails.verifyEmail(oldNext)), "InvalidCode")
        assert.deepInclude(yield* emails.verifyEmail(next), { state: "waiting" })
        yield* TestClock.adjust("10 minutes")
        assert.strictEqual(yield* failure(emails.verifyEmail(current)), "InvalidCode")
        assert.strictEqual((yield* (yield* UserRepository).find(user.id))?.email, ada.email)
      })
    )

    test(
      "a number is confirmed by a text message, signs its owner in, and belongs to who proved it last",
      Effect.gen(function*() {
        const phones = yield* PhoneNumbers
        const entry = yield* Entry
        const claim = Effect.fnUntraced(function*(who: typeof ada | typeof bob) {
          const { tokens, user } = yield* customer(who)
          const { challengeId } = yield* bearing(tokens)(phones.changePhone({ phone: "+1 (415) 555-0123" }))
          const { messages: [message] } = yield* delivered
          assert.strictEqual(message?.to, phone)
          const number = yield* bearing(tokens)(phones.verifyPhone({ challengeId, code: codeIn(message) }))
          assert.strictEqual(number.phone, phone)
          return { tokens, user }
        })
        const enter = Effect.gen(function*() {
          const { challengeId } = yield* entry.startPasswordless({ phone })
          const { mails, messages: [message] } = yield* delivered
          assert.deepStrictEqual(mails, [])
          return yield* entry.verifyPasswordless({ challengeId, code: codeIn(message) })
        })
        const first = yield* claim(ada)
        assert.strictEqual((yield* enter).user.id, first.user.id)
        const second = yield* claim(bob)
        assert.strictEqual((yield* enter).user.id, second.user.id)
        assert.strictEqual(yield* failure(bearing(first.tokens)(phones.phone)), "PhoneNotFound")
        assert.strictEqual((yield* bearing(second.tokens)(phones.phone)).phone, phone)
        yield* bearing(second.tokens)(phones.removePhone)
        assert.strictEqual(yield* failure(bearing(second.tokens)(phones.removePhone)), "PhoneNotFound")
      })
    )

    test(
      "a number that belongs to nobody is answered alike and gets no message, and a code of somebody else's claim is worth nothing",
      Effect.gen(function*() {
        const phones = yield* PhoneNumbers
        const entry = yield* Entry
        const { challengeId } = yield* entry.startPasswordless({ phone })
        assert.deepStrictEqual((yield* delivered).messages, [])
        assert.strictEqual(yield* failure(entry.verifyPasswordless({ challengeId, code: "123456" })), "InvalidCode")
        const { tokens } = yield* customer(ada)
        const thief = yield* customer(bob)
        const claim = yield* bearing(tokens)(phones.changePhone({ phone }))
        const code = codeIn((yield* delivered).messages[0])
        const stolen = from(home)(bearing(thief.tokens)(phones.verifyPhone({ challengeId: claim.challengeId, code })))
        assert.strictEqual(yield* failure(stolen), "InvalidCode")
        assert.strictEqual(yield* failure(Actor.as(Actor.guest())(phones.changePhone({ phone }))), "Unauthenticated")
      })
    )

    it.effect("who is forgotten leaves no number, no factor and no code behind", () =>
      Effect.gen(function*() {
        const phones = yield* PhoneNumbers
        const factors = yield* FactorRepository
        const entry = yield* Entry
        const { tokens, user } = yield* customer(ada)
        const { challengeId } = yield* bearing(tokens)(phones.changePhone({ phone }))
        yield* bearing(tokens)(phones.verifyPhone({ challengeId, code: codeIn((yield* delivered).messages[0]) }))
        yield* factors.offerTotp(user.id, "sealed", user.createdAt)
        yield* factors.confirmTotp(user.id, { secret: "sealed", step: 1, at: user.createdAt })
        yield* factors.setRecoveryCodes(user.id, ["hash"], user.createdAt)
        const open = yield* entry.startPasswordless({ phone })
        yield* Actor.as(Actor.system())((yield* Privacy).erase(user.id))
        assert.deepStrictEqual(yield* factors.of(user.id), { totp: false, passkeys: 0, recoveryCodes: 0 })
        assert.isUndefined(yield* (yield* ChallengeRepository).find(open.challengeId))
        yield* entry.startPasswordless({ phone })
        assert.deepStrictEqual((yield* delivered).messages, [])
      }).pipe(Effect.provide(Layer.provideMerge(SignInData.layer, shop(harness)))))
  })
