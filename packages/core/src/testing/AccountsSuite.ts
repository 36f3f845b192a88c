import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Accounts } from "../identity/Accounts.ts"
import { ApiKeys } from "../identity/ApiKeys.ts"
import { Auth } from "../identity/Auth.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
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
      "a new shop has no account and no key that anybody could know",
      Effect.gen(function*() {
        assert.deepStrictEqual((yield* asStaff("*")((yield* Accounts).list({}))).items, [])
        assert.deepStrictEqual((yield* asStaff("*")((yield* ApiKeys).list({}))).items, [])
      })
    )

    test(
      "a customer signs in and reads and changes their own profile",
      Effect.gen(function*() {
        const accounts = yield* Accounts
        const user = yield* account({ ...ada, name: "Ada" })
        assert.deepStrictEqual(
          { email: user.email, name: user.name, roles: user.roles, status: user.status, verified: user.emailVerified },
          { email: ada.email, name: "Ada", roles: ["customer"], status: "active", verified: true }
        )

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
      "attack 6, mass assignment: nobody edits themselves into a role",
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
        const { tokens, user } = yield* customer(bob)
        for (const extra of extras) {
          const update = bearing(tokens)(accounts.updateProfile(extended({ name: "B" }, extra)))
          assert.strictEqual(yield* failure(update), "InvalidInput", extra)
        }
        assert.deepStrictEqual(yield* users.find(user.id), user)
      })
    )

    test(
      "staff find users by page, beginning and status; others are refused",
      Effect.gen(function*() {
        const accounts = yield* Accounts
        for (const name of ["Ann", "Ben", "Cem", "100%", "Dan_"]) {
          yield* TestClock.adjust("1 second")
          yield* account({
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
        assert.strictEqual(
          yield* failure(asStaff("customers:write", "users:write")(accounts.suspend(user.id))),
          "CannotGrantBeyondOwn"
        )
        assert.strictEqual((yield* users.find(user.id))?.status, "active")
        yield* asStaff("*")(accounts.suspend(user.id))
        assert.strictEqual((yield* users.find(user.id))?.status, "suspended")
      })
    )

    test(
      "staff end every session of a user, who may sign in again, and of staff those who may do as much",
      Effect.gen(function*() {
        const accounts = yield* Accounts
        const auth = yield* Auth
        const users = yield* UserRepository
        const { tokens, user } = yield* customer(ada)
        const second = yield* auth.login(ada)
        const neighbour = yield* customer(bob)
        const end = accounts.endSessions(user.id)
        for (const actor of [Actor.guest(), Actor.customer(user.id), Actor.staff("key_1", ["customers:read"])]) {
          assert.include(["Forbidden", "Unauthenticated"], yield* failure(Actor.as(actor)(end)))
        }
        yield* auth.authenticate(tokens.accessToken)
        yield* asStaff("customers:write")(end)
        for (const { accessToken, refreshToken } of [tokens, second]) {
          assert.strictEqual(yield* failure(auth.authenticate(accessToken)), "InvalidToken")
          assert.strictEqual(yield* failure(auth.refresh({ refreshToken })), "InvalidToken")
          assert.strictEqual((yield* storedSession(refreshToken))?.revokedReason, "ended_by_staff")
        }
        yield* auth.authenticate(neighbour.tokens.accessToken)
        const again = yield* auth.login(ada)
        assert.strictEqual(again.user.status, "active")
        assert.deepStrictEqual(yield* auditOf(user.id), ["user.end-sessions"])

        yield* users.update({ ...again.user, roles: ["customer", "admin"], version: again.user.version + 1 })
        assert.strictEqual(yield* failure(asStaff("customers:write")(end)), "Forbidden")
        assert.strictEqual(yield* failure(asStaff("customers:write", "users:write")(end)), "CannotGrantBeyondOwn")
        yield* auth.authenticate(again.accessToken)
        yield* asStaff("*")(end)
        assert.strictEqual(yield* failure(auth.authenticate(again.accessToken)), "InvalidToken")
        assert.strictEqual(yield* failure(asStaff("*")(accounts.endSessions("user_01jd5m8x2vf6grc1x7e9w0b3qk"))), "UserNotFound")
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
        const twin = yield* there(account(twinsPassword))
        assert.notStrictEqual(twin.id, user.id)
        assert.strictEqual((yield* there(auth.login(twinsPassword))).user.id, twin.id)
        assert.strictEqual((yield* auth.login(ada)).user.id, user.id)
        assert.deepStrictEqual(yield* bearing(tokens)(accounts.me), user)
      })
    )
  })
