/**
 * What customer groups must do on any storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { CustomerGroupRepository } from "../customers/CustomerGroupRepository.ts"
import { CustomerGroups } from "../customers/CustomerGroups.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { Stores } from "../stores/Stores.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const sent = (input: unknown) => input as never
const unknownId = "cgrp_00000000000000000000000000"
const staff = Actor.as(Actor.staff("user_1", ["customers:*"]))

export const customerGroupSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(staff(body), Shop.layer(harness.storage())))

  describe(`customer groups, on ${harness.name}`, () => {
    test(
      "are created, renamed and deleted, and a name belongs to one",
      Effect.gen(function*() {
        const groups = yield* CustomerGroups
        const wholesale = yield* groups.create({ name: "Wholesale" })
        const friends = yield* groups.create({ name: "Friends" })
        assert.deepStrictEqual(yield* groups.list, [friends, wholesale])
        assert.strictEqual((yield* Effect.flip(groups.create({ name: "Friends" })))._tag, "CustomerGroupTaken")
        assert.strictEqual((yield* Effect.flip(groups.update(friends.id, { name: "Wholesale" })))._tag, "CustomerGroupTaken")
        const renamed = yield* groups.update(friends.id, { name: "Family", version: 1 })
        assert.deepStrictEqual(yield* groups.get(friends.id), renamed)
        assert.strictEqual((yield* Effect.flip(groups.update(friends.id, { version: 1 })))._tag, "VersionConflict")
        assert.strictEqual((yield* Effect.flip(groups.delete(friends.id, { version: 1 })))._tag, "VersionConflict")
        yield* groups.delete(friends.id, { version: 2 })
        assert.deepStrictEqual(yield* groups.list, [wholesale])
        for (const wrong of [{}, { name: "" }, { name: "a\0b" }, { name: "x", other: 1 }]) {
          assert.strictEqual((yield* Effect.flip(groups.create(sent(wrong))))._tag, "InvalidInput")
        }
      })
    )

    test(
      "have members of the store, page by page, and lose them with the group and with the person",
      Effect.gen(function*() {
        const groups = yield* CustomerGroups
        const repository = yield* CustomerGroupRepository
        const { id } = yield* groups.create({ name: "Wholesale" })
        const people = (yield* Effect.forEach(["ada", "bob", "cyd"], (name) => Shop.account(`${name}@example.com`))).sort()
        const [first = "", second = "", third = ""] = people
        yield* groups.addMembers(id, { customerIds: [second, first, first] })
        yield* groups.addMembers(id, { customerIds: people })
        const page = yield* groups.members(id, { limit: 2 })
        const rest = yield* groups.members(id, { limit: 2, after: page.nextCursor ?? "" })
        assert.deepStrictEqual([...page.items, ...rest.items].map(({ customerId }) => customerId), people)
        assert.strictEqual(rest.nextCursor, null)

        const fault = yield* Effect.flip(groups.addMembers(id, { customerIds: [first, "user_nobody"] }))
        assert.deepStrictEqual(
          fault._tag === "InvalidInput" ? fault.faults.map(({ path }) => path.join(".")) : fault,
          ["customerIds.1"]
        )
        yield* groups.removeMember(id, first)
        yield* groups.removeMember(id, first)
        yield* repository.forget(second)
        assert.deepStrictEqual((yield* groups.members(id)).items.map(({ customerId }) => customerId), [third])
        assert.deepStrictEqual((yield* repository.of(third)).map(({ name }) => name), ["Wholesale"])
        yield* groups.delete(id)
        assert.deepStrictEqual(yield* repository.of(third), [])
      })
    )

    test(
      "are those of one store, and for staff with the permission",
      Effect.gen(function*() {
        const groups = yield* CustomerGroups
        const { id } = yield* groups.create({ name: "Wholesale" })
        const customerId = yield* Shop.account("ada@example.com")
        const elsewhere = yield* Actor.as(Actor.system("test"))(
          Effect.flatMap(Stores, (stores) => stores.create({ code: "elsewhere", name: "Elsewhere", currency: "USD" }))
        )
        const attempts = (group: string) =>
          Effect.all([
            Effect.flip(groups.get(group)),
            Effect.flip(groups.update(group, { name: "Mine" })),
            Effect.flip(groups.delete(group)),
            Effect.flip(groups.members(group)),
            Effect.flip(groups.addMembers(group, { customerIds: [customerId] })),
            Effect.flip(groups.removeMember(group, customerId))
          ])
        const tags = (failures: ReadonlyArray<{ readonly _tag: string }>) => [...new Set(failures.map(({ _tag }) => _tag))]
        assert.deepStrictEqual(tags(yield* within(elsewhere.id)(attempts(id))), ["CustomerGroupNotFound"])
        assert.deepStrictEqual(tags(yield* attempts(unknownId)), ["CustomerGroupNotFound"])
        assert.deepStrictEqual(yield* within(elsewhere.id)(groups.list), [])
        assert.deepStrictEqual(tags(yield* Actor.as(Actor.guest())(attempts(id))), ["Unauthenticated"])
        assert.deepStrictEqual(tags(yield* Actor.as(Actor.customer(customerId))(attempts(id))), ["Forbidden"])
      })
    )
  })
}
