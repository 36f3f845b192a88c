/**
 * The store's zones, of tax and of shipping.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import type { EventType } from "../events/DomainEvent.ts"
import { Events } from "../events/Events.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { CreateZone, maximumZones, UpdateZone, type Zone, ZoneId, ZoneKind } from "./Zone.ts"
import type { ZoneInUse } from "./ZoneErrors.ts"
import { TooManyZones, ZoneNotFound } from "./ZoneErrors.ts"
import { ZoneCreated, ZoneDeleted, ZoneUpdated } from "./ZoneEvents.ts"
import { ZoneRepository } from "./ZoneRepository.ts"

export class Zones extends Context.Service<Zones, {
  /** The zones of a kind, by name. Needs `settings:read`. */
  readonly list: (kind: ZoneKind) => Effect.Effect<ReadonlyArray<Zone>, InvalidInput | StorageError | Denied>
  /** A zone by its kind and id. Needs `settings:read`. */
  readonly get: (
    kind: ZoneKind,
    id: string
  ) => Effect.Effect<Zone, InvalidInput | ZoneNotFound | StorageError | Denied>
  /** Zones may overlap: the closest one counts, see `RatesAt.ts`. Needs `settings:write`. */
  readonly create: (
    kind: ZoneKind,
    input: typeof CreateZone.Encoded
  ) => Effect.Effect<Zone, InvalidInput | TooManyZones | StorageError | Denied>
  /**
   * Changes a zone. Fields that are left out stay as they are. Fails with `VersionConflict` if `version` is not the
   * current one. Needs `settings:write`.
   */
  readonly update: (
    kind: ZoneKind,
    id: string,
    input: typeof UpdateZone.Encoded
  ) => Effect.Effect<Zone, InvalidInput | ZoneNotFound | VersionConflict | StorageError | Denied>
  /** Refuses while tax rates or shipping methods are for it. Needs `settings:write`. */
  readonly delete: (
    kind: ZoneKind,
    id: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | ZoneNotFound | ZoneInUse | VersionConflict | StorageError | Denied>
}>()("@stoa/core/zones/Zones") {}

const decodeKind = Input.decoder(Schema.Struct({ kind: ZoneKind }))
const decodeCreate = Input.decoder(CreateZone)
const decodeUpdate = Input.decoder(UpdateZone)
const isId = Schema.is(ZoneId)

const checked = Input.textParameters<Zones["Service"]>({
  list: ["kind"],
  get: ["kind", "id"],
  create: ["kind"],
  update: ["kind", "id"],
  delete: ["kind", "id"]
})

export const make = Effect.gen(function*() {
  const repository = yield* ZoneRepository
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog

  const find = Effect.fnUntraced(function*(kind: ZoneKind, id: string) {
    const zone = isId(id) ? yield* repository.find(kind, id) : undefined
    return zone ?? (yield* new ZoneNotFound({ zoneId: id }))
  })

  const tell = Effect.fnUntraced(function*(
    action: string,
    event: EventType<string, typeof ZoneCreated.data>,
    { areas, id, kind, name, pricesIncludeTax }: Zone
  ) {
    yield* events.publish([event.make(id, { kind, name })])
    yield* audit.record({
      action: `zone.${action}`,
      subject: id,
      details: { kind, name, areas: areas.length, ...(pricesIncludeTax === null ? {} : { pricesIncludeTax }) }
    })
  })

  const requireSense = ({ kind, pricesIncludeTax }: Zone) =>
    kind === "shipping" && pricesIncludeTax !== null
      ? Effect.fail(InvalidInput.at(["pricesIncludeTax"], "is for tax zones only", "tax_zones_only"))
      : Effect.void

  return checked(Zones.of({
    list: Effect.fn("Zones.list")(function*(kind) {
      yield* Permission.require("settings:read")
      return yield* repository.list((yield* decodeKind({ kind })).kind)
    }),
    get: Effect.fn("Zones.get")(function*(kind, id) {
      yield* Permission.require("settings:read")
      return yield* find((yield* decodeKind({ kind })).kind, id)
    }),
    create: Effect.fn("Zones.create")(function*(given, input) {
      yield* Permission.require("settings:write")
      const { kind } = yield* decodeKind({ kind: given })
      const { areas, name, pricesIncludeTax = null } = yield* decodeCreate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        if ((yield* repository.list(kind)).length >= maximumZones) return yield* new TooManyZones({ maximum: maximumZones })
        const now = yield* Timestamp.now
        const zone: Zone = {
          id: yield* ZoneId.generate,
          kind,
          name,
          areas,
          pricesIncludeTax,
          version: 1,
          createdAt: now,
          updatedAt: now
        }
        yield* requireSense(zone)
        yield* repository.insert(zone)
        yield* tell("create", ZoneCreated, zone)
        return zone
      }))
    }),
    update: Effect.fn("Zones.update")(function*(given, id, input) {
      yield* Permission.require("settings:write")
      const { kind } = yield* decodeKind({ kind: given })
      const { version, ...changes } = yield* decodeUpdate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const zone = yield* find(kind, id)
        if (version !== undefined && version !== zone.version) {
          return yield* new VersionConflict({ id: zone.id, expected: version })
        }
        const changed: Zone = { ...zone, ...changes, version: zone.version + 1, updatedAt: yield* Timestamp.now }
        yield* requireSense(changed)
        yield* repository.replace(changed)
        yield* tell("update", ZoneUpdated, changed)
        return changed
      }))
    }),
    delete: Effect.fn("Zones.delete")(function*(given, id, options = {}) {
      yield* Permission.require("settings:write")
      const { kind } = yield* decodeKind({ kind: given })
      const { version } = yield* decodeAtVersion(options)
      yield* transactor.transaction(Effect.gen(function*() {
        const zone = yield* find(kind, id)
        if (version !== undefined && version !== zone.version) {
          return yield* new VersionConflict({ id: zone.id, expected: version })
        }
        if (!(yield* repository.delete(zone.id, version))) return yield* new ZoneNotFound({ zoneId: zone.id })
        yield* tell("delete", ZoneDeleted, zone)
      }))
    })
  }))
})

export const layer: Layer.Layer<Zones, never, ZoneRepository | Transactor | Events | AuditLog> = Layer.effect(Zones, make)
