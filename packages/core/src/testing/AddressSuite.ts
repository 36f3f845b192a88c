import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import * as AddressBook from "../addresses/AddressBook.ts"
import * as AddressCheck from "../addresses/AddressCheck.ts"
import { AddressRepository } from "../addresses/AddressRepository.ts"
import * as PostalChecks from "../addresses/PostalChecks.ts"
import { Accounts } from "../identity/Accounts.ts"
import { Auth } from "../identity/Auth.ts"
import * as Actor from "../kernel/Actor.ts"
import type { Address } from "../kernel/Address.ts"
import { within } from "../kernel/CurrentStore.ts"
import { ada, bearing, bob, customer, eventsOf, failure, type IdentityServices, otherStore, shop } from "./IdentityFixture.ts"
import { address } from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const london: Address = {
  name: "Ada Lovelace",
  line1: "4 St James's Square",
  city: "London",
  postalCode: "SW1Y 4JU",
  country: "GB"
}

/** The address book of a customer. */
export const addressSuite = (harness: StorageHarness) =>
  describe(`the address book, on ${harness.name}`, () => {
    const test = (name: string, effect: Effect.Effect<unknown, unknown, IdentityServices | AddressBook.AddressBook>) =>
      it.effect(name, () =>
        Effect.provide(
          effect,
          AddressBook.layer.pipe(
            Layer.provide(AddressCheck.layer(PostalChecks.builtIn)),
            Layer.provideMerge(shop(harness))
          )
        ))

    test(
      "keeps addresses as the post writes them; the first is the default, and a change names its version",
      Effect.gen(function*() {
        const book = yield* AddressBook.AddressBook
        const { tokens, user } = yield* customer(ada)
        const my = bearing(tokens)
        const first = yield* my(book.create({ label: "Home", address: { ...address, region: "Oregon" } }))
        assert.deepStrictEqual(
          { address: first.address, shipping: first.defaultShipping, billing: first.defaultBilling },
          { address, shipping: true, billing: true }
        )
        yield* TestClock.adjust("1 second")
        const second = yield* my(book.create({ address: london }))
        assert.isFalse(second.defaultShipping || second.defaultBilling)
        assert.deepStrictEqual(yield* my(book.list), [first, second])
        assert.deepStrictEqual(yield* my(book.get(second.id)), second)

        const changed = yield* my(book.update(second.id, { label: "Club", version: 1 }))
        assert.deepStrictEqual({ label: changed.label, version: changed.version, address: changed.address }, {
          label: "Club",
          version: 2,
          address: london
        })
        assert.strictEqual(yield* failure(my(book.update(second.id, { label: null, version: 1 }))), "VersionConflict")
        assert.strictEqual(
          yield* failure(my(book.update(second.id, { address: { ...london, postalCode: "75001" } }))),
          "InvalidInput"
        )
        assert.deepStrictEqual(yield* my(book.get(second.id)), changed)
        assert.deepStrictEqual(yield* eventsOf(user.id), [
          "address.added",
          "address.added",
          "address.changed"
        ])
      })
    )

    test(
      "has one default for each use, and the oldest address takes over from one that is deleted",
      Effect.gen(function*() {
        const book = yield* AddressBook.AddressBook
        const my = bearing((yield* customer(ada)).tokens)
        const first = yield* my(book.create({ address }))
        const second = yield* my(book.create({ address: london }))
        const defaults = Effect.map(my(book.list), (addresses) => ({
          shipping: addresses.filter((each) => each.defaultShipping).map((each) => each.id),
          billing: addresses.filter((each) => each.defaultBilling).map((each) => each.id)
        }))
        const moved = yield* my(book.setDefault(second.id, { for: ["billing"] }))
        assert.isTrue(moved.defaultBilling && !moved.defaultShipping)
        assert.deepStrictEqual(yield* defaults, { shipping: [first.id], billing: [second.id] })
        yield* my(book.setDefault(second.id))
        assert.deepStrictEqual(yield* defaults, { shipping: [second.id], billing: [second.id] })
        yield* my(book.delete(second.id))
        assert.deepStrictEqual(yield* defaults, { shipping: [first.id], billing: [first.id] })
        assert.strictEqual(yield* failure(my(book.delete(second.id))), "AddressNotFound")
        yield* my(book.delete(first.id))
        assert.deepStrictEqual(yield* my(book.list), [])
      })
    )

    test(
      "has one default however many are chosen at once, and never more than fifty addresses",
      Effect.gen(function*() {
        const book = yield* AddressBook.AddressBook
        const my = bearing((yield* customer(ada)).tokens)
        const outcomes = yield* Effect.forEach(
          Array.from({ length: 55 }),
          () => Effect.result(my(book.create({ address }))),
          { concurrency: 8 }
        )
        assert.strictEqual(outcomes.filter((outcome) => outcome._tag === "Success").length, 50)
        assert.isTrue(
          outcomes.every((outcome) => outcome._tag === "Success" || outcome.failure._tag === "AddressBookFull")
        )
        const kept = yield* my(book.list)
        yield* Effect.forEach(kept.slice(0, 8), ({ id }) => my(book.setDefault(id)), { concurrency: "unbounded" })
        const after = yield* my(book.list)
        assert.strictEqual(after.length, 50)
        assert.strictEqual(after.filter((each) => each.defaultShipping).length, 1)
        assert.strictEqual(after.filter((each) => each.defaultBilling).length, 1)
      })
    )

    test(
      "attack 3, guest address IDOR: nobody reads or changes an address of somebody else, and its row stays as it is",
      Effect.gen(function*() {
        const book = yield* AddressBook.AddressBook
        const repository = yield* AddressRepository
        const { tokens, user } = yield* customer(ada)
        const kept = yield* bearing(tokens)(book.create({ address }))
        const stranger = bearing((yield* customer(bob)).tokens)
        for (
          const attempt of [
            book.get(kept.id),
            book.update(kept.id, { address: london }),
            book.delete(kept.id),
            book.setDefault(kept.id)
          ]
        ) {
          assert.strictEqual(yield* failure(stranger(attempt)), "AddressNotFound")
          const actors = [Actor.guest(), Actor.staff("key_1", ["*"]), Actor.system()]
          for (const actor of actors) assert.strictEqual(yield* failure(Actor.as(actor)(attempt)), "Unauthenticated")
          const abroad = within(otherStore)(Actor.as(Actor.customer(user.id))(attempt))
          assert.include(["AddressNotFound", "Unauthenticated"], yield* failure(abroad))
        }
        assert.deepStrictEqual(yield* within(otherStore)(repository.list(user.id)), [])
        assert.deepStrictEqual(yield* repository.list(user.id), [kept])
      })
    )

    test(
      "attack 56, step-up bypass: a stale proof moves, changes and deletes no default, and anything else",
      Effect.gen(function*() {
        const book = yield* AddressBook.AddressBook
        const { tokens } = yield* customer(ada)
        const my = bearing(tokens)
        const home = yield* my(book.create({ address }))
        const billed = yield* my(book.create({ address: london }))
        const other = yield* my(book.create({ address: london }))
        yield* my(book.setDefault(billed.id, { for: ["billing"] }))
        const before = yield* my(book.list)
        yield* TestClock.adjust("10 minutes")
        for (const { id } of [home, billed]) {
          assert.strictEqual(yield* failure(my(book.update(id, { label: "Mine" }))), "StepUpRequired")
          assert.strictEqual(yield* failure(my(book.delete(id))), "StepUpRequired")
        }
        for (const uses of [["shipping"], ["billing"], ["shipping", "billing"]] as const) {
          assert.strictEqual(yield* failure(my(book.setDefault(other.id, { for: uses }))), "StepUpRequired")
        }
        assert.deepStrictEqual(yield* my(book.list), before)
        assert.isTrue((yield* my(book.setDefault(billed.id, { for: ["billing"] }))).defaultBilling)
        yield* my(book.update(other.id, { label: "Club" }))
        yield* my(book.delete(other.id))
        const fresh = bearing(yield* (yield* Auth).login(ada))
        yield* fresh(book.setDefault(billed.id))
        yield* fresh(book.delete(home.id))
        assert.lengthOf(yield* fresh(book.list), 1)
      })
    )

    test(
      "attack 6, mass assignment: nobody writes a default, an owner or an id into an address",
      Effect.gen(function*() {
        const book = yield* AddressBook.AddressBook
        const my = bearing((yield* customer(ada)).tokens)
        const kept = yield* my(book.create({ address }))
        for (const extra of [{ id: "addr_1" }, { customerId: "user_1" }, { defaultShipping: true }, { storeId: "x" }]) {
          const input = { address, ...extra } as never
          assert.strictEqual(yield* failure(my(book.create(input))), "InvalidInput")
          assert.strictEqual(yield* failure(my(book.update(kept.id, input))), "InvalidInput")
        }
        for (const bad of [null, {}, [], "x", { address: null }, { address: { ...address, country: "us" } }]) {
          assert.strictEqual(yield* failure(my(book.create(bad as never))), "InvalidInput")
        }
        assert.deepStrictEqual(yield* my(book.list), [kept])
      })
    )

    test(
      "takes nothing more from a customer who was suspended since",
      Effect.gen(function*() {
        const book = yield* AddressBook.AddressBook
        const { user } = yield* customer(ada)
        yield* (yield* Accounts).suspend(user.id)
        assert.strictEqual(
          yield* failure(Actor.as(Actor.customer(user.id))(book.create({ address }))),
          "Unauthenticated"
        )
        assert.deepStrictEqual(yield* (yield* AddressRepository).list(user.id), [])
      })
    )

    test(
      "checks an address for anybody, and names what is wrong with it",
      Effect.gen(function*() {
        const book = yield* AddressBook.AddressBook
        const report = yield* Actor.as(Actor.guest())(
          book.validate({ address: { ...address, region: "Bavaria", postalCode: "1" } })
        )
        assert.isFalse(report.valid)
        assert.deepStrictEqual(report.faults.map(({ path }) => path), [["region"], ["postalCode"]])
      })
    )
  })
