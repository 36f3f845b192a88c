import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { AuditLog } from "../audit/AuditLog.ts"
import { Accounts } from "../identity/Accounts.ts"
import { ApiKeys } from "../identity/ApiKeys.ts"
import { Auth } from "../identity/Auth.ts"
import { Roles } from "../identity/Roles.ts"
import { Users } from "../identity/Users.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { ada, asStaff, auditOf, bearing, bob, customer, eventsOf, failure, type IdentityServices, otherStore, shop } from "./IdentityFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** What staff do with users. */
export const userAdministrationSuite = (harness: StorageHarness) =>
  describe(`user administration, on ${harness.name}`, () => {
    const test = (name: string, effect: Effect.Effect<unknown, unknown, IdentityServices>) =>
      it.effect(name, () => Effect.provide(effect, shop(harness)))

    const helpdesk = Effect.gen(function*() {
      const { tokens, user } = yield* customer(bob)
      yield* asStaff("*")((yield* Users).assignRoles(user.id, { roles: ["support"] }))
      return { tokens, user, acts: bearing(tokens) }
    })

    test(
      "staff make accounts, and find them by role",
      Effect.gen(function*() {
        const users = yield* Users
        const accounts = yield* Accounts
        const staff = asStaff("*")
        const made = yield* staff(users.create({ email: "Packer@Example.com", name: "Pat", roles: ["fulfilment"] }))
        assert.deepStrictEqual(
          { email: made.email, roles: made.roles, emailVerified: made.emailVerified },
          { email: "packer@example.com", roles: ["customer", "fulfilment"], emailVerified: false }
        )
        yield* staff(users.create({ email: "cleo@example.com" }))
        yield* staff(users.create({ email: "dora@example.com", roles: ["finance", "fulfilment"] }))
        const named = (role: string) =>
          Effect.map(staff(accounts.list({ role })), ({ items }) => items.map(({ email }) => email).sort())
        assert.deepStrictEqual(yield* named("fulfilment"), ["dora@example.com", "packer@example.com"])
        assert.deepStrictEqual(yield* named("finance"), ["dora@example.com"])
        assert.deepStrictEqual(yield* named("fulfil"), [])
        assert.deepStrictEqual(yield* named("%"), [])
        assert.deepStrictEqual(yield* named("fulfilment\" OR 1=1 --"), [])
        assert.strictEqual((yield* named("customer")).length, 3)
        assert.strictEqual(yield* failure(staff(users.create({ email: "packer@example.com" }))), "EmailTaken")
        assert.deepStrictEqual(yield* auditOf(made.id), ["user.create"])
        assert.deepStrictEqual(yield* eventsOf(made.id), ["customer.registered"])
      })
    )

    test(
      "an account with a role is made by those who may make staff, and with no more than they have",
      Effect.gen(function*() {
        const users = yield* Users
        const input = { email: "mole@example.com", roles: ["admin"] }
        assert.strictEqual(yield* failure(asStaff("customers:write")(users.create(input))), "Forbidden")
        assert.strictEqual(
          yield* failure(asStaff("customers:write", "users:write")(users.create(input))),
          "CannotGrantBeyondOwn"
        )
        assert.strictEqual(yield* failure(asStaff("*")(users.create({ ...input, roles: ["nobody"] }))), "RoleNotFound")
        assert.strictEqual(yield* failure(asStaff("users:write")(users.create({ email: input.email }))), "Forbidden")
        for (const extra of [{ id: "user_1" }, { emailVerified: true }, { storeId: otherStore }, { permissions: ["*"] }]) {
          const sent = { email: input.email, ...extra } as never
          assert.strictEqual(yield* failure(asStaff("*")(users.create(sent))), "InvalidInput")
        }
        assert.isUndefined(yield* (yield* UserRepository).findByEmail(input.email))
      })
    )

    test(
      "the last owner is neither suspended nor suspends themselves",
      Effect.gen(function*() {
        const users = yield* Users
        const accounts = yield* Accounts
        const { tokens, user } = yield* customer(ada)
        yield* asStaff("*")(users.assignRoles(user.id, { roles: ["owner"] }))
        assert.strictEqual(yield* failure(bearing(tokens)(accounts.suspend(user.id))), "LastOwner")
        assert.strictEqual(yield* failure(asStaff("*")(accounts.suspend(user.id))), "LastOwner")
        const other = (yield* customer(bob)).user
        yield* asStaff("*")(users.assignRoles(other.id, { roles: ["owner"] }))
        assert.strictEqual((yield* bearing(tokens)(accounts.suspend(user.id))).status, "suspended")
        assert.strictEqual(yield* failure(asStaff("*")(accounts.suspend(other.id))), "LastOwner")
      })
    )

    test(
      "support acts as a customer for a quarter of an hour, and every row names both",
      Effect.gen(function*() {
        const users = yield* Users
        const auth = yield* Auth
        const accounts = yield* Accounts
        const { user } = yield* customer(ada)
        const { acts, user: helper } = yield* helpdesk
        const session = yield* acts(users.impersonate(user.id, { reason: "Cannot find her order" }))
        const actor = yield* auth.authenticate(session.accessToken)
        assert.deepStrictEqual(actor, Actor.customer(user.id, {
          sessionId: session.sessionId,
          // staff have proved nothing for the customer
          assurance: { secondFactor: false, freshUntil: "1970-01-01T00:00:00.000Z" },
          impersonatedBy: helper.id
        }))
        const both = `staff:${helper.id} as customer:${user.id}`
        assert.strictEqual(Actor.describe(actor), both)
        assert.strictEqual((yield* Actor.as(actor)(accounts.me)).id, user.id)
        yield* Actor.as(actor)(Effect.flatMap(AuditLog, (audit) => audit.record({ action: "test.act", subject: "x" })))
        const audit = yield* asStaff("audit:read")((yield* AuditLog).list({ subject: user.id, action: "user.impersonate" }))
        assert.deepInclude(audit.items[0]?.details, { reason: "Cannot find her order", sessionId: session.sessionId })
        assert.strictEqual(audit.items[0]?.actor, `staff:${helper.id}`)
        const acted = yield* asStaff("audit:read")((yield* AuditLog).list({ subject: "x" }))
        assert.strictEqual(acted.items[0]?.actor, both)
        assert.include(yield* eventsOf(user.id), "user.impersonated")
        yield* TestClock.adjust("15 minutes")
        assert.strictEqual(yield* failure(auth.authenticate(session.accessToken)), "InvalidToken")
      })
    )

    test(
      "acting as somebody ends at once with the role, the helper's suspension, or a logout",
      Effect.gen(function*() {
        const users = yield* Users
        const auth = yield* Auth
        const accounts = yield* Accounts
        const { user } = yield* customer(ada)
        const { acts, user: helper } = yield* helpdesk
        const begin = acts(users.impersonate(user.id, { reason: "Help" }))
        const first = yield* begin
        yield* Actor.as(yield* auth.authenticate(first.accessToken))(auth.logout)
        assert.strictEqual(yield* failure(auth.authenticate(first.accessToken)), "InvalidToken")
        const second = yield* begin
        yield* asStaff("*")(users.assignRoles(helper.id, { roles: ["staff"] }))
        assert.strictEqual(yield* failure(auth.authenticate(second.accessToken)), "InvalidToken")
        yield* asStaff("*")(users.assignRoles(helper.id, { roles: ["support"] }))
        const third = yield* begin
        // somebody who has risen above the helper is theirs no more
        yield* asStaff("*")(users.assignRoles(user.id, { roles: ["finance"] }))
        assert.strictEqual(yield* failure(auth.authenticate(third.accessToken)), "InvalidToken")
        yield* asStaff("*")(users.assignRoles(user.id, { roles: [] }))
        yield* asStaff("*")(accounts.suspend(helper.id))
        assert.strictEqual(yield* failure(auth.authenticate(third.accessToken)), "InvalidToken")
      })
    )

    test(
      "attack 11, privilege escalation: nobody acts as somebody who may do more, and nothing sensitive is done for others",
      Effect.gen(function*() {
        const users = yield* Users
        const auth = yield* Auth
        const keys = yield* ApiKeys
        const roles = yield* Roles
        const { user } = yield* customer(ada)
        const { acts, user: helper } = yield* helpdesk
        const help = { reason: "Help" }
        yield* asStaff("*")(users.assignRoles(user.id, { roles: ["finance"] }))
        assert.strictEqual(yield* failure(acts(users.impersonate(user.id, help))), "CannotGrantBeyondOwn")
        assert.strictEqual(yield* failure(acts(users.impersonate(helper.id, help))), "ImpersonationRefused")
        assert.strictEqual(yield* failure(asStaff("*")(users.impersonate(user.id, help))), "Unauthenticated")
        assert.strictEqual(yield* failure(asStaff("customers:write")(users.impersonate(user.id, help))), "Forbidden")
        assert.strictEqual(yield* failure(acts(users.impersonate("user_nobody", help))), "UserNotFound")
        assert.strictEqual(yield* failure(acts(users.impersonate(user.id, { reason: " " }))), "InvalidInput")
        assert.strictEqual(yield* failure(within(otherStore)(acts(users.impersonate(user.id, help)))), "InvalidToken")

        // even where both may do everything
        yield* asStaff("*")(users.assignRoles(user.id, { roles: ["owner"] }))
        yield* asStaff("*")(users.assignRoles(helper.id, { roles: ["owner"] }))
        const session = yield* acts(users.impersonate(user.id, help))
        const as = Actor.as(yield* auth.authenticate(session.accessToken))
        for (
          const attempt of [
            keys.create({ name: "K", permissions: ["orders:read"] }),
            users.assignRoles(helper.id, { roles: [] }),
            users.create({ email: "mole@example.com", roles: ["admin"] }),
            users.impersonate(helper.id, help),
            roles.create({ name: "boss", title: "Boss", permissions: ["*"] })
          ] as ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>>
        ) {
          assert.strictEqual(yield* failure(as(attempt)), "ImpersonationRefused")
        }
        assert.deepStrictEqual((yield* asStaff("*")(keys.list())).items, [])
        assert.isUndefined(yield* (yield* UserRepository).findByEmail("mole@example.com"))
        assert.deepStrictEqual(yield* auditOf("boss"), [])
      })
    )

    test(
      "attack 56, step-up bypass: a session that was stolen a while ago changes no rights, makes no staff and acts as nobody",
      Effect.gen(function*() {
        const users = yield* Users
        const roles = yield* Roles
        const stored = yield* UserRepository
        const { tokens, user } = yield* customer(ada)
        const { user: other } = yield* customer(bob)
        yield* asStaff("*")(users.assignRoles(user.id, { roles: ["owner"] }))
        yield* asStaff("*")(roles.create({ name: "clerk", title: "Clerk", permissions: [] }))
        yield* TestClock.adjust("10 minutes")
        const before = [yield* stored.find(other.id), yield* asStaff("*")(roles.get("clerk"))]
        for (
          const attempt of [
            users.assignRoles(other.id, { roles: ["owner"] }),
            users.create({ email: "mole@example.com", roles: ["owner"] }),
            users.impersonate(other.id, { reason: "Help" }),
            roles.create({ name: "boss", title: "Boss", permissions: ["*"] }),
            roles.update("clerk", { permissions: ["*"] }),
            roles.delete("clerk")
          ] as ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>>
        ) {
          assert.strictEqual(yield* failure(bearing(tokens)(attempt)), "StepUpRequired")
        }
        assert.deepStrictEqual([yield* stored.find(other.id), yield* asStaff("*")(roles.get("clerk"))], before)
        assert.isUndefined(yield* stored.findByEmail("mole@example.com"))
        assert.deepStrictEqual(yield* auditOf("boss"), [])
      })
    )

    test(
      "an API key is made for whoever makes it, with permissions that there are (CVE-2025-61928)",
      Effect.gen(function*() {
        const keys = yield* ApiKeys
        const { user } = yield* customer(ada)
        const input = { name: "K", permissions: ["orders:read"] }
        for (const extra of [{ userId: user.id }, { createdBy: user.id }, { id: "key_1" }, { secret: "sk_1" }]) {
          assert.strictEqual(yield* failure(asStaff("*")(keys.create({ ...input, ...extra } as never))), "InvalidInput")
          assert.strictEqual(yield* failure(Actor.as(Actor.guest())(keys.create({ ...input, ...extra } as never))), "Unauthenticated")
        }
        assert.strictEqual(
          yield* failure(asStaff("*")(keys.create({ name: "K", permissions: ["orders:steal"] }))),
          "InvalidInput"
        )
        assert.deepStrictEqual((yield* asStaff("*")(keys.list())).items, [])
      })
    )
  })
