import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Auth } from "../identity/Auth.ts"
import { builtInRoles } from "../identity/Role.ts"
import { RoleRepository } from "../identity/RoleRepository.ts"
import { Roles } from "../identity/Roles.ts"
import { Users } from "../identity/Users.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Permission from "../kernel/Permission.ts"
import { ada, asStaff, auditOf, bearing, bob, customer, eventsOf, failure, type IdentityServices, otherStore, shop } from "./IdentityFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const packer = { name: "packer", title: "Packer", permissions: ["orders:read", "inventory:read"] }

/** Roles, and what they let people do. */
export const rolesSuite = (harness: StorageHarness) =>
  describe(`roles, on ${harness.name}`, () => {
    const test = (name: string, effect: Effect.Effect<unknown, unknown, IdentityServices>) =>
      it.effect(name, () => Effect.provide(effect, shop(harness)))

    /** What somebody may do now, by an access token that they have had all along. */
    const rightsOf = (accessToken: string) =>
      Effect.map(Effect.flatMap(Auth, (auth) => auth.authenticate(accessToken)), Actor.permissions)

    test(
      "the store's own are made, read, changed and deleted, and each change is in the audit log",
      Effect.gen(function*() {
        const roles = yield* Roles
        const staff = asStaff("roles:*", "orders:*", "inventory:read")
        const role = yield* staff(roles.create(packer))
        assert.deepStrictEqual({ permissions: role.permissions, builtIn: role.builtIn, version: role.version }, {
          permissions: ["inventory:read", "orders:read"],
          builtIn: false,
          version: 1
        })
        assert.deepStrictEqual(yield* staff(roles.get("packer")), role)
        assert.deepStrictEqual((yield* staff(roles.list)).map(({ name }) => name), [...builtInRoles.keys(), "packer"])
        assert.strictEqual(yield* failure(staff(roles.create(packer))), "RoleTaken")
        assert.strictEqual(yield* failure(staff(roles.create({ ...packer, name: "owner" }))), "RoleTaken")
        const changed = yield* staff(roles.update("packer", { permissions: ["orders:write"], version: 1 }))
        assert.deepStrictEqual([changed.permissions, changed.title, changed.version], [["orders:write"], "Packer", 2])
        assert.strictEqual(yield* failure(staff(roles.update("packer", { title: "P", version: 1 }))), "VersionConflict")
        yield* staff(roles.delete("packer"))
        assert.strictEqual(yield* failure(staff(roles.get("packer"))), "RoleNotFound")
        assert.strictEqual(yield* failure(staff(roles.delete("packer"))), "RoleNotFound")
        assert.sameMembers([...yield* auditOf("packer")], ["role.delete", "role.update", "role.create"])
        assert.deepStrictEqual(yield* eventsOf("packer"), ["role.changed", "role.changed", "role.changed"])
      })
    )

    test(
      "built-in ones stay as they are, and unknown permissions are none",
      Effect.gen(function*() {
        const roles = yield* Roles
        const staff = asStaff("*")
        assert.strictEqual(yield* failure(staff(roles.update("staff", { permissions: [] }))), "RoleBuiltIn")
        assert.strictEqual(yield* failure(staff(roles.delete("owner"))), "RoleBuiltIn")
        for (const permission of ["orders:steal", "everything:*", "ORDERS:READ", "orders", ""]) {
          const input = { ...packer, permissions: [permission] }
          assert.strictEqual(yield* failure(staff(roles.create(input))), "InvalidInput", permission)
        }
        for (const name of ["", "Packer", "a", "pack er", "x".repeat(41), `p"`]) {
          assert.strictEqual(yield* failure(staff(roles.create({ ...packer, name }))), "InvalidInput", name)
        }
        for (const role of builtInRoles.values()) {
          for (const permission of role.permissions) {
            assert.isTrue(Permission.exists(Permission.builtIn, permission), `${role.name} ${permission}`)
          }
        }
        assert.deepStrictEqual(yield* (yield* RoleRepository).list, [])
      })
    )

    test(
      "a change of a role, and of who has it, holds at once in sessions that are open",
      Effect.gen(function*() {
        const roles = yield* Roles
        const users = yield* Users
        const staff = asStaff("*")
        const { tokens, user } = yield* customer(ada)
        const rights = rightsOf(tokens.accessToken)
        assert.deepStrictEqual(yield* rights, [])
        yield* staff(roles.create(packer))
        yield* staff(users.assignRoles(user.id, { roles: ["packer"] }))
        assert.deepStrictEqual(yield* rights, ["inventory:read", "orders:read"])
        yield* staff(roles.update("packer", { permissions: ["orders:*"] }))
        assert.deepStrictEqual(yield* rights, ["orders:*"])
        yield* staff(users.assignRoles(user.id, { roles: ["packer", "finance"] }))
        const finance = builtInRoles.get("finance")?.permissions ?? []
        assert.include(finance, "orders:refund")
        const beside = finance.filter((permission) => !permission.startsWith("orders:"))
        assert.deepStrictEqual(yield* rights, [...beside, "orders:*"].sort())
        yield* staff(users.assignRoles(user.id, { roles: [] }))
        assert.deepStrictEqual(yield* rights, [])
        assert.deepStrictEqual(
          (yield* auditOf(user.id)).filter((action) => action === "user.roles").length,
          3
        )
      })
    )

    test(
      "attack 11, privilege escalation: nobody grants, edits or takes beyond their own, and the rows stay as they are",
      Effect.gen(function*() {
        const roles = yield* Roles
        const users = yield* Users
        const stored = yield* UserRepository
        const repository = yield* RoleRepository
        const { tokens, user } = yield* customer(ada)
        const { user: boss } = yield* customer(bob)
        yield* asStaff("*")(roles.create({ name: "clerk", title: "Clerk", permissions: ["users:write", "roles:write", "orders:read"] }))
        yield* asStaff("*")(users.assignRoles(user.id, { roles: ["clerk"] }))
        yield* asStaff("*")(users.assignRoles(boss.id, { roles: ["owner"] }))
        const clerk = bearing(tokens)
        const before = [yield* stored.find(user.id), yield* stored.find(boss.id), yield* repository.list]
        for (
          const attempt of [
            users.assignRoles(user.id, { roles: ["clerk", "owner"] }),
            users.assignRoles(user.id, { roles: ["admin"] }),
            users.assignRoles(boss.id, { roles: [] }),
            users.assignRoles(boss.id, { roles: ["clerk"] }),
            roles.update("clerk", { permissions: ["users:write", "roles:write", "orders:read", "orders:refund"] }),
            roles.update("clerk", { permissions: ["*"] }),
            roles.update("clerk", { permissions: ["orders:*"] }),
            roles.create({ name: "boss", title: "Boss", permissions: ["*"] }),
            roles.create({ name: "boss", title: "Boss", permissions: ["payments:write"] })
          ] as ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>>
        ) {
          assert.strictEqual(yield* failure(clerk(attempt)), "CannotGrantBeyondOwn")
        }
        assert.deepStrictEqual([yield* stored.find(user.id), yield* stored.find(boss.id), yield* repository.list], before)
        assert.deepStrictEqual(yield* auditOf("boss"), [])
        // what is within their own, they may
        yield* clerk(roles.update("clerk", { permissions: ["orders:read"] }))
        assert.strictEqual(yield* failure(clerk(roles.update("clerk", { permissions: [] }))), "Forbidden")
      })
    )

    test(
      "attack 11, privilege escalation: the last owner stays, whoever takes the role, and so does one of two",
      Effect.gen(function*() {
        const users = yield* Users
        const repository = yield* RoleRepository
        const stored = yield* UserRepository
        const staff = asStaff("*")
        const first = (yield* customer(ada)).user
        const second = (yield* customer(bob)).user
        yield* staff(users.assignRoles(first.id, { roles: ["owner"] }))
        assert.strictEqual(yield* failure(staff(users.assignRoles(first.id, { roles: ["admin"] }))), "LastOwner")
        assert.deepStrictEqual((yield* stored.find(first.id))?.roles, ["customer", "owner"])
        for (let round = 0; round < 5; round++) {
          yield* staff(users.assignRoles(first.id, { roles: ["owner"] }))
          yield* staff(users.assignRoles(second.id, { roles: ["owner"] }))
          const outcomes = yield* Effect.forEach(
            [first, second],
            ({ id }) => Effect.result(staff(users.assignRoles(id, { roles: [] }))),
            { concurrency: "unbounded" }
          )
          assert.deepStrictEqual(
            outcomes.map((outcome) => outcome._tag === "Success" ? "gone" : outcome.failure._tag).sort(),
            ["LastOwner", "gone"]
          )
          assert.strictEqual((yield* repository.someOwners).length, 1)
        }
      })
    )

    test(
      "a role is not deleted while somebody has it, and is given to nobody once it is gone",
      Effect.gen(function*() {
        const roles = yield* Roles
        const users = yield* Users
        const staff = asStaff("*")
        const { user } = yield* customer(ada)
        yield* staff(roles.create(packer))
        yield* staff(roles.create({ ...packer, name: "pack" }))
        yield* staff(users.assignRoles(user.id, { roles: ["packer"] }))
        assert.strictEqual(yield* failure(staff(roles.delete("packer"))), "RoleInUse")
        yield* staff(roles.delete("pack"))
        assert.strictEqual(yield* failure(staff(users.assignRoles(user.id, { roles: ["pack"] }))), "RoleNotFound")
        assert.deepStrictEqual((yield* (yield* UserRepository).find(user.id))?.roles, ["customer", "packer"])
      })
    )

    test(
      "are for those who may see or change them, and those of one store are nothing in another",
      Effect.gen(function*() {
        const roles = yield* Roles
        yield* asStaff("*")(roles.create(packer))
        assert.strictEqual(yield* failure(asStaff("users:write")(roles.list)), "Forbidden")
        assert.strictEqual(yield* failure(asStaff("roles:read")(roles.create({ ...packer, name: "x1" }))), "Forbidden")
        assert.strictEqual(yield* failure(Actor.as(Actor.guest())(roles.list)), "Unauthenticated")
        assert.strictEqual(yield* failure(Actor.as(Actor.customer("user_1"))(roles.permissions)), "Forbidden")
        const there = within(otherStore)
        assert.strictEqual(yield* failure(there(asStaff("*")(roles.get("packer")))), "RoleNotFound")
        assert.strictEqual(yield* failure(there(asStaff("*")(roles.delete("packer")))), "RoleNotFound")
        assert.isTrue((yield* asStaff("roles:read")(roles.permissions)).some((each) => each.permission === "orders:refund"))
      })
    )
  })
