import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import * as AccessTokens from "../identity/AccessTokens.ts"
import { Accounts } from "../identity/Accounts.ts"
import * as AccountsService from "../identity/Accounts.ts"
import * as Challenges from "../identity/Challenges.ts"
import * as AuthService from "../identity/Auth.ts"
import { Auth } from "../identity/Auth.ts"
import * as IdentitySettings from "../identity/IdentitySettings.ts"
import * as Passwords from "../identity/Passwords.ts"
import * as Roles from "../identity/Roles.ts"
import * as SigningKeys from "../identity/SigningKeys.ts"
import * as SignIns from "../identity/SignIns.ts"
import { ThrottleRepository } from "../identity/ThrottleRepository.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import {
  account,
  ada,
  asStaff,
  bob,
  customer,
  elsewhere,
  engine,
  eventsOf,
  failure,
  foundation,
  from,
  home,
  type IdentityServices,
  settings,
  shop,
  storedSession
} from "./IdentityFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Identity whose Argon2 is counted. */
const counted = (harness: StorageHarness) => {
  const hashed: Array<"known" | "unknown" | "new"> = []
  const passwords = Layer.effect(
    Passwords.Passwords,
    Effect.map(Passwords.make, (passwords) => ({
      ...passwords,
      hash: (password: string) => {
        hashed.push("new")
        return passwords.hash(password)
      },
      verify: (password: string, hash: string | null) => {
        hashed.push(hash === null ? "unknown" : "known")
        return passwords.verify(password, hash)
      }
    }))
  )
  const layer = Layer.mergeAll(AccountsService.layer, AuthService.layer).pipe(
    Layer.provide(SignIns.layer),
    Layer.provide(Challenges.layer),
    Layer.provide(passwords),
    Layer.provide(Roles.layer),
    Layer.provide(AccessTokens.layer),
    Layer.provide(SigningKeys.layer),
    Layer.provideMerge(foundation(harness.storage())),
    Layer.provide(IdentitySettings.layer(settings))
  )
  return { hashed, layer }
}

const wrong = { email: ada.email, password: "not the password" } as const
const nobody = { email: "nobody@example.com", password: "not the password" } as const

