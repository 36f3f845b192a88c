/**
 * The store's tax rates.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import { momentOf } from "../kernel/LocalTime.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import type { TaxRateTaken } from "./TaxErrors.ts"
import { TaxRateNotFound } from "./TaxErrors.ts"
import { Stores } from "../stores/Stores.ts"
import { ZoneRepository } from "../zones/ZoneRepository.ts"
import { CreateTaxRate, faultOf, onlyComponent, type TaxRate, TaxRateId, UpdateTaxRate } from "./TaxRate.ts"
import { TaxRepository } from "./TaxRepository.ts"

export class Taxes extends Context.Service<Taxes, {
  /** All tax rates, by class, then country. Needs `settings:read`. */
  readonly list: Effect.Effect<ReadonlyArray<TaxRate>, StorageError | Denied>
  /**
   * There is one rate for each class, place, component and beginning; of several the one that began last is charged, so a
   * change is entered ahead as a rate with `from`. Needs `settings:write`.
   */
  readonly create: (
    input: typeof CreateTaxRate.Encoded
  ) => Effect.Effect<TaxRate, InvalidInput | TaxRateTaken | StorageError | Denied>
  /**
   * Changes a tax rate. Fields that are left out stay as they are. Fails with `VersionConflict` if `version` is not
   * the current one. Needs `settings:write`.
   */
  readonly update: (
    id: string,
    input: typeof UpdateTaxRate.Encoded
  ) => Effect.Effect<
    TaxRate,
    InvalidInput | TaxRateNotFound | TaxRateTaken | VersionConflict | StorageError | Denied
  >
  /** Deletes a tax rate. Orders keep what they were placed with. Needs `settings:write`. */
  readonly delete: (
    id: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | TaxRateNotFound | VersionConflict | StorageError | Denied>
}>()("@stoa/core/tax/Taxes") {}

const decodeCreate = Input.decoder(CreateTaxRate)
const decodeUpdate = Input.decoder(UpdateTaxRate)
const isId = Schema.is(TaxRateId)

const checked = Input.textParameters<Taxes["Service"]>({
  update: ["id"],
  delete: ["id"]
})

export const make = Effect.gen(function*() {
  const repository = yield* TaxRepository
  const transactor = yield* Transactor
  const audit = yield* AuditLog
  const zones = yield* ZoneRepository
  const { current } = yield* Stores

  const find = Effect.fnUntraced(function*(id: string) {
    const rate = isId(id) ? yield* repository.find(id) : undefined
    return rate ?? (yield* new TaxRateNotFound({ taxRateId: String(id) }))
  })

  const record = (
    action: string,
    { component, compound, country, from, id, name, ratePpm, taxClass, until, zoneId }: TaxRate
  ) =>
    audit.record({
      action,
      subject: id,
      details: { name, taxClass, country, zoneId, component, compound, ratePpm, from, until }
    })

  /** When a rate is charged, by the clock of the store; what is left out is as before. */
  const times = Effect.fnUntraced(function*(
    given: Pick<typeof UpdateTaxRate.Type, "from" | "until">,
    before: Pick<TaxRate, "from" | "until">
  ) {
    if (given.from === undefined && given.until === undefined) return { from: before.from, until: before.until }
    const { settings: { timeZone } } = yield* current
    const moment = (named: typeof given.from, known: TaxRate["from"]) =>
      named === undefined ? known : named === null ? null : momentOf(named, timeZone)
    const from = moment(given.from, before.from)
    const until = moment(given.until, before.until)
    if (from !== null && until !== null && until <= from) {
      return yield* InvalidInput.at(["until"], "must be later than from", "before_start")
    }
    return { from, until }
  })

  /** Refuses a rate with which the taxes of its class could no longer be calculated. */
  const requireSense = Effect.fnUntraced(function*(rate: TaxRate) {
    const others = (yield* repository.list).filter(({ id, taxClass }) => id !== rate.id && taxClass === rate.taxClass)
    const fault = faultOf([...others, rate])
    if (fault !== undefined) return yield* InvalidInput.at([fault.field], fault.message, "not_valid")
  })

  return checked(Taxes.of({
    list: Effect.andThen(Permission.require("settings:read"), repository.list),
    create: Effect.fn("Taxes.create")(function*(input) {
      yield* Permission.require("settings:write")
      const decoded = yield* decodeCreate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const now = yield* Timestamp.now
        const rate: TaxRate = {
          id: yield* TaxRateId.generate,
          name: decoded.name,
          taxClass: decoded.taxClass,
          country: decoded.country ?? null,
          zoneId: decoded.zoneId ?? null,
          component: decoded.component ?? onlyComponent,
          compound: decoded.compound ?? false,
          position: decoded.position ?? 0,
          ratePpm: decoded.ratePpm,
          ...yield* times(decoded, { from: null, until: null }),
          version: 1,
          createdAt: now,
          updatedAt: now
        }
        if (rate.zoneId !== null && (yield* zones.find("tax", rate.zoneId)) === undefined) {
          return yield* InvalidInput.at(["zoneId"], "is no tax zone of this store", "unknown")
        }
        yield* requireSense(rate)
        yield* repository.insert(rate)
        yield* record("tax-rate.create", rate)
        return rate
      }))
    }),
    update: Effect.fn("Taxes.update")(function*(id, input) {
      yield* Permission.require("settings:write")
      const decoded = yield* decodeUpdate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const rate = yield* find(id)
        if (decoded.version !== undefined && decoded.version !== rate.version) {
          return yield* new VersionConflict({ id: rate.id, expected: decoded.version })
        }
        const changed: TaxRate = {
          ...rate,
          name: decoded.name ?? rate.name,
          ratePpm: decoded.ratePpm ?? rate.ratePpm,
          compound: decoded.compound ?? rate.compound,
          position: decoded.position ?? rate.position,
          ...yield* times(decoded, rate),
          version: rate.version + 1,
          updatedAt: yield* Timestamp.now
        }
        yield* requireSense(changed)
        yield* repository.replace(changed)
        yield* record("tax-rate.update", changed)
        return changed
      }))
    }),
    delete: Effect.fn("Taxes.delete")(function*(id, options = {}) {
      yield* Permission.require("settings:write")
      const { version } = yield* decodeAtVersion(options)
      yield* transactor.transaction(Effect.gen(function*() {
        const rate = yield* find(id)
        if (!(yield* repository.delete(rate.id, version))) {
          return yield* version === undefined
            ? new TaxRateNotFound({ taxRateId: rate.id })
            : new VersionConflict({ id: rate.id, expected: version })
        }
        yield* record("tax-rate.delete", rate)
      }))
    })
  }))
})

export const layer: Layer.Layer<Taxes, never, TaxRepository | ZoneRepository | Stores | Transactor | AuditLog> = Layer.effect(
  Taxes,
  make
)
