/**
 * Feature flags on every storage: for whom they are on, who may change them, and what asking costs.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { AuditLog } from "../audit/AuditLog.ts"
import { CustomerGroups } from "../customers/CustomerGroups.ts"
import { FeatureFlags } from "../flags/FeatureFlags.ts"
import { FlagRepository } from "../flags/FlagRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { Stores } from "../stores/Stores.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const guest = Actor.as(Actor.guest())

export const flagSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => body.pipe(Effect.provide(Shop.layer(harness.storage()))))

  describe(`feature flags on ${harness.name}`, () => {
    test(
      "are on for a share of visitors who stay the same, for groups, and between two times",
      Effect.gen(function*() {
        const flags = yield* FeatureFlags
        const groups = yield* CustomerGroups
        yield* TestClock.setTime(Date.parse("2026-11-20T12:00:00.000Z"))
        assert.isFalse(yield* guest(flags.isOn("new-checkout", { visitor: "ada" })))
        yield* system(flags.create({ key: "new-checkout", percentage: 30, exposed: true }))
        yield* system(flags.create({ key: "secret-sale", enabled: true, percentage: 100 }))
        const visitors = Array.from({ length: 400 }, (_, at) => `visitor-${at}`)
        const seen = Effect.map(
          Effect.forEach(visitors, (visitor) => guest(flags.isOn("new-checkout", { visitor }))),
          (all) => visitors.filter((_, at) => all[at])
        )
        assert.deepStrictEqual(yield* seen, [])
        yield* system(flags.update("new-checkout", { enabled: true }))
        const third = yield* seen
        assert.isAbove(third.length, 90)
        assert.isBelow(third.length, 150)
        assert.deepStrictEqual(yield* seen, third)
        yield* system(flags.update("new-checkout", { percentage: 60 }))
        const more = new Set(yield* seen)
        assert.isTrue(third.every((visitor) => more.has(visitor)))
        assert.isAbove(more.size, third.length)
        // who is not known has what is for all
        assert.isFalse(yield* guest(flags.isOn("new-checkout")))
        assert.isTrue(yield* guest(flags.isOn("secret-sale")))
        assert.deepStrictEqual(yield* guest(flags.exposed({ visitor: third[0] ?? "" })), { "new-checkout": true })
        const ada = yield* Shop.account("ada@example.com")
        const group = yield* system(groups.create({ name: "Testers" }))
        yield* system(groups.addMembers(group.id, { customerIds: [ada] }))
        yield* system(flags.update("new-checkout", {
          percentage: 0,
          customerGroups: [group.id],
          startsAt: "2026-11-21T00:00:00.000Z",
          endsAt: "2026-11-22T00:00:00.000Z"
        }))
        const asAda = Actor.as(Actor.customer(ada))
        const both = Effect.all([asAda(flags.isOn("new-checkout")), guest(flags.isOn("new-checkout", { visitor: "ada" }))])
        assert.deepStrictEqual(yield* both, [false, false])
        yield* TestClock.adjust("12 hours")
        assert.deepStrictEqual(yield* both, [true, false])
        yield* TestClock.adjust("1 day")
        assert.deepStrictEqual(yield* both, [false, false])
      })
    )

    test(
      "are changed by one at a time and by who may, in one store, and seen by other processes within five seconds",
      Effect.gen(function*() {
        const flags = yield* FeatureFlags
        const repository = yield* FlagRepository
        const stores = yield* Stores
        const audit = yield* AuditLog
        const keeper = Actor.as(Actor.staff("keeper", ["settings:read", "settings:write"]))
        const pat = Actor.as(Actor.staff("pat", ["settings:read"]))
        const tagOf = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) => Effect.map(Effect.flip(effect), ({ _tag }) => _tag)
        const flag = yield* keeper(flags.create({ key: "gift-wrap", enabled: true, percentage: 100, description: "Paper and a bow" }))
        assert.strictEqual(yield* tagOf(keeper(flags.create({ key: "gift-wrap" }))), "FlagTaken")
        assert.strictEqual(yield* tagOf(keeper(flags.create({ key: "Gift wrap" }))), "InvalidInput")
        assert.strictEqual(yield* tagOf(keeper(flags.create({ key: "more", percentage: 101 }))), "InvalidInput")
        assert.strictEqual(
          yield* tagOf(keeper(flags.create({ key: "more", startsAt: "2026-11-22T00:00:00.000Z", endsAt: "2026-11-21T00:00:00.000Z" }))),
          "InvalidInput"
        )
        for (const act of [flags.create({ key: "more" }), flags.update("gift-wrap", {}), flags.remove("gift-wrap")]) {
          assert.strictEqual(yield* tagOf(pat(act as Effect.Effect<unknown, { readonly _tag: string }>)), "Forbidden")
        }
        assert.strictEqual(yield* tagOf(guest(flags.list)), "Unauthenticated")
        assert.deepStrictEqual(yield* pat(flags.get("gift-wrap")), flag)
        assert.strictEqual(yield* tagOf(keeper(flags.update("gift-wrap", { enabled: false, version: 7 }))), "VersionConflict")
        assert.strictEqual(yield* tagOf(keeper(flags.update("nothing", { enabled: false }))), "FlagNotFound")
        // another process switches it off: this one goes by what it has read, for five seconds
        assert.isTrue(yield* guest(flags.isOn("gift-wrap")))
        assert.isTrue(yield* repository.replace({ ...flag, enabled: false, version: 2 }))
        yield* TestClock.adjust("4 seconds")
        assert.isTrue(yield* guest(flags.isOn("gift-wrap")))
        yield* TestClock.adjust("2 seconds")
        assert.isFalse(yield* guest(flags.isOn("gift-wrap")))
        const other = yield* system(stores.create({ code: "other", name: "Other", currency: "USD" }))
        yield* within(other.id)(Effect.gen(function*() {
          assert.deepStrictEqual(yield* keeper(flags.list), [])
          assert.strictEqual(yield* tagOf(keeper(flags.get("gift-wrap"))), "FlagNotFound")
          yield* keeper(flags.create({ key: "gift-wrap", enabled: true, percentage: 100 }))
          assert.isTrue(yield* guest(flags.isOn("gift-wrap")))
        }))
        assert.isFalse(yield* guest(flags.isOn("gift-wrap")))
        yield* keeper(flags.remove("gift-wrap", { version: 2 }))
        assert.deepStrictEqual(yield* keeper(flags.list), [])
        const { items } = yield* system(audit.list({ subject: "gift-wrap" }))
        assert.deepStrictEqual(items.map(({ action }) => action).sort(), ["flag.create", "flag.remove"])
      })
    )
  })
}