/** Signing in with a password, and what stands in the way of guessing one. */
export const signInSuite = (harness: StorageHarness) =>
  describe(`signing in, on ${harness.name}`, () => {
    const test = (name: string, effect: Effect.Effect<unknown, unknown, IdentityServices>) =>
      it.effect(name, () => Effect.provide(effect, shop(harness)))

    test(
      "a sign-in gives tokens with their times, a session with its device, and an event",
      Effect.gen(function*() {
        const auth = yield* Auth
        yield* account(ada)
        const tokens = yield* from(home, "Browser/1.0")(auth.login({ ...ada, email: " ADA@example.com" }))
        assert.strictEqual(tokens.accessTokenExpiresAt, "1970-01-01T00:15:00.000Z")
        assert.strictEqual(tokens.refreshTokenExpiresAt, "1970-01-31T00:00:00.000Z")
        const session = yield* storedSession(tokens.refreshToken)
        assert.deepInclude(session, {
          userId: tokens.user.id,
          address: home,
          userAgent: "Browser/1.0",
          revokedAt: null
        })
        assert.deepStrictEqual(yield* eventsOf(session?.id ?? ""), ["session.started"])
        for (const part of tokens.refreshToken.slice(3).split(".")) assert.notInclude(JSON.stringify(session), part)
      })
    )

    it.effect("attack 52, enumeration: an unknown address is answered like a wrong password, after one Argon2", () => {
      const { hashed, layer } = counted(harness)
      return Effect.gen(function*() {
        const accounts = yield* Accounts
        const auth = yield* Auth
        yield* account(ada)
        const { user } = yield* customer(bob)
        yield* asStaff("customers:write")(accounts.suspend(user.id))
        hashed.length = 0

        const answers = []
        for (const input of [wrong, nobody, bob]) answers.push(yield* Effect.flip(from(home)(auth.login(input))))
        assert.deepStrictEqual(hashed, ["known", "unknown", "known"])
        assert.strictEqual(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1)
        assert.strictEqual(answers[0]?._tag, "InvalidCredentials")
      }).pipe(Effect.provide(layer))
    })

    test(
      "attack 52, enumeration: known and unknown addresses are throttled alike",
      Effect.gen(function*() {
        const auth = yield* Auth
        yield* account(ada)
        const answers = (input: typeof wrong | typeof nobody) =>
          Effect.forEach(Array.from({ length: 8 }), () =>
            Effect.map(Effect.flip(from(home)(auth.login(input))), (error) => JSON.stringify(error)))
        const known = yield* answers(wrong)
        assert.deepStrictEqual(known, yield* answers(nobody))
        assert.deepStrictEqual(known.map((answer) => JSON.parse(answer)._tag), [
          ...Array.from({ length: 5 }, () => "InvalidCredentials"),
          ...Array.from({ length: 3 }, () => "TooManyAttempts")
        ])
      })
    )

    test(
      "after five failures the next attempt waits, longer each time, and the wait ends by itself",
      Effect.gen(function*() {
        const auth = yield* Auth
        yield* account(ada)
        const attempt = (input: typeof wrong | typeof ada) => Effect.flip(from(home)(auth.login(input)))
        for (let index = 0; index < 5; index++) assert.strictEqual((yield* attempt(wrong))._tag, "InvalidCredentials")
        const waits: Array<number> = []
        for (let index = 0; index < 10; index++) {
          const error = yield* attempt(ada)
          if (error._tag !== "TooManyAttempts") return assert.fail(error._tag)
          waits.push(error.retryAfterSeconds)
          // trying again while it lasts makes it no longer
          assert.deepStrictEqual(yield* attempt(wrong), error)
          yield* TestClock.adjust(error.retryAfterSeconds * 1_000)
          assert.strictEqual((yield* attempt(wrong))._tag, "InvalidCredentials")
        }
        assert.deepStrictEqual(waits, [5, 10, 20, 40, 80, 160, 320, 640, 900, 900])
        yield* TestClock.adjust("15 minutes")
        assert.strictEqual((yield* from(home)(auth.login(ada))).user.email, ada.email)
        // and a success starts the count anew
        for (let index = 0; index < 5; index++) assert.strictEqual((yield* attempt(wrong))._tag, "InvalidCredentials")
      })
    )

    test(
      "throttling is no weapon: an attacker elsewhere, however busy, does not keep the owner out",
      Effect.gen(function*() {
        const auth = yield* Auth
        yield* account(ada)
        for (let index = 0; index < 40; index++) yield* Effect.flip(from(elsewhere)(auth.login(wrong)))
        assert.strictEqual((yield* from(home)(auth.login(ada))).user.email, ada.email)
        assert.strictEqual(yield* failure(from(elsewhere)(auth.login(ada))), "TooManyAttempts")
      })
    )

    test(
      "addresses of one IPv6 network count as one",
      Effect.gen(function*() {
        const auth = yield* Auth
        yield* account(ada)
        for (let index = 0; index < 5; index++) yield* Effect.flip(from(`2001:db8:1:2::${index}`)(auth.login(wrong)))
        assert.strictEqual(yield* failure(from("2001:db8:1:2:ffff::1")(auth.login(ada))), "TooManyAttempts")
        assert.strictEqual((yield* from("2001:db8:1:3::1")(auth.login(ada))).user.email, ada.email)
      })
    )

    test(
      "where nobody says who is calling, an account waits half a minute at most",
      Effect.gen(function*() {
        const auth = yield* Auth
        yield* account(ada)
        for (let index = 0; index < 30; index++) {
          const error = yield* Effect.flip(auth.login(wrong))
          if (error._tag === "TooManyAttempts") {
            assert.isAtMost(error.retryAfterSeconds, 30)
            yield* TestClock.adjust("30 seconds")
          }
        }
        yield* TestClock.adjust("30 seconds")
        assert.strictEqual((yield* auth.login(ada)).user.email, ada.email)
      })
    )

    test(
      "one password tried on every account from one network is slowed down, too",
      Effect.gen(function*() {
        const auth = yield* Auth
        yield* account(ada)
        for (let index = 0; index < 50; index++) {
          const input = { email: `victim${index}@example.com`, password: "not the password" }
          assert.strictEqual(yield* failure(from(elsewhere)(auth.login(input))), "InvalidCredentials")
        }
        assert.strictEqual(yield* failure(from(elsewhere)(auth.login(ada))), "TooManyAttempts")
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual((yield* from(elsewhere)(auth.login(ada))).user.email, ada.email)
        // one's own account does not buy more tries
        assert.strictEqual(yield* failure(from(elsewhere)(auth.login(nobody))), "InvalidCredentials")
        assert.strictEqual(yield* failure(from(elsewhere)(auth.login(nobody))), "TooManyAttempts")
      })
    )

    test(
      "attack 53, guessing: a network's own successes give its guesses on others nothing back",
      Effect.gen(function*() {
        const auth = yield* Auth
        yield* account(ada)
        const guess = (index: number) =>
          failure(from(elsewhere)(auth.login({ email: `victim${index}@example.com`, password: "not the password" })))
        for (let index = 0; index < 50; index++) {
          assert.strictEqual(yield* guess(index), "InvalidCredentials")
          if (index % 10 === 0) yield* from(elsewhere)(auth.login(ada))
        }
        assert.strictEqual(yield* guess(50), "TooManyAttempts")
        // and after a success the wait is that of the guesses
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual(yield* guess(51), "InvalidCredentials")
        assert.strictEqual(yield* guess(52), "TooManyAttempts")
        yield* TestClock.adjust("10 seconds")
        yield* from(elsewhere)(auth.login(ada))
        assert.strictEqual(yield* guess(53), "InvalidCredentials")
        yield* TestClock.adjust("19999 millis")
        assert.strictEqual(yield* guess(54), "TooManyAttempts")
      })
    )

    test(
      "an attempt that is taken back leaves the wait that another has begun, at the length that is its own",
      Effect.gen(function*() {
        const throttles = yield* ThrottleRepository
        const policy = {
          free: 5,
          delay: Duration.seconds(5),
          maximumDelay: Duration.minutes(15),
          forgetAfter: Duration.days(1)
        }
        const attempt = (key: string, millis: number) => throttles.attempt(key, policy, millis)
        for (const key of ["last", "overtaken"]) {
          for (let index = 0; index < 5; index++) assert.strictEqual(yield* attempt(key, 1_000), 0)
          assert.strictEqual(yield* attempt(key, 1_000), 5_000)
        }
        yield* throttles.release("last", policy, 1_000)
        assert.strictEqual(yield* attempt("last", 1_000), 0)

        assert.strictEqual(yield* attempt("overtaken", 6_000), 0)
        yield* throttles.release("overtaken", policy, 1_000)
        assert.strictEqual(yield* attempt("overtaken", 10_999), 1)
        assert.strictEqual(yield* attempt("overtaken", 11_000), 0)
        assert.strictEqual(yield* attempt("overtaken", 11_000), 10_000)
        // what is not there has nothing to give back
        yield* throttles.release("nobody", policy, 1_000)
        assert.strictEqual(yield* attempt("nobody", 1_000), 0)
      })
    )

    it.effect("attack 53, brute force: of fifty guesses at once five are made", () => {
      const { hashed, layer } = counted(harness)
      return Effect.gen(function*() {
        const auth = yield* Auth
        yield* account(ada)
        hashed.length = 0
        const answers = yield* Effect.forEach(
          Array.from({ length: 50 }),
          () => failure(from(home)(auth.login(wrong))),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(answers.filter((tag) => tag === "InvalidCredentials").length, 5)
        assert.strictEqual(answers.filter((tag) => tag === "TooManyAttempts").length, 45)
        assert.strictEqual(hashed.length, 5)
      }).pipe(Effect.provide(layer))
    })

    test(
      "bad input is named, and the password is not repeated",
      Effect.gen(function*() {
        const auth = yield* Auth
        for (
          const input of [
            null,
            {},
            { email: ada.email },
            { ...ada, password: { "$ne": "" } },
            { ...ada, password: "x".repeat(1_025) },
            { ...ada, email: [ada.email] },
            { ...ada, remember: true }
          ]
        ) {
          const error = yield* Effect.flip(auth.login(input as never))
          assert.strictEqual(error._tag, "InvalidInput")
          assert.notInclude(JSON.stringify(error), ada.password)
        }
      })
    )

    test(
      "a password is used as it is: its spaces count and its letters are not folded",
      Effect.gen(function*() {
        const auth = yield* Auth
        const password = "  Tulip lamp Seven "
        yield* account({ email: ada.email, password })
        for (const other of [password.trim(), password.toLowerCase(), `${password} `]) {
          const attempt = from(elsewhere)(auth.login({ email: ada.email, password: other }))
          assert.strictEqual(yield* failure(attempt), "InvalidCredentials")
        }
        assert.strictEqual((yield* auth.login({ email: ada.email, password })).user.email, ada.email)
      })
    )

    it.effect("a password is hashed anew at sign-in when the parameters have risen, and stays otherwise", () => {
      const storage = foundation(harness.storage())
      const withCost = (memoryCost: number) =>
        engine({ argon2: { memoryCost, timeCost: 1, parallelism: 1 } })
      const login = Effect.flatMap(Auth, (auth) => auth.login(ada))
      const stored = Effect.gen(function*() {
        return (yield* (yield* UserRepository).findByEmail(ada.email))?.passwordHash ?? ""
      })
      return Effect.gen(function*() {
        yield* account(ada)
        const first = yield* stored
        yield* Effect.provide(login, withCost(8))
        assert.strictEqual(yield* stored, first)
        const guess = Effect.flatMap(Auth, (auth) => Effect.flip(auth.login(wrong)))
        yield* Effect.provide(guess, withCost(16))
        assert.strictEqual(yield* stored, first)
        yield* Effect.provide(login, withCost(16))
        const second = yield* stored
        assert.match(second, /\$m=16,t=1,p=1\$/)
        yield* Effect.provide(login, withCost(16))
        yield* Effect.provide(login, withCost(8))
        assert.strictEqual(yield* stored, second)
      }).pipe(Effect.provide(storage))
    })
  })
