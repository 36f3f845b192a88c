import { assert, describe, it } from "@effect/vitest"
import { parseOptions } from "@node-rs/argon2"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { TestClock } from "effect/testing"
import { Accounts } from "../identity/Accounts.ts"
import { Auth } from "../identity/Auth.ts"
import { ChallengeRepository } from "../identity/ChallengeRepository.ts"
import { CredentialRepository } from "../identity/CredentialRepository.ts"
import { EmailAddresses } from "../identity/EmailAddresses.ts"
import { Entry } from "../identity/Entry.ts"
import { FactorRepository } from "../identity/FactorRepository.ts"
import { OAuthRepository } from "../identity/OAuthRepository.ts"
import { PasswordChanges } from "../identity/PasswordChanges.ts"
import { PasskeyId } from "../identity/SecondFactor.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import { JobRetries } from "../jobs/JobRegistry.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Mailbox from "./Mailbox.ts"
import {
  account,
  ada,
  asStaff,
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
  otherStore,
  Post,
  shop,
  storedSession,
  tokenIn
} from "./IdentityFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Input as a client may send it, whatever its type says. */
const sent = (input: unknown) => input as never

/** A shop whose messages have links. */
const links = {
  signIn: "https://shop.example/sign-in",
  confirmEmail: "https://shop.example/confirm",
  resetPassword: "https://shop.example/reset"
} as const

/** Another code than this one. */
const other = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, "0")

