/**
 * The operations of `Inventory` on locations.
 */
import * as Effect from "effect/Effect"
import { AuditLog } from "../audit/AuditLog.ts"
import * as Input from "../kernel/Input.ts"
import * as Permission from "../kernel/Permission.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { LocationNotFound } from "./InventoryErrors.ts"
import { InventoryRepository } from "./InventoryRepository.ts"
import { CreateLocation, type Location, LocationId, UpdateLocation } from "./Stock.ts"

const decodeCreate = Input.decoder(CreateLocation)
const decodeUpdate = Input.decoder(UpdateLocation)

export const make = Effect.gen(function*() {
  const repository = yield* InventoryRepository
  const transactor = yield* Transactor
  const audit = yield* AuditLog

  const find = Effect.fnUntraced(function*(id: string) {
    const location = (yield* repository.locations).find((location) => location.id === id)
    return location ?? (yield* new LocationNotFound({ locationId: id }))
  })

  const draft = Effect.fnUntraced(function*(input: CreateLocation) {
    const now = yield* Timestamp.now
    const location: Location = {
      id: yield* LocationId.generate,
      code: input.code,
      name: input.name,
      priority: input.priority ?? 0,
      active: true,
      version: 1,
      createdAt: now,
      updatedAt: now
    }
    return location
  })

  return {
    listLocations: Effect.andThen(Permission.require("inventory:read"), repository.locations),

    defaultLocation: Effect.gen(function*() {
      const [first] = yield* repository.locations
      if (first !== undefined) return first
      yield* repository.insertFirstLocation(yield* draft({ code: "main", name: "Main" }))
      const [created] = yield* repository.locations
      return created ?? (yield* Effect.die(new Error("The storage has lost the location that it was given")))
    }),

    createLocation: Effect.fn("Inventory.createLocation")(function*(input: typeof CreateLocation.Encoded) {
      yield* Permission.require("inventory:write")
      const location = yield* draft(yield* decodeCreate(input))
      return yield* transactor.transaction(Effect.gen(function*() {
        yield* repository.insertLocation(location)
        yield* audit.record({ action: "location.create", subject: location.id, details: { code: location.code } })
        return location
      }))
    }),

    updateLocation: Effect.fn("Inventory.updateLocation")(function*(id: string, input: typeof UpdateLocation.Encoded) {
      yield* Permission.require("inventory:write")
      const { version, ...changes } = yield* decodeUpdate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const location = yield* find(id)
        const expected = version ?? location.version
        if (expected !== location.version) return yield* new VersionConflict({ id, expected })
        const changed: Location = {
          ...location,
          ...changes,
          version: location.version + 1,
          updatedAt: yield* Timestamp.now
        }
        yield* repository.replaceLocation(changed)
        yield* audit.record({ action: "location.update", subject: id, details: changes })
        return changed
      }))
    }),

    deleteLocation: Effect.fn("Inventory.deleteLocation")(function*(id: string, options: typeof AtVersion.Encoded = {}) {
      yield* Permission.require("inventory:write")
      const { version } = yield* decodeAtVersion(options)
      yield* transactor.transaction(Effect.gen(function*() {
        const location = yield* find(id)
        if (!(yield* repository.deleteLocation(location.id, version))) {
          return yield* version === undefined
            ? new LocationNotFound({ locationId: id })
            : new VersionConflict({ id, expected: version })
        }
        yield* audit.record({ action: "location.delete", subject: id, details: { code: location.code } })
      }))
    })
  }
})
