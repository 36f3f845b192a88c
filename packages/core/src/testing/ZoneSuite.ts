/**
 * What zones must do on any storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { AuditLog } from "../audit/AuditLog.ts"
import { EventRepository } from "../events/EventRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { Stores } from "../stores/Stores.ts"
import { Zones } from "../zones/Zones.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const sent = (input: unknown) => input as never
const unknownId = "zone_00000000000000000000000000"
const staff = Actor.as(Actor.staff("user_1", ["settings:*", "audit:read"]))
const areas = [{ country: "US", region: "CA", postalCodes: ["90001..90899", "91*"] }, { country: "MX" }]

export const zoneSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(staff(body), Shop.layer(harness.storage())))

  describe(`zones, on ${harness.name}`, () => {
    test(
      "are created, listed by kind and name, changed and deleted, and events and the audit log tell",
      Effect.gen(function*() {
        const zones = yield* Zones
        const south = yield* zones.create("tax", { name: "South", areas })
        const north = yield* zones.create("tax", { name: "North", areas: [{ country: "CA" }] })
        const sent = yield* zones.create("shipping", { name: "All", areas: [{ country: "US" }] })
        assert.deepStrictEqual([south.areas, south.kind, south.version], [areas, "tax", 1])
        assert.deepStrictEqual(yield* zones.list("tax"), [north, south])
        assert.deepStrictEqual(yield* zones.list("shipping"), [sent])
        const changed = yield* zones.update("tax", south.id, { areas: [{ country: "MX" }], version: 1 })
        assert.deepStrictEqual([changed.name, changed.areas, changed.version], ["South", [{ country: "MX" }], 2])
        assert.deepStrictEqual(yield* zones.get("tax", south.id), changed)
        yield* zones.delete("tax", south.id, { version: 2 })
        assert.deepStrictEqual(yield* zones.list("tax"), [north])

        const { items } = yield* (yield* AuditLog).list({ subject: south.id })
        assert.deepStrictEqual(items.map(({ action }) => action).sort(), ["zone.create", "zone.delete", "zone.update"])
        const events = yield* (yield* EventRepository).ofSubject(south.id)
        assert.deepStrictEqual(events.map(({ type }) => type), ["zone.created", "zone.updated", "zone.deleted"])
      })
    )

    test(
      "refuse what is no zone",
      Effect.gen(function*() {
        const zones = yield* Zones
        const wrong = [
          {},
          { name: "", areas },
          { name: "a\0b", areas },
          { name: "None", areas: [] },
          { name: "Lower", areas: [{ country: "us" }] },
          { name: "Backwards", areas: [{ country: "US", postalCodes: ["90899..90001"] }] },
          { name: "Two lengths", areas: [{ country: "US", postalCodes: ["1..100"] }] },
          { name: "Extra", areas, kind: "tax" }
        ]
        for (const zone of wrong) {
          assert.strictEqual((yield* Effect.flip(zones.create("tax", sent(zone))))._tag, "InvalidInput", zone.name)
        }
        assert.strictEqual((yield* Effect.flip(zones.create(sent("moon"), { name: "Moon", areas })))._tag, "InvalidInput")
        assert.strictEqual((yield* Effect.flip(zones.list(sent("moon"))))._tag, "InvalidInput")
      })
    )

    test(
      "are not changed by who has seen an older one, nor found where they are not",
      Effect.gen(function*() {
        const zones = yield* Zones
        const { id } = yield* zones.create("tax", { name: "South", areas })
        yield* zones.update("tax", id, { name: "Far south" })
        const late = [
          yield* Effect.flip(zones.update("tax", id, { name: "Late", version: 1 })),
          yield* Effect.flip(zones.delete("tax", id, { version: 1 }))
        ]
        assert.deepStrictEqual(late.map(({ _tag }) => _tag), ["VersionConflict", "VersionConflict"])
        const attempts = (kind: "tax" | "shipping", zoneId: string) =>
          Effect.all([
            Effect.flip(zones.get(kind, zoneId)),
            Effect.flip(zones.update(kind, zoneId, { name: "Mine" })),
            Effect.flip(zones.delete(kind, zoneId))
          ])
        const elsewhere = yield* (yield* Stores).create({ code: "elsewhere", name: "Elsewhere", currency: "USD" })
        const failures = [
          ...yield* attempts("shipping", id),
          ...yield* attempts("tax", unknownId),
          ...yield* within(elsewhere.id)(attempts("tax", id))
        ]
        assert.deepStrictEqual(failures.map(({ _tag }) => _tag), failures.map(() => "ZoneNotFound" as const))
        assert.deepStrictEqual(yield* within(elsewhere.id)(zones.list("tax")), [])
        assert.strictEqual((yield* zones.get("tax", id)).name, "Far south")
      })
    )

    test(
      "are for staff with the permission only",
      Effect.gen(function*() {
        const zones = yield* Zones
        const { id } = yield* zones.create("tax", { name: "South", areas })
        const writes = Effect.all([
          Effect.flip(zones.create("tax", { name: "Mine", areas })),
          Effect.flip(zones.update("tax", id, { name: "Mine" })),
          Effect.flip(zones.delete("tax", id))
        ])
        const failures = [
          ...yield* Actor.as(Actor.customer("user_2"))(writes),
          ...yield* Actor.as(Actor.staff("user_3", ["settings:read"]))(writes),
          yield* Effect.flip(Actor.as(Actor.customer("user_2"))(zones.list("tax"))),
          yield* Effect.flip(Actor.as(Actor.customer("user_2"))(zones.get("tax", id)))
        ]
        assert.deepStrictEqual(failures.map(({ _tag }) => _tag), failures.map(() => "Forbidden" as const))
      })
    )
  })
}
