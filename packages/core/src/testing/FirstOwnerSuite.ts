import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Auth } from "../identity/Auth.ts"
import { FirstOwner } from "../identity/FirstOwner.ts"
import { Users } from "../identity/Users.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { account, ada, asStaff, auditOf, bob, eventsOf, failure, type IdentityServices, otherStore, shop } from "./IdentityFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** How a store gets its first owner. */
export const firstOwnerSuite = (harness: StorageHarness) =>
  describe(`the first owner of a shop, on ${harness.name}`, () => {
    const test = (name: string, effect: Effect.Effect<unknown, unknown, IdentityServices>) =>
      it.effect(name, () => Effect.provide(effect, shop(harness)))

    const guest = Actor.as(Actor.guest())

    const invited = Effect.gen(function*() {
      const invitation = yield* (yield* FirstOwner).invite
      assert.isNotNull(invitation)
      return invitation
    })

    test(
      "is made with the secret that whoever runs the server was handed, and signs in",
      Effect.gen(function*() {
        const first = yield* FirstOwner
        const { expiresAt, token } = yield* invited
        assert.strictEqual(expiresAt, "1970-01-01T00:30:00.000Z")
        const user = yield* guest(first.become({ ...ada, token, name: "Ada" }))
        assert.deepInclude(user, { email: ada.email, name: "Ada", emailVerified: true, roles: ["customer", "owner"] })
        const { accessToken } = yield* (yield* Auth).login(ada)
        assert.deepStrictEqual(Actor.permissions(yield* (yield* Auth).authenticate(accessToken)), ["*"])
        assert.deepStrictEqual(yield* eventsOf(user.id), ["customer.registered"])
        assert.deepStrictEqual(yield* auditOf(user.id), ["user.create"])
        assert.isNull(yield* first.invite)
        assert.strictEqual(yield* failure(guest(first.become({ ...bob, token }))), "InvalidCode")
      })
    )

    test(
      "is not made with a secret that is too old, voided by a newer one, or of another store",
      Effect.gen(function*() {
        const first = yield* FirstOwner
        const become = (token: string) => guest(first.become({ ...ada, token }))
        const old = yield* invited
        const { token } = yield* invited
        assert.notStrictEqual(old.token, token)
        assert.strictEqual(yield* failure(become(old.token)), "InvalidCode")
        assert.strictEqual(yield* failure(become("")), "InvalidCode")
        assert.strictEqual(yield* failure(within(otherStore)(become(token))), "InvalidCode")
        yield* TestClock.adjust("30 minutes")
        assert.strictEqual(yield* failure(become(token)), "InvalidCode")
        assert.isUndefined(yield* (yield* UserRepository).findByEmail(ada.email))
        yield* become((yield* invited).token)
      })
    )

    test(
      "may try again after a password that is easily guessed, or an address that somebody has",
      Effect.gen(function*() {
        const first = yield* FirstOwner
        yield* account(bob)
        const { token } = yield* invited
        assert.strictEqual(yield* failure(guest(first.become({ ...ada, token, password: "password1" }))), "WeakPassword")
        assert.strictEqual(yield* failure(guest(first.become({ ...ada, token, password: ada.email }))), "WeakPassword")
        assert.strictEqual(yield* failure(guest(first.become({ ...ada, token, email: "ada" }))), "InvalidInput")
        assert.strictEqual(yield* failure(guest(first.become({ ...bob, token }))), "EmailTaken")
        assert.deepInclude(yield* guest(first.become({ ...ada, token })), { email: ada.email })
      })
    )

    test(
      "is one, of two who use the secret at once, and none where somebody else became the owner meanwhile",
      Effect.gen(function*() {
        const first = yield* FirstOwner
        const { token } = yield* invited
        const both = yield* Effect.all(
          [ada, bob].map((who) => Effect.result(guest(first.become({ ...who, token })))),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(both.map(({ _tag }) => _tag).sort(), ["Failure", "Success"])
        const other = within(otherStore)
        yield* other(Effect.gen(function*() {
          const { token } = yield* invited
          yield* (yield* Users).enrol({ ...ada, roles: ["owner"] })
          assert.strictEqual(yield* failure(guest(first.become({ ...bob, token }))), "InvalidCode")
        }))
      })
    )

    test(
      "is invited by nobody but who may do everything",
      Effect.gen(function*() {
        const first = yield* FirstOwner
        assert.strictEqual(yield* failure(guest(first.invite)), "Unauthenticated")
        assert.strictEqual(yield* failure(asStaff("users:write", "roles:*")(first.invite)), "Forbidden")
      })
    )

    test(
      "and others get accounts with passwords from whoever runs the server, and from no staff",
      Effect.gen(function*() {
        const users = yield* Users
        const packer = { ...bob, name: "Bob", roles: ["fulfilment"] }
        assert.strictEqual(yield* failure(asStaff("*")(users.enrol(packer))), "Forbidden")
        assert.strictEqual(yield* failure(guest(users.enrol(packer))), "Forbidden")
        assert.strictEqual(yield* failure(users.enrol({ ...packer, password: "password1" })), "WeakPassword")
        assert.strictEqual(yield* failure(users.enrol({ ...packer, roles: ["nobody"] })), "RoleNotFound")
        const made = yield* users.enrol(packer)
        assert.deepInclude(made, { name: "Bob", emailVerified: true, roles: ["customer", "fulfilment"] })
        assert.deepStrictEqual((yield* (yield* Auth).login(bob)).user, made)
        assert.strictEqual(yield* failure(users.enrol(packer)), "EmailTaken")
        assert.deepStrictEqual([yield* eventsOf(made.id), yield* auditOf(made.id)], [["customer.registered"], ["user.create"]])
      })
    )
  })
