/**
 * The store's shipping methods.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import type { Money } from "../kernel/Money.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { currenciesOf } from "../stores/Store.ts"
import { Stores } from "../stores/Stores.ts"
import { Carriers } from "./Carriers.ts"
import { ShippingMethodNotFound } from "./ShippingErrors.ts"
import { ZoneRepository } from "../zones/ZoneRepository.ts"
import { CreateShippingMethod, type ShippingMethod, ShippingMethodId, UpdateShippingMethod } from "./ShippingMethod.ts"
import { ShippingRepository } from "./ShippingRepository.ts"

export class Shipping extends Context.Service<Shipping, {
  /** All shipping methods, by position. Needs `settings:read`. */
  readonly list: Effect.Effect<ReadonlyArray<ShippingMethod>, StorageError | Denied>
  /** The price is in a currency that the store sells in: a method is offered for carts in this currency. Needs `settings:write`. */
  readonly create: (
    input: typeof CreateShippingMethod.Encoded
  ) => Effect.Effect<ShippingMethod, InvalidInput | StorageError | Denied>
  /**
   * Changes a shipping method. Fields that are left out stay as they are. Fails with `VersionConflict` if `version`
   * is not the current one. Needs `settings:write`.
   */
  readonly update: (
    id: string,
    input: typeof UpdateShippingMethod.Encoded
  ) => Effect.Effect<
    ShippingMethod,
    InvalidInput | ShippingMethodNotFound | VersionConflict | StorageError | Denied
  >
  /** Deletes a shipping method. Orders keep what they were placed with. Needs `settings:write`. */
  readonly delete: (
    id: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | ShippingMethodNotFound | VersionConflict | StorageError | Denied>
}>()("@stoa/core/shipping/Shipping") {}

const decodeCreate = Input.decoder(CreateShippingMethod)
const decodeUpdate = Input.decoder(UpdateShippingMethod)
const isId = Schema.is(ShippingMethodId)

const checked = Input.textParameters<Shipping["Service"]>({
  update: ["id"],
  delete: ["id"]
})

export const make = Effect.gen(function*() {
  const repository = yield* ShippingRepository
  const transactor = yield* Transactor
  const audit = yield* AuditLog
  const stores = yield* Stores
  const zones = yield* ZoneRepository
  const carriers = yield* Carriers

  const find = Effect.fnUntraced(function*(id: string) {
    const method = isId(id) ? yield* repository.find(id) : undefined
    return method ?? (yield* new ShippingMethodNotFound({ shippingMethodId: String(id) }))
  })

  const requireCurrency = Effect.fnUntraced(function*(price: Money) {
    const sold = currenciesOf(yield* stores.current)
    if (sold.includes(price.currency)) return
    return yield* InvalidInput.at(["price", "currency"], `is none that the store sells in: ${sold.join(", ")}`, "other_currency")
  })

  const requireZone = Effect.fnUntraced(function*(zoneId: string | null | undefined) {
    if (zoneId === null || zoneId === undefined || (yield* zones.find("shipping", zoneId)) !== undefined) return
    return yield* InvalidInput.at(["zoneId"], "is no shipping zone of this store", "unknown")
  })

  const requireCarrier = (carrier: ShippingMethod["carrier"] | undefined) =>
    carrier === null || carrier === undefined || carriers.find(carrier.name) !== undefined
      ? Effect.void
      : Effect.fail(InvalidInput.at(
        ["carrier", "name"],
        `is no carrier of this engine; there are ${carriers.names.join(", ") || "none"}`,
        { code: "not_a_choice", params: { choices: [...carriers.names] } }
      ))

  const record = (action: string, { carrier, countries, freeFrom, handling, id, name, price, rates, zoneId }: ShippingMethod) =>
    audit.record({
      action,
      subject: id,
      details: {
        name,
        price: { amount: price.amount, currency: price.currency },
        countries: [...countries],
        zoneId,
        rates: rates?.by ?? null,
        freeFrom,
        handling,
        carrier: carrier?.name ?? null
      }
    })

  return checked(Shipping.of({
    list: Effect.andThen(Permission.require("settings:read"), repository.list),
    create: Effect.fn("Shipping.create")(function*(input) {
      yield* Permission.require("settings:write")
      const decoded = yield* decodeCreate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        yield* requireCurrency(decoded.price)
        yield* requireZone(decoded.zoneId)
        yield* requireCarrier(decoded.carrier)
        const last = decoded.position === undefined ? (yield* repository.list).at(-1) : undefined
        const now = yield* Timestamp.now
        const method: ShippingMethod = {
          id: yield* ShippingMethodId.generate,
          name: decoded.name,
          price: decoded.price,
          taxClass: decoded.taxClass ?? "standard",
          countries: decoded.countries ?? [],
          zoneId: decoded.zoneId ?? null,
          shippingClasses: decoded.shippingClasses ?? [],
          rates: decoded.rates ?? null,
          freeFrom: decoded.freeFrom ?? null,
          handling: decoded.handling ?? 0,
          parcelGrams: decoded.parcelGrams ?? null,
          volumetricDivisor: decoded.volumetricDivisor ?? null,
          delivery: decoded.delivery ?? null,
          pickup: decoded.pickup ?? null,
          carrier: decoded.carrier ?? null,
          active: decoded.active ?? true,
          position: decoded.position ?? (last === undefined ? 0 : last.position + 1),
          version: 1,
          createdAt: now,
          updatedAt: now
        }
        yield* repository.insert(method)
        yield* record("shipping-method.create", method)
        return method
      }))
    }),
    update: Effect.fn("Shipping.update")(function*(id, input) {
      yield* Permission.require("settings:write")
      const { version, ...changes } = yield* decodeUpdate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        if (changes.price !== undefined) yield* requireCurrency(changes.price)
        yield* requireZone(changes.zoneId)
        yield* requireCarrier(changes.carrier)
        const method = yield* find(id)
        if (version !== undefined && version !== method.version) {
          return yield* new VersionConflict({ id: method.id, expected: version })
        }
        const changed: ShippingMethod = {
          ...method,
          ...changes,
          version: method.version + 1,
          updatedAt: yield* Timestamp.now
        }
        yield* repository.replace(changed)
        yield* record("shipping-method.update", changed)
        return changed
      }))
    }),
    delete: Effect.fn("Shipping.delete")(function*(id, options = {}) {
      yield* Permission.require("settings:write")
      const { version } = yield* decodeAtVersion(options)
      yield* transactor.transaction(Effect.gen(function*() {
        const method = yield* find(id)
        if (!(yield* repository.delete(method.id, version))) {
          return yield* version === undefined
            ? new ShippingMethodNotFound({ shippingMethodId: method.id })
            : new VersionConflict({ id: method.id, expected: version })
        }
        yield* record("shipping-method.delete", method)
      }))
    })
  }))
})

export const layer: Layer.Layer<
  Shipping,
  never,
  ShippingRepository | ZoneRepository | Transactor | AuditLog | Stores
> = Layer.effect(Shipping, make)