/** Registering and signing in with what a message brings. */
export const entrySuite = (harness: StorageHarness) =>
  describe(`registering and signing in without a password, on ${harness.name}`, () => {
    const test = (name: string, effect: Effect.Effect<unknown, unknown, IdentityServices>) =>
      it.effect(name, () => Effect.provide(effect, shop(harness, { links })))

    /** Asks for a code and reads it. */
    const ask = Effect.fnUntraced(function*(email: string) {
      const { challengeId } = yield* (yield* Entry).startPasswordless({ email })
      const { mails } = yield* delivered
      const mail = mails.at(-1)
      return { challengeId, code: codeIn(mail), token: tokenIn(mail), mail }
    })

    test(
      "a customer registers, confirms the address with the code, is signed in, and has the password",
      Effect.gen(function*() {
        const challenge = yield* (yield* Entry).register({ ...ada, email: " ADA@example.com", name: "Ada" })
        assert.strictEqual(challenge.expiresAt, "1970-01-01T00:10:00.000Z")
        assert.isUndefined(yield* (yield* UserRepository).findByEmail(ada.email))
        const { mails: [mail] } = yield* delivered
        assert.strictEqual(mail?.to, ada.email)
        const { state, tokens } = yield* (yield* EmailAddresses).verifyEmail({
          challengeId: challenge.challengeId,
          code: codeIn(mail)
        })
        assert.strictEqual(state, "registered")
        assert.deepInclude(tokens?.user, { email: ada.email, emailVerified: true, name: "Ada", roles: ["customer"] })
        assert.deepStrictEqual(yield* eventsOf(tokens?.user.id ?? ""), ["customer.registered"])
        assert.deepStrictEqual((yield* (yield* Auth).login(ada)).user, tokens?.user)
        const stored = yield* (yield* UserRepository).findByEmail(ada.email)
        const { memoryCost, parallelism, saltLen, timeCost } = parseOptions(stored?.passwordHash ?? "")
        assert.deepStrictEqual({ memoryCost, parallelism, saltLen, timeCost }, {
          memoryCost: 8,
          parallelism: 1,
          saltLen: 16,
          timeCost: 1
        })
      })
    )

    test(
      "attack 52, enumeration: registering an address that has an account is answered as any other, and its owner gets a way in",
      Effect.gen(function*() {
        const entry = yield* Entry
        yield* account(ada)
        const shape = (challenge: object) => Object.keys(challenge).sort()
        const known = yield* entry.register({ ...ada, password: "eves own password" })
        const unknown = yield* entry.register(bob)
        assert.deepStrictEqual(shape(known), shape(unknown))
        assert.strictEqual(known.expiresAt, unknown.expiresAt)
        const { mails } = yield* delivered
        assert.deepStrictEqual(mails.map(({ to }) => to), [ada.email, bob.email])
        assert.include(mails[0]?.subject ?? "", "You have an account")
        const { tokens } = yield* (yield* EmailAddresses).verifyEmail({
          challengeId: known.challengeId,
          code: codeIn(mails[0])
        })
        assert.strictEqual(tokens?.user.email, ada.email)
        // and the password that was typed is worth nothing
        const auth = yield* Auth
        assert.strictEqual(yield* failure(auth.login({ ...ada, password: "eves own password" })), "InvalidCredentials")
        assert.strictEqual((yield* auth.login(ada)).user.email, ada.email)
      })
    )

    test(
      "attack 52, pre-hijacking: who confirms by the link alone gets an account without the password that somebody else chose",
      Effect.gen(function*() {
        const auth = yield* Auth
        yield* from(elsewhere)((yield* Entry).register({ ...ada, password: "eves own password", name: "Eve" }))
        const { mails: [mail] } = yield* delivered
        const { tokens } = yield* (yield* EmailAddresses).verifyEmail({ token: tokenIn(mail) })
        assert.deepInclude(tokens?.user, { email: ada.email, emailVerified: true, name: null })
        const login = from(home)(auth.login({ ...ada, password: "eves own password" }))
        assert.strictEqual(yield* failure(login), "InvalidCredentials")
        assert.isNull((yield* (yield* UserRepository).findByEmail(ada.email))?.passwordHash)
      })
    )

    test(
      "attack 52, pre-hijacking: the first proof of a mailbox ends passwords and sessions from before it was confirmed",
      Effect.gen(function*() {
        const auth = yield* Auth
        const user = yield* account({ ...ada, emailVerified: false })
        const before = yield* auth.login(ada)
        const { challengeId, code } = yield* ask(ada.email)
        const tokens = yield* (yield* Entry).verifyPasswordless({ challengeId, code })
        assert.deepInclude(tokens.user, { id: user.id, emailVerified: true, version: 2 })
        assert.deepStrictEqual((yield* (yield* UserRepository).findByEmail(ada.email))?.user, tokens.user)
        assert.strictEqual(yield* failure(auth.authenticate(before.accessToken)), "InvalidToken")
        assert.strictEqual(yield* failure(auth.login(ada)), "InvalidCredentials")
        yield* auth.authenticate(tokens.accessToken)
      })
    )

    test(
      "attack GHSA-qq9h, pre-hijack: who confirms an address gets in alone, whatever somebody else had attached before",
      Effect.gen(function*() {
        const auth = yield* Auth
        const credentials = yield* CredentialRepository
        const factors = yield* FactorRepository
        const linked = yield* OAuthRepository
        const issuer = "https://accounts.google.com"
        for (const way of ["code", "reset"] as const) {
          const email = `${way}@example.com`
          const { createdAt: at, id: userId } = yield* account({ ...bob, email, emailVerified: false })
          const before = yield* auth.login({ ...bob, email })
          yield* credentials.setPhone(userId, { phone: "+12025550123", verifiedAt: at } as never)
          yield* factors.offerTotp(userId, "their secret", at)
          yield* factors.confirmTotp(userId, { secret: "their secret", step: 1, at })
          yield* factors.setRecoveryCodes(userId, ["hash of theirs"], at)
          const id = yield* PasskeyId.generate
          const passkey = { credentialId: `theirs-${way}`, publicKey: "key", counter: 0, transports: [], name: "Theirs" }
          yield* factors.addPasskey({ ...passkey, id, userId, backedUp: false, createdAt: at, lastUsedAt: null })
          const identity = { issuer, subject: `eve-${way}`, provider: "google", userId, email: null }
          yield* linked.insertIdentity({ ...identity, linkedAt: at, lastUsedAt: at })
          assert.deepStrictEqual(yield* factors.of(userId), { totp: true, passkeys: 1, recoveryCodes: 1 })

          if (way === "code") {
            // no second factor is asked for, for it would be the attacker's
            const tokens = yield* (yield* Entry).verifyPasswordless(yield* Effect.map(
              ask(email),
              ({ challengeId, code }) => ({ challengeId, code })
            ))
            assert.strictEqual((yield* storedSession(tokens.refreshToken))?.revokedAt, null)
            assert.isNull(yield* credentials.password(userId))
          } else {
            const { challengeId } = yield* (yield* PasswordChanges).forgotPassword({ email })
            const code = codeIn((yield* delivered).mails.at(-1))
            yield* (yield* PasswordChanges).resetPassword({ challengeId, code, password: ada.password })
            yield* auth.login({ email, password: ada.password })
          }
          assert.strictEqual(yield* failure(auth.login({ ...bob, email })), "InvalidCredentials")
          assert.isNotNull((yield* storedSession(before.refreshToken))?.revokedAt)
          assert.deepStrictEqual(yield* factors.of(userId), { totp: false, passkeys: 0, recoveryCodes: 0 })
          assert.isUndefined(yield* factors.totp(userId))
          assert.isUndefined(yield* factors.passkey(passkey.credentialId))
          assert.isUndefined(yield* credentials.phone(userId))
          assert.deepStrictEqual(yield* linked.identitiesOf(userId), [])
          assert.isUndefined(yield* linked.findIdentity(issuer, identity.subject))
        }
      })
    )

    test(
      "one mailbox is one account, however many register it and confirm at once",
      Effect.gen(function*() {
        const entry = yield* Entry
        const emails = yield* EmailAddresses
        const written = ["ada@example.com", "ADA@example.com", " Ada@Example.COM ", "ａｄａ@example.com"]
        const challenges = yield* Effect.forEach(written, (email) => entry.register({ email, password: ada.password }))
        const sign = yield* entry.startPasswordless({ email: ada.email })
        const { mails } = yield* delivered
        // each registration voids the one before
        assert.strictEqual(mails.length, 2)
        const code = codeIn(mails[0])
        const tagOf = <A, E>(effect: Effect.Effect<A, E>) => Effect.map(Effect.result(effect), ({ _tag }) => _tag)
        const outcomes = yield* Effect.all([
          ...challenges.map(({ challengeId }) => tagOf(emails.verifyEmail({ challengeId, code }))),
          tagOf(entry.verifyPasswordless({ challengeId: sign.challengeId, code: codeIn(mails[1]) }))
        ], { concurrency: "unbounded" })
        assert.deepStrictEqual(outcomes, ["Failure", "Failure", "Failure", "Success", "Success"])
        const { items } = yield* asStaff("customers:read")((yield* Accounts).list())
        assert.deepStrictEqual(items.map((user) => user.email), ["ada@example.com"])
        assert.deepStrictEqual(yield* eventsOf(items[0]?.id ?? ""), ["customer.registered"])
      })
    )

    test(
      "bad input is named, nothing is stored of it, and a password that everybody tries first is refused",
      Effect.gen(function*() {
        const entry = yield* Entry
        for (
          const input of [
            undefined,
            null,
            [],
            "ada@example.com",
            {},
            { email: "nobody", password: ada.password },
            { email: "a@b", password: ada.password },
            { email: "a b@example.com", password: ada.password },
            { email: "ada@example.com,bob@example.com", password: ada.password },
            { email: "ada@example.com\r\nBcc: eve@example.com", password: ada.password },
            { email: `${"a".repeat(250)}@example.com`, password: ada.password },
            { email: ada.email, password: 12345678 },
            { email: ada.email, password: "short" },
            { email: ada.email, password: "long ".repeat(40) },
            { email: ada.email, password: ada.password, name: "x".repeat(201) },
            { email: { "$gt": "" }, password: ada.password },
            // attack 6, mass assignment
            ...["roles", "role", "emailVerified", "id", "status", "permissions", "storeId", "passwordHash"].map((field) =>
              JSON.parse(`{"email":"ada@example.com","password":"tulip lamp seven","${field}":"admin"}`)),
            JSON.parse(`{"email":"ada@example.com","password":"tulip lamp seven","__proto__":{"roles":["admin"]}}`)
          ]
        ) {
          const error = yield* Effect.flip(entry.register(sent(input)))
          assert.strictEqual(error._tag, "InvalidInput", JSON.stringify(input))
          assert.notInclude(JSON.stringify(error), ada.password)
        }
        for (const password of ["password", "P@ssw0rd1", "qwertyui", "12345678", "ada12345"]) {
          const email = password === "ada12345" ? "ada12345@example.com" : ada.email
          assert.strictEqual(yield* failure(entry.register({ email, password })), "WeakPassword", password)
        }
        const starts = [
          {},
          { email: "nobody" },
          { phone: "911" },
          { phone: "+1 (415)" },
          { phone: "+1415555012345678" },
          { email: ada.email, phone: "+14155550123" },
          { email: ada.email, redirect: "https://evil.example" }
        ]
        for (const input of starts) assert.strictEqual(yield* failure(entry.startPasswordless(sent(input))), "InvalidInput")
        const id = "chal_01jd5m8x2vf6grc1x7e9w0b3qk"
        for (
          const input of [{}, { code: "123456" }, { challengeId: id }, { challengeId: id, code: "12345" }, {
            challengeId: "x",
            code: "123456"
          }, { challengeId: id, code: 123456 }, { token: "x", code: "123456" }, { challengeId: id, code: "１２３４５６" }]
        ) {
          assert.strictEqual(yield* failure(entry.verifyPasswordless(sent(input))), "InvalidInput", JSON.stringify(input))
        }
        assert.deepStrictEqual((yield* delivered).mails, [])
      })
    )

    it.effect("a shop can ask for longer passwords", () =>
      Effect.gen(function*() {
        const entry = yield* Entry
        assert.strictEqual(yield* failure(entry.register({ ...ada, password: "fourteen chars" })), "InvalidInput")
        yield* entry.register(ada)
      }).pipe(Effect.provide(shop(harness, { passwordMinimumLength: 15 }))))

    it.effect("a shop names words of its own that are no passwords, with a year or a few digits neither", () =>
      Effect.gen(function*() {
        const entry = yield* Entry
        for (const password of ["walnutboard", "WalnutBoard2026", "W4lnutb0ard!", "lovelace & co"]) {
          assert.strictEqual(yield* failure(entry.register({ ...ada, password })), "WeakPassword", password)
        }
        yield* entry.register({ ...ada, password: "a walnut board for my sister" })
      }).pipe(Effect.provide(shop(harness, { passwordWords: ["Walnut board", "Lovelace & Co"] }))))

    test(
      "a password has up to 128 characters of whatever kind, and is good for as long as its owner wants it",
      Effect.gen(function*() {
        const entry = yield* Entry
        const long = "a quiet lamp under seven stairs, ".repeat(4).slice(0, 128)
        const kinds = ["9 8 1 4 0 2 7 5 1 1 9 3", "木漏れ日のランプと階段", long].map((password, index) => ({
          email: `owner${index}@example.com`,
          password
        }))
        for (const who of kinds) {
          const { challengeId } = yield* entry.register(who)
          const { mails } = yield* delivered
          yield* (yield* EmailAddresses).verifyEmail({ challengeId, code: codeIn(mails[0]) })
        }
        yield* TestClock.adjust("3650 days")
        for (const who of kinds) assert.strictEqual((yield* (yield* Auth).login(who)).user.email, who.email)
        assert.strictEqual(yield* failure(entry.register({ email: ada.email, password: `${long}.` })), "InvalidInput")
      })
    )

    test(
      "signing in with a code makes the account of a new address, and finds that of a known one",
      Effect.gen(function*() {
        const entry = yield* Entry
        const { challengeId, code, mail } = yield* ask(ada.email)
        assert.include(mail?.text ?? "", "https://shop.example/sign-in#token=")
        const tokens = yield* from(home, "Browser/1.0")(entry.verifyPasswordless({ challengeId, code }))
        assert.deepInclude(tokens.user, { email: ada.email, emailVerified: true })
        assert.deepInclude(yield* storedSession(tokens.refreshToken), { address: home, userAgent: "Browser/1.0" })
        const again = yield* ask(ada.email)
        assert.deepStrictEqual((yield* entry.verifyPasswordless({ token: again.token })).user, tokens.user)
      })
    )

    it.effect("a shop can leave new addresses to registration, and answers them as any other", () =>
      Effect.gen(function*() {
        const entry = yield* Entry
        const { challengeId } = yield* entry.startPasswordless({ email: ada.email })
        assert.deepStrictEqual((yield* delivered).mails, [])
        assert.strictEqual(yield* failure(entry.verifyPasswordless({ challengeId, code: "123456" })), "InvalidCode")
        yield* account(ada)
        assert.strictEqual(
          yield* Effect.flatMap(ask(ada.email), ({ challengeId, code }) =>
            Effect.map(entry.verifyPasswordless({ challengeId, code }), ({ user }) => user.email)),
          ada.email
        )
      }).pipe(Effect.provide(shop(harness, { passwordlessSignUp: false }))))

    test(
      "attack 53, a code is stored as a hash only, and so is the token of a link",
      Effect.gen(function*() {
        const { challengeId, code, token } = yield* ask(ada.email)
        const stored = yield* (yield* ChallengeRepository).find(challengeId)
        assert.match(stored?.codeHash ?? "", /^\$argon2id\$/)
        assert.match(stored?.tokenHash ?? "", /^[\w-]{43}$/)
        assert.notInclude(JSON.stringify(stored), code)
        assert.notInclude(JSON.stringify(stored), token)
      })
    )

    test(
      "attack 53, brute force: of fifty guesses at once five are compared, and then the right code is worth nothing",
      Effect.gen(function*() {
        const entry = yield* Entry
        const { challengeId, code } = yield* ask(ada.email)
        const guesses = Array.from({ length: 50 }, (_, index) => String(index).padStart(6, "0")).filter((guess) => guess !== code)
        const answers = yield* Effect.forEach(
          guesses,
          (guess) => failure(entry.verifyPasswordless({ challengeId, code: guess })),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual([...new Set(answers)], ["InvalidCode"])
        assert.strictEqual((yield* (yield* ChallengeRepository).find(challengeId))?.attempts, 5)
        assert.strictEqual(yield* failure(entry.verifyPasswordless({ challengeId, code })), "InvalidCode")
        const { code: next, challengeId: nextId } = yield* ask(ada.email)
        yield* entry.verifyPasswordless({ challengeId: nextId, code: next })
      })
    )

    test(
      "attack 53, brute force: codes that one network tries on whatever challenge get slower and slower",
      Effect.gen(function*() {
        const entry = yield* Entry
        const id = (index: number) => `chal_01jd5m8x2vf6grc1x7e9w0b${String(index).padStart(3, "0")}`
        const attempts = yield* Effect.forEach(Array.from({ length: 60 }), (_, index) =>
          failure(from(elsewhere)(entry.verifyPasswordless({ challengeId: id(index), code: "123456" }))))
        assert.strictEqual(attempts.filter((tag) => tag === "InvalidCode").length, 50)
        assert.strictEqual(attempts.at(-1), "TooManyAttempts")
        assert.strictEqual(
          yield* failure(from(home)(entry.verifyPasswordless({ challengeId: id(1), code: "123456" }))),
          "InvalidCode"
        )
      })
    )

    test(
      "attack 53, single use: of many verifications of one code or link at once one gives a session",
      Effect.gen(function*() {
        const entry = yield* Entry
        const auth = yield* Auth
        const user = yield* account(ada)
        const { challengeId, code, token } = yield* ask(ada.email)
        const outcomes = yield* Effect.forEach(
          [{ challengeId, code }, { token }, { token }, { challengeId, code }, { challengeId, code }],
          (proof) => Effect.result(entry.verifyPasswordless(proof)),
          { concurrency: "unbounded" }
        )
        const won = outcomes.flatMap((outcome) => outcome._tag === "Success" ? [outcome.success] : [])
        assert.strictEqual(won.length, 1)
        assert.strictEqual((yield* (yield* ChallengeRepository).find(challengeId))?.outcome, "met")
        yield* auth.authenticate(won[0]?.accessToken ?? "")
        for (const proof of [{ challengeId, code }, { token }]) {
          assert.strictEqual(yield* failure(entry.verifyPasswordless(proof)), "InvalidCode")
        }
        assert.strictEqual((yield* eventsOf(user.id)).length, 0)
      })
    )

    test(
      "attack 53, a code is good for ten minutes, and a new one voids the old",
      Effect.gen(function*() {
        const entry = yield* Entry
        const first = yield* ask(ada.email)
        const second = yield* ask(ada.email)
        for (const { challengeId, code, token } of [first]) {
          assert.strictEqual(yield* failure(entry.verifyPasswordless({ challengeId, code })), "InvalidCode")
          assert.strictEqual(yield* failure(entry.verifyPasswordless({ token })), "InvalidCode")
        }
        yield* TestClock.adjust("10 minutes")
        for (const proof of [{ challengeId: second.challengeId, code: second.code }, { token: second.token }]) {
          assert.strictEqual(yield* failure(entry.verifyPasswordless(proof)), "InvalidCode")
        }
      })
    )

    test(
      "attack 53, a code belongs to its challenge: not to another address, another purpose or another store",
      Effect.gen(function*() {
        const entry = yield* Entry
        const emails = yield* EmailAddresses
        const mine = yield* ask(ada.email)
        const hers = yield* entry.startPasswordless({ email: bob.email })
        const registration = yield* entry.register({ ...ada, email: "eve@example.com" })
        const { mails } = yield* delivered
        const registered = mails.find(({ to }) => to === "eve@example.com")
        const code = mine.code === codeIn(mails.find(({ to }) => to === bob.email)) ? other(mine.code) : mine.code
        assert.strictEqual(
          yield* failure(entry.verifyPasswordless({ challengeId: hers.challengeId, code })),
          "InvalidCode"
        )
        const wrong = { challengeId: registration.challengeId, code: codeIn(registered) }
        assert.strictEqual(yield* failure(entry.verifyPasswordless(wrong)), "InvalidCode")
        assert.strictEqual(yield* failure(entry.verifyPasswordless({ token: tokenIn(registered) })), "InvalidCode")
        assert.strictEqual(yield* failure(emails.verifyEmail({ token: mine.token })), "InvalidCode")
        const there = within(otherStore)
        assert.strictEqual(yield* failure(there(entry.verifyPasswordless({ token: mine.token }))), "InvalidCode")
        const moved = { challengeId: hers.challengeId, token: mine.token }
        assert.strictEqual(yield* failure(entry.verifyPasswordless(moved)), "InvalidCode")
        yield* entry.verifyPasswordless({ token: mine.token })
      })
    )

    test(
      "attack 52, enumeration: known, unknown and suspended addresses are answered and throttled alike, whoever asks",
      Effect.gen(function*() {
        const entry = yield* Entry
        const { user } = yield* customer(bob)
        yield* account(ada)
        yield* asStaff("customers:write")((yield* Accounts).suspend(user.id))
        const answers = (email: string) =>
          Effect.forEach(Array.from({ length: 7 }), () =>
            Effect.map(Effect.result(entry.startPasswordless({ email })), (result) =>
              result._tag === "Success" ? Object.keys(result.success).join() : JSON.stringify(result.failure)))
        const known = yield* answers(ada.email)
        assert.deepStrictEqual(known, yield* answers("nobody@example.com"))
        assert.deepStrictEqual(known, yield* answers(bob.email))
        assert.strictEqual(known.filter((answer) => answer.includes("TooManyAttempts")).length, 2)
        // a suspended user is not written to, and others are once, for the last one
        assert.deepStrictEqual((yield* delivered).mails.map(({ to }) => to).sort(), [ada.email, "nobody@example.com"])
        yield* TestClock.adjust("30 seconds")
        yield* entry.startPasswordless({ email: ada.email })
      })
    )

    test(
      "attack 52, enumeration: many addresses from one network get slower and slower, for that network",
      Effect.gen(function*() {
        const entry = yield* Entry
        for (let index = 0; index < 20; index++) {
          yield* from(elsewhere)(entry.startPasswordless({ email: `victim${index}@example.com` }))
        }
        assert.deepInclude(yield* Effect.flip(from(elsewhere)(entry.register(ada))), {
          _tag: "TooManyAttempts",
          retryAfterSeconds: 5
        })
        yield* from(home)(entry.register(ada))
      })
    )

    test(
      "a suspended account cannot be entered with a code from before",
      Effect.gen(function*() {
        const user = yield* account(ada)
        const { challengeId, code } = yield* ask(ada.email)
        yield* asStaff("customers:write")((yield* Accounts).suspend(user.id))
        assert.strictEqual(
          yield* failure((yield* Entry).verifyPasswordless({ challengeId, code })),
          "InvalidCode"
        )
      })
    )

    it.effect("a mail server that is down gets the code later, and the answer is the same", () => {
      const post = Mailbox.make()
      return Effect.gen(function*() {
        const entry = yield* Entry
        post.failing = "for now"
        const { challengeId } = yield* entry.startPasswordless({ email: ada.email })
        yield* TestClock.adjust("3 seconds")
        const failing = Effect.provideService(delivered, JobRetries, {
          maxAttempts: 3,
          delay: Schedule.map(Schedule.spaced(0), () => {
            post.failing = "no"
          })
        })
        const { mails } = yield* failing
        assert.strictEqual(mails.length, 1)
        assert.isAbove((yield* Post).attempts, 1)
        assert.include(mails[0]?.text, "good for 10 minutes")
        yield* entry.verifyPasswordless({ challengeId, code: codeIn(mails[0]) })
      }).pipe(Effect.provide(shop(harness, {}, post)))
    })
  })
