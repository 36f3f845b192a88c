import { assert, describe, it } from "@effect/vitest"
import { parseOptions } from "@node-rs/argon2"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Accounts } from "../identity/Accounts.ts"
import { Auth } from "../identity/Auth.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import {
  ada,
  asStaff,
  auditOf,
  bearing,
  bob,
  customer,
  elsewhere,
  eventsOf,
  failure,
  from,
  home,
  type IdentityServices,
  otherStore,
  shop,
  storedSession,
  time
} from "./IdentityFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Input as a client may send it, whatever its type says. */
const sent = (input: unknown) => input as never

/** Registering, one's own profile, and what staff see and do. */
export const accountsSuite = (harness: StorageHarness) =>
  describe(`accounts, on ${harness.name}`, () => {
    const test = (name: string, effect: Effect.Effect<unknown, unknown, IdentityServices>) =>
      it.effect(name, () => Effect.provide(effect, shop(harness)))

    test(
      "a customer registers, signs in and reads and changes their own profile",
      Effect.gen(function*() {
        const accounts = yield* Accounts
        const user = yield* accounts.register({ ...ada, name: "Ada" })
        assert.deepStrictEqual(
          { email: user.email, name: user.name, roles: user.roles, status: user.status, verified: user.emailVerified },
          { email: ada.email, name: "Ada", roles: ["customer"], status: "active", verified: false }
        )
        assert.deepStrictEqual(yield* eventsOf(user.id), ["customer.registered"])

        const tokens = yield* (yield* Auth).login(ada)
        assert.deepStrictEqual(tokens.user, user)
        assert.deepStrictEqual(yield* bearing(tokens)(accounts.me), user)
        yield* TestClock.adjust("1 minute")
        const changed = yield* bearing(tokens)(accounts.updateProfile({ name: "Ada L.", version: 1 }))
        assert.deepStrictEqual(changed, {
          ...user,
          name: "Ada L.",
          version: 2,
          updatedAt: time("1970-01-01T00:01:00.000Z")
        })
        assert.deepStrictEqual(yield* bearing(tokens)(accounts.me), changed)
        const stale = bearing(tokens)(accounts.updateProfile({ name: "A", version: 1 }))
        assert.strictEqual(yield* failure(stale), "VersionConflict")
        assert.strictEqual((yield* bearing(tokens)(accounts.updateProfile({ name: null }))).name, null)
      })
    )

    test(
      "of a password only an Argon2id hash with the parameters of the shop is stored",
      Effect.gen(function*() {
        yield* (yield* Accounts).register(ada)
        const stored = yield* (yield* UserRepository).findByEmail(ada.email)
        const hash = stored?.passwordHash ?? ""
        assert.match(hash, /^\$argon2id\$/)
        const { memoryCost, parallelism, saltLen, timeCost } = parseOptions(hash)
        assert.deepStrictEqual({ memoryCost, parallelism, saltLen, timeCost }, {
          memoryCost: 8,
          parallelism: 1,
          saltLen: 16,
          timeCost: 1
        })
      })
    )

    test(
      "a password is used as it is: its spaces count and its letters are not folded",
      Effect.gen(function*() {
        const auth = yield* Auth
        const password = "  Tulip lamp Seven "
        yield* (yield* Accounts).register({ email: ada.email, password })
        for (const other of [password.trim(), password.toLowerCase(), `${password} `]) {
          const attempt = from(elsewhere)(auth.login({ email: ada.email, password: other }))
          assert.strictEqual(yield* failure(attempt), "InvalidCredentials")
        }
        assert.strictEqual((yield* auth.login({ email: ada.email, password })).user.email, ada.email)
      })
    )

    test(
      "one mailbox is one account, however it is written, and however many register it at once",
      Effect.gen(function*() {
        const accounts = yield* Accounts
        const outcomes = yield* Effect.forEach(
          ["ada@example.com", "ADA@example.com", " Ada@Example.COM ", "ａｄａ@example.com"],
          (email) => Effect.result(accounts.register({ email, password: ada.password })),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(
          outcomes.map((outcome) => outcome._tag === "Success" ? "registered" : outcome.failure._tag).sort(),
          ["EmailTaken", "EmailTaken", "EmailTaken", "registered"]
        )
        const { items } = yield* asStaff("customers:read")(accounts.list())
        assert.deepStrictEqual(items.map((user) => user.email), ["ada@example.com"])
        assert.deepStrictEqual(yield* eventsOf(items[0]?.id ?? ""), ["customer.registered"])
      })
    )

    test(
      "attack 6, mass assignment: nobody registers or edits themselves into a role",
      Effect.gen(function*() {
        const accounts = yield* Accounts
        const users = yield* UserRepository
        const extras = [
          `"roles":["admin"]`,
          `"role":"admin"`,
          `"emailVerified":true`,
          `"id":"user_00000000000000000000000000"`,
          `"status":"active"`,
          `"permissions":["*"]`,
          `"storeId":"${otherStore}"`,
          `"passwordHash":"x"`,
          `"__proto__":{"roles":["admin"]}`,
          `"constructor":{"prototype":{"roles":["admin"]}}`
        ]
        const extended = (input: object, extra: string) =>
          sent(JSON.parse(`${JSON.stringify(input).slice(0, -1)},${extra}}`))
        for (const extra of extras) {
          assert.strictEqual(yield* failure(accounts.register(extended(ada, extra))), "InvalidInput", extra)
        }
        assert.isUndefined(yield* users.findByEmail(ada.email))
        const { tokens, user } = yield* customer(bob)
        for (const extra of extras) {
          const update = bearing(tokens)(accounts.updateProfile(extended({ name: "B" }, extra)))
          assert.strictEqual(yield* failure(update), "InvalidInput", extra)
        }
        assert.deepStrictEqual(yield* users.find(user.id), user)
      })
    )

    test(
      "bad input is named, and nothing is stored of it",
      Effect.gen(function*() {
        const accounts = yield* Accounts
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
            { email: `${"a".repeat(250)}@example.com`, password: ada.password },
            { email: ada.email, password: 12345678 },
            { email: ada.email, password: "short" },
            { email: ada.email, password: "long ".repeat(40) },
            { email: ada.email, password: ada.password, name: "x".repeat(201) },
            { email: { "$gt": "" }, password: ada.password }
          ]
        ) {
          const error = yield* Effect.flip(accounts.register(sent(input)))
          assert.strictEqual(error._tag, "InvalidInput", JSON.stringify(input))
          assert.notInclude(JSON.stringify(error), ada.password)
        }
        assert.deepStrictEqual((yield* asStaff("customers:read")(accounts.list())).items, [])
      })
    )

    test(
      "a password that everybody tries first is refused",
      Effect.gen(function*() {
        const accounts = yield* Accounts
        for (const password of ["password", "P@ssw0rd1", "qwertyui", "12345678", "Shopping1", "ada12345"]) {
          const email = password === "ada12345" ? "ada12345@example.com" : ada.email
          assert.strictEqual(yield* failure(accounts.register({ email, password })), "WeakPassword", password)
        }
        assert.isUndefined(yield* (yield* UserRepository).findByEmail(ada.email))
      })
    )

    it.effect("a shop can ask for longer passwords", () =>
      Effect.gen(function*() {
        const accounts = yield* Accounts
        assert.strictEqual(yield* failure(accounts.register({ ...ada, password: "fourteen chars" })), "InvalidInput")
        assert.strictEqual((yield* accounts.register(ada)).email, ada.email)
      }).pipe(Effect.provide(shop(harness, { passwordMinimumLength: 15 }))))

    test(
      "attack 52, enumeration: trying many addresses at registration from one network gets slower and slower",
      Effect.gen(function*() {
        const accounts = yield* Accounts
        yield* accounts.register(ada)
        for (let attempt = 0; attempt < 20; attempt++) {
          assert.strictEqual(yield* failure(from(elsewhere)(accounts.register(ada))), "EmailTaken")
        }
        const refused = yield* Effect.flip(from(elsewhere)(accounts.register(ada)))
        assert.deepInclude(refused, { _tag: "TooManyAttempts", retryAfterSeconds: 5 })
        assert.strictEqual(yield* failure(from(elsewhere)(accounts.register(bob))), "TooManyAttempts")
        assert.strictEqual((yield* from(home)(accounts.register(bob))).email, bob.email)
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual(yield* failure(from(elsewhere)(accounts.register(ada))), "EmailTaken")
        assert.strictEqual(yield* failure(from(elsewhere)(accounts.register(ada))), "TooManyAttempts")
      })
    )

    test(
      "registrations that succeed are not counted against a network",
      Effect.gen(function*() {
        const accounts = yield* Accounts
        for (let index = 0; index < 30; index++) {
          yield* from(home)(accounts.register({ email: `buyer${index}@example.com`, password: ada.password }))
        }
      })
    )

    test(
      "staff find users by page, beginning and status; others are refused",
      Effect.gen(function*() {
        const accounts = yield* Accounts
        for (const name of ["Ann", "Ben", "Cem", "100%", "Dan_"]) {
          yield* TestClock.adjust("1 second")
          yield* accounts.register({
            email: `${name.toLowerCase().replace(/\W/g, "")}@example.com`,
            password: ada.password,
            name: `${name} Buyer`
          })
        }
        const staff = asStaff("customers:read")
        const first = yield* staff(accounts.list({ limit: 2 }))
        assert.deepStrictEqual(first.items.map((user) => user.name), ["Dan_ Buyer", "100% Buyer"])
        const second = yield* staff(accounts.list({ limit: 3, after: first.nextCursor ?? "" }))
        assert.deepStrictEqual(second.items.map((user) => user.name), ["Cem Buyer", "Ben Buyer", "Ann Buyer"])
        assert.isNull(second.nextCursor)
        const names = (search: string) =>
          Effect.map(staff(accounts.list({ search })), (page) => page.items.map((user) => user.name))
        assert.deepStrictEqual(yield* names("BEN"), ["Ben Buyer"])
        assert.deepStrictEqual(yield* names("ann@"), ["Ann Buyer"])
        assert.deepStrictEqual(yield* names("100%"), ["100% Buyer"])
        assert.deepStrictEqual(yield* names("%"), [])
        assert.deepStrictEqual(yield* names("_"), [])
        assert.deepStrictEqual((yield* staff(accounts.list({ status: "suspended" }))).items, [])
        assert.deepStrictEqual(yield* staff(accounts.get(first.items[0]?.id ?? "")), first.items[0])

        assert.strictEqual(yield* failure(staff(accounts.list({ after: "nonsense" }))), "InvalidInput")
        assert.strictEqual(yield* failure(staff(accounts.list(sent({ sort: "password" })))), "InvalidInput")
        assert.strictEqual(yield* failure(staff(accounts.get("user_nobody"))), "UserNotFound")
        assert.strictEqual(yield* failure(asStaff("orders:*")(accounts.list())), "Forbidden")
        assert.strictEqual(yield* failure(Actor.as(Actor.guest())(accounts.list())), "Unauthenticated")
        assert.strictEqual(
          yield* failure(Actor.as(Actor.customer(first.items[0]?.id ?? ""))(accounts.get(first.items[1]?.id ?? ""))),
          "Forbidden"
        )
      })
    )

    test(
      "a profile belongs to whoever is signed in: not to guests, keys, the system or somebody who is gone",
      Effect.gen(function*() {
        const accounts = yield* Accounts
        const others = [Actor.guest(), Actor.system(), Actor.staff("key_1", ["*"]), Actor.customer("user_nobody")]
        for (const actor of others) {
          assert.strictEqual(yield* failure(Actor.as(actor)(accounts.me)), "Unauthenticated")
          assert.strictEqual(yield* failure(Actor.as(actor)(accounts.updateProfile({ name: "X" }))), "Unauthenticated")
        }
      })
    )

    test(
      "a suspended user is out at once, everywhere, and stays out of old sessions when reinstated",
      Effect.gen(function*() {
        const accounts = yield* Accounts
        const auth = yield* Auth
        const { tokens, user } = yield* customer(ada)
        const second = yield* auth.login(ada)

        const suspended = yield* asStaff("customers:write")(accounts.suspend(user.id))
        assert.strictEqual(suspended.status, "suspended")
        for (const { accessToken, refreshToken } of [tokens, second]) {
          assert.strictEqual(yield* failure(auth.authenticate(accessToken)), "InvalidToken")
          assert.strictEqual(yield* failure(auth.refresh({ refreshToken })), "InvalidToken")
          const stored = yield* storedSession(refreshToken)
          assert.strictEqual(stored?.revokedReason, "suspended")
        }
        assert.strictEqual(yield* failure(auth.login(ada)), "InvalidCredentials")

        yield* asStaff("customers:write")(accounts.suspend(user.id))
        yield* TestClock.adjust("1 minute")
        yield* asStaff("customers:write")(accounts.reinstate(user.id))
        assert.strictEqual(yield* failure(auth.authenticate(tokens.accessToken)), "InvalidToken")
        assert.strictEqual(yield* failure(auth.refresh({ refreshToken: second.refreshToken })), "InvalidToken")
        assert.strictEqual((yield* auth.login(ada)).user.status, "active")

        assert.deepStrictEqual(yield* eventsOf(user.id), [
          "customer.registered",
          "customer.suspended",
          "customer.reinstated"
        ])
        assert.deepStrictEqual(yield* auditOf(user.id), ["user.reinstate", "user.suspend"])
      })
    )

    test(
      "a suspended user's tokens are worth nothing even where a session was left open",
      Effect.gen(function*() {
        const auth = yield* Auth
        const users = yield* UserRepository
        const { tokens, user } = yield* customer(ada)
        yield* users.update({ ...user, status: "suspended", version: 2 })
        assert.isNull((yield* storedSession(tokens.refreshToken))?.revokedAt)
        assert.strictEqual(yield* failure(auth.authenticate(tokens.accessToken)), "InvalidToken")
        assert.strictEqual(yield* failure(auth.refresh({ refreshToken: tokens.refreshToken })), "InvalidToken")
      })
    )

    test(
      "only staff who may change customers suspend one, and only those who may change staff suspend staff",
      Effect.gen(function*() {
        const accounts = yield* Accounts
        const users = yield* UserRepository
        const { user } = yield* customer(ada)
        assert.strictEqual(yield* failure(asStaff("customers:read")(accounts.suspend(user.id))), "Forbidden")
        assert.strictEqual(yield* failure(Actor.as(Actor.customer(user.id))(accounts.suspend(user.id))), "Forbidden")
        yield* users.update({ ...user, roles: ["customer", "admin"], version: 2 })
        assert.strictEqual(yield* failure(asStaff("customers:write")(accounts.suspend(user.id))), "Forbidden")
        assert.strictEqual((yield* users.find(user.id))?.status, "active")
        assert.deepStrictEqual(yield* auditOf(user.id), [])
        yield* asStaff("customers:write", "users:write")(accounts.suspend(user.id))
        assert.strictEqual((yield* users.find(user.id))?.status, "suspended")
      })
    )

    test(
      "attack 10, tenant crossing: a user of one store does not exist in another",
      Effect.gen(function*() {
        const accounts = yield* Accounts
        const auth = yield* Auth
        const { tokens, user } = yield* customer(ada)
        const there = within(otherStore)
        assert.strictEqual(yield* failure(there(auth.login(ada))), "InvalidCredentials")
        assert.strictEqual(yield* failure(there(auth.authenticate(tokens.accessToken))), "InvalidToken")
        assert.strictEqual(yield* failure(there(auth.refresh({ refreshToken: tokens.refreshToken }))), "InvalidToken")
        assert.strictEqual(yield* failure(there(asStaff("*")(accounts.get(user.id)))), "UserNotFound")
        assert.strictEqual(yield* failure(there(asStaff("*")(accounts.suspend(user.id)))), "UserNotFound")
        assert.deepStrictEqual((yield* there(asStaff("*")(accounts.list()))).items, [])
        const twinsPassword = { ...ada, password: "another tulip lamp" }
        const twin = yield* there(accounts.register(twinsPassword))
        assert.notStrictEqual(twin.id, user.id)
        assert.strictEqual((yield* there(auth.login(twinsPassword))).user.id, twin.id)
        assert.strictEqual((yield* auth.login(ada)).user.id, user.id)
        assert.deepStrictEqual(yield* bearing(tokens)(accounts.me), user)
      })
    )
  })
