/**
 * What stores, their settings and the audit log must do on any storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { AuditLog } from "../audit/AuditLog.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentRequest } from "../kernel/CurrentRequest.ts"
import { defaultStoreId, within } from "../kernel/CurrentStore.ts"
import { defaultSettings } from "../stores/Store.ts"
import { Stores } from "../stores/Stores.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const sent = (input: unknown) => input as never
const manager = Actor.staff("user_1", ["settings:*", "audit:read"])
const outlet = { code: "outlet", name: "Outlet", currency: "EUR" }

export const storesSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(body, Shop.layer(harness.storage())))

  describe(`stores, on ${harness.name}`, () => {
    test(
      "begin with one, which takes the default settings",
      Effect.gen(function*() {
        const stores = yield* Stores
        const store = yield* stores.current
        assert.deepStrictEqual([store.id, store.code, store.currency, store.version], [defaultStoreId, "main", "USD", 1])
        assert.deepStrictEqual(store.settings, defaultSettings)
      })
    )

    test(
      "are opened again as they are, but never in another currency",
      Effect.gen(function*() {
        const stores = yield* Stores
        const first = yield* stores.current
        assert.deepStrictEqual(yield* stores.ensure({ code: "main", name: "Another name", currency: "USD" }), first)
        const error = yield* Effect.flip(stores.ensure({ code: "main", name: "Main", currency: "EUR" }))
        assert.strictEqual(error.code, "store_currency_fixed")
      })
    )

    test(
      "are created side by side, each with a code of its own",
      Effect.gen(function*() {
        const stores = yield* Stores
        const created = yield* stores.create({ ...outlet, settings: { pricesIncludeTax: true } })
        assert.deepStrictEqual(created.settings, { ...defaultSettings, pricesIncludeTax: true })
        assert.deepStrictEqual((yield* stores.list).map(({ code }) => code), ["main", "outlet"])
        assert.strictEqual((yield* within(created.id)(stores.current)).code, "outlet")
        assert.strictEqual((yield* Effect.flip(stores.create(outlet))).code, "store_code_taken")
      })
    )

    test(
      "change only what is named, one version at a time",
      Effect.gen(function*() {
        const stores = yield* Stores
        const changed = yield* stores.update({ name: "Hollin", settings: { reservationMinutes: 30 }, version: 1 })
        assert.deepStrictEqual(changed.settings, { ...defaultSettings, reservationMinutes: 30 })
        assert.deepStrictEqual([changed.name, changed.version], ["Hollin", 2])
        assert.deepStrictEqual(yield* stores.current, changed)
        const stale = yield* Effect.flip(stores.update({ name: "Too late", version: 1 }))
        assert.strictEqual(stale.code, "version_conflict")
        assert.deepStrictEqual(yield* stores.current, changed)
      })
    )

    test(
      "of two changes of one version at once, exactly one is made",
      Effect.gen(function*() {
        const stores = yield* Stores
        const results = yield* Effect.all(
          ["a", "b"].map((name) => Effect.result(stores.update({ name, version: 1 }))),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(results.map(({ _tag }) => _tag).sort(), ["Failure", "Success"])
        assert.strictEqual((yield* stores.current).version, 2)
      })
    )

    test(
      "tell who changed which setting from what to what, and take an old value back",
      Effect.gen(function*() {
        const stores = yield* Stores
        const as = Actor.as(manager)
        const change = (settings: object) => Effect.andThen(TestClock.adjust("1 second"), as(stores.update({ settings })))
        yield* change({ reservationMinutes: 30, cartDays: 10 })
        yield* change({ reservationMinutes: 60, cartDays: 10 })
        yield* TestClock.adjust("1 second")
        yield* as(stores.update({ name: "Hollin" }))
        const all = as(stores.history())
        const said = Effect.map(all, ({ items }) => items.map(({ from, setting, to, version }) => [setting, from, to, version]))
        const before = [["name", "Main store", "Hollin", 4], ["reservationMinutes", 30, 60, 3]]
        assert.deepStrictEqual((yield* said).slice(0, 2), before)
        assert.deepStrictEqual((yield* said).slice(2).map(([setting]) => setting).sort(), ["cartDays", "reservationMinutes"])
        const [, minutes] = (yield* all).items
        assert.strictEqual(minutes?.actor, "staff:user_1")
        assert.lengthOf((yield* as(stores.history({ setting: "cartDays" }))).items, 1)
        const first = yield* as(stores.history({ limit: 1 }))
        const second = yield* as(stores.history({ limit: 1, after: first.nextCursor ?? "" }))
        assert.deepStrictEqual(second.items.map(({ setting }) => setting), ["reservationMinutes"])

        yield* TestClock.adjust("1 second")
        const stale = yield* Effect.flip(as(stores.putBack(minutes?.id ?? "", { version: 3 })))
        assert.strictEqual(stale.code, "version_conflict")
        const back = yield* as(stores.putBack(minutes?.id ?? "", { version: 4 }))
        assert.deepStrictEqual([back.settings.reservationMinutes, back.name, back.version], [30, "Hollin", 5])
        assert.deepStrictEqual((yield* said)[0], ["reservationMinutes", 60, 30, 5])
        const audited = yield* as(Effect.flatMap(AuditLog, (audit) => audit.list({ limit: 2 })))
        assert.include(audited.items.map(({ action }) => action), "store.put_back")

        // what nobody may see or change
        const reader = Actor.as(Actor.staff("user_2", ["settings:read"]))
        const guest = Actor.as(Actor.staff("user_3", ["orders:read"]))
        assert.strictEqual((yield* Effect.flip(reader(stores.putBack(minutes?.id ?? "")))).code, "forbidden")
        assert.strictEqual((yield* Effect.flip(guest(stores.history()))).code, "forbidden")
        assert.strictEqual((yield* Effect.flip(guest(stores.settings))).code, "forbidden")
        assert.strictEqual((yield* Effect.flip(as(stores.putBack("setting_00000000000000000000000000")))).code, "setting_change_not_found")
        // nor another store
        const other = yield* as(stores.create(outlet))
        assert.deepStrictEqual((yield* within(other.id)(all)).items, [])
        assert.strictEqual((yield* Effect.flip(within(other.id)(as(stores.putBack(minutes?.id ?? ""))))).code, "setting_change_not_found")

        const settings = yield* reader(stores.settings)
        assert.deepStrictEqual(settings.map(({ setting }) => setting).sort(), ["name", ...Object.keys(defaultSettings)].sort())
        const cartDays = settings.find(({ setting }) => setting === "cartDays")
        assert.deepStrictEqual([cartDays?.default, cartDays?.value], [defaultSettings.cartDays, 10])
        assert.deepInclude(JSON.parse(JSON.stringify(cartDays?.type)).schema, { type: "integer" })
      })
    )

    test(
      "refuse a fraud rule about an amount in a currency that nobody pays in",
      Effect.gen(function*() {
        const stores = yield* Stores
        const rules = (currency: string) => ({
          fraud: { ...defaultSettings.fraud, rules: [{ rule: "amount" as const, above: { amount: 1, currency }, points: 1 }] }
        })
        const error = yield* Effect.flip(stores.update(sent({ settings: rules("EUR") })))
        assert.deepStrictEqual(
          error._tag === "InvalidInput" ? error.faults.map(({ path }) => path.join(".")) : error._tag,
          ["settings.fraud.rules.0.above.currency"]
        )
        yield* stores.update(sent({ settings: { ...rules("EUR"), currencies: ["EUR"] } }))
      })
    )

    test(
      "refuse an unknown currency, a wrong code, settings out of range and unknown fields, and name each",
      Effect.gen(function*() {
        const stores = yield* Stores
        for (
          const [wrong, path] of [
            [{ ...outlet, currency: "XYZ" }, "currency"],
            [{ ...outlet, currency: "eur" }, "currency"],
            [{ ...outlet, code: "Out let" }, "code"],
            [{ ...outlet, settings: { reservationMinutes: 0 } }, "settings.reservationMinutes"],
            [{ ...outlet, settings: { rounding: "down" } }, "settings.rounding"],
            [{ ...outlet, settings: { surprise: true } }, "settings.surprise"],
            [{ ...outlet, id: defaultStoreId }, "id"]
          ] as const
        ) {
          const error = yield* Effect.flip(stores.create(sent(wrong)))
          if (error._tag !== "InvalidInput") return assert.fail(error._tag)
          assert.deepStrictEqual(error.faults.map((fault) => fault.path.join(".")), [path])
        }
        assert.strictEqual((yield* stores.list).length, 1)
      })
    )

    test(
      "are changed by those who may, and the audit log tells who did in which request",
      Effect.gen(function*() {
        const stores = yield* Stores
        const audit = yield* AuditLog
        for (
          const [actor, code] of [
            [Actor.guest(), "unauthenticated"],
            [Actor.customer("user_2"), "forbidden"],
            [Actor.staff("user_3", ["settings:read"]), "forbidden"]
          ] as const
        ) {
          assert.strictEqual((yield* Effect.flip(stores.update({ name: "Mine" })).pipe(Actor.as(actor))).code, code)
          assert.strictEqual((yield* Effect.flip(stores.create(outlet)).pipe(Actor.as(actor))).code, code)
          assert.strictEqual((yield* Effect.flip(audit.list({})).pipe(Actor.as(actor))).code, code)
        }
        yield* stores.update({ name: "Hollin" }).pipe(
          Actor.as(manager),
          Effect.provideService(CurrentRequest, "req_1")
        )
        const { items } = yield* audit.list({ action: "store.update" }).pipe(Actor.as(manager))
        assert.deepStrictEqual(items.map(({ action, actor, requestId, subject }) => [action, actor, requestId, subject]), [
          ["store.update", "staff:user_1", "req_1", defaultStoreId]
        ])
      })
    )

    test(
      "keep their audit logs apart, page by page, the newest first",
      Effect.gen(function*() {
        const stores = yield* Stores
        const audit = yield* AuditLog
        const other = yield* stores.create(outlet)
        for (const name of ["one", "two", "three"]) yield* stores.update({ name })
        const first = yield* audit.list({ action: "store.update", limit: 2 })
        const second = yield* audit.list({ action: "store.update", limit: 2, after: first.nextCursor ?? "" })
        assert.deepStrictEqual([first.items.length, second.items.length, second.nextCursor], [2, 1, null])
        const ids = [...first.items, ...second.items].map(({ id }) => id)
        assert.deepStrictEqual([...ids].sort().reverse(), ids)
        assert.deepStrictEqual((yield* within(other.id)(audit.list({}))).items, [])
        assert.strictEqual((yield* Effect.flip(audit.list({ after: "elsewhere" }))).code, "invalid_input")
      })
    )
  })
}
