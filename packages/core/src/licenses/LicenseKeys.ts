/**
 * Pools of license keys, and the keys of orders. What a key is, only its buyer sees, and staff who may see keys, each time written
 * into the audit log.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { VariantNotFound } from "../catalog/CatalogErrors.ts"
import { openStatuses } from "../downloads/DownloadRepository.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { CurrentActor } from "../kernel/Actor.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import { Secrets } from "../kernel/Secrets.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as OrderAccess from "../orders/OrderAccess.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import type { OrderNotFound } from "../orders/OrdersErrors.ts"
import {
  ImportLicenseKeys,
  type License,
  type LicenseImport,
  type LicenseKey,
  LicenseKeyId,
  type LicensePool,
  type LicenseWithdrawal,
  ListLicenseKeys,
  markPurpose,
  maximumKeys,
  maximumLength,
  purposeOf,
  SetLicensePool,
  WithdrawLicenseKeys
} from "./License.ts"
import { LicenseRepository, type SealedKey } from "./LicenseRepository.ts"
import * as LicenseEvents from "./LicenseEvents.ts"
import * as LicenseSupply from "./LicenseSupply.ts"

export class LicenseKeys extends Context.Service<LicenseKeys, {
  /** The keys of a variant in numbers. Needs `license-keys:read`. */
  readonly pool: (variantId: string) => Effect.Effect<LicensePool, InvalidInput | VariantNotFound | StorageError | Denied>
  /** Says whether pieces of a variant get keys, and at how few the shop is told. Needs `license-keys:write`. */
  readonly setPool: (
    variantId: string,
    input: typeof SetLicensePool.Encoded
  ) => Effect.Effect<LicensePool, InvalidInput | VariantNotFound | StorageError | Denied>
  /**
   * Adds keys to the pool of a variant, one a line, and makes one if there is none. Pieces that wait get theirs at once. What is in
   * the pool already is left out and named by its line. Needs `license-keys:write`.
   */
  readonly import: (
    variantId: string,
    input: typeof ImportLicenseKeys.Encoded
  ) => Effect.Effect<LicenseImport, InvalidInput | VariantNotFound | StorageError | Denied>
  /**
   * Takes keys out of the pool of a variant that nobody shall get any more, such as ones that are known to others, one a line. What
   * pieces have already stays theirs and is named by its line. Needs `license-keys:write`.
   */
  readonly withdraw: (
    variantId: string,
    input: typeof WithdrawLicenseKeys.Encoded
  ) => Effect.Effect<LicenseWithdrawal, InvalidInput | VariantNotFound | StorageError | Denied>
  /** The keys themselves, in the order of their import. Needs `license-keys:reveal`; the audit log says who looked. */
  readonly list: (
    variantId: string,
    input?: typeof ListLicenseKeys.Encoded
  ) => Effect.Effect<Page<LicenseKey>, InvalidInput | VariantNotFound | StorageError | Denied>
  /**
   * What the pieces of an order have that the caller may see. The keys themselves are for its buyer while the order is open, and for
   * who holds `license-keys:reveal`.
   */
  readonly ofOrder: (orderId: string) => Effect.Effect<ReadonlyArray<License>, InvalidInput | OrderNotFound | StorageError>
}>()("@stoa/core/licenses/LicenseKeys") {}

const decodePool = Input.decoder(SetLicensePool)
const decodeImport = Input.decoder(ImportLicenseKeys)
const decodeWithdrawal = Input.decoder(WithdrawLicenseKeys)
const decodeList = Input.decoder(ListLicenseKeys)

const checked = Input.textParameters<LicenseKeys["Service"]>({
  pool: ["variantId"],
  setPool: ["variantId"],
  import: ["variantId"],
  withdraw: ["variantId"],
  list: ["variantId"],
  ofOrder: ["orderId"]
})

interface Line {
  readonly line: number
  readonly key: string
}

/** The keys of a text with the numbers of their lines. What is wrong is told without the key. */
const linesOf = (text: string): Effect.Effect<ReadonlyArray<Line>, InvalidInput> => {
  const lines = text.split(/\r\n|\r|\n/).flatMap((line, index) => line.trim() === "" ? [] : [{ line: index + 1, key: line.trim() }])
  if (lines.length === 0) return Effect.fail(InvalidInput.at(["keys"], "has no key", "missing"))
  if (lines.length > maximumKeys) return Effect.fail(InvalidInput.at(["keys"], `has more than ${maximumKeys} keys`, { code: "too_many", params: { maximum: maximumKeys } }))
  const faults = lines.flatMap(({ key, line }) =>
    key.length > maximumLength
      ? [{ path: ["keys"], message: `line ${line} has more than ${maximumLength} characters`, code: "too_long", params: { maximum: maximumLength } }]
      : key.includes("\0") || !key.isWellFormed()
      ? [{ path: ["keys"], message: `line ${line} has characters that cannot be kept`, code: "broken_characters" }]
      : [])
  return faults.length === 0 ? Effect.succeed(lines) : Effect.fail(new InvalidInput({ faults: faults.slice(0, 20) }))
}

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const repository = yield* LicenseRepository
  const orders = yield* OrderRepository
  const visible = OrderAccess.visible(orders)
  const secrets = yield* Secrets
  const events = yield* Events
  const jobs = yield* Jobs
  const audit = yield* AuditLog
  const transactor = yield* Transactor
  const give = LicenseSupply.giver(repository, events, jobs)
  const tell = LicenseSupply.teller(repository, events)

  const find = Effect.fnUntraced(function*(variantId: string) {
    return (yield* repository.pool(variantId)) ?? (yield* new VariantNotFound({ variantId }))
  })

  // a key that cannot be read was made with a secret that is gone: nobody but the host can do something about it
  const opened = (sealed: string, id: LicenseKeyId) => Effect.orDie(secrets.decrypt(sealed, purposeOf(id)))

  const sealed = Effect.fnUntraced(function*(lines: ReadonlyArray<Line>) {
    if (!secrets.encrypts) yield* Effect.logWarning("License keys are stored unencrypted: no encryption secret is configured")
    const ids = yield* LicenseKeyId.generateMany(lines.length)
    const keys: Array<SealedKey> = []
    for (const [index, { key }] of lines.entries()) {
      const id = ids[index] as LicenseKeyId
      keys.push({ id, sealed: yield* secrets.encrypt(key, purposeOf(id)), mark: secrets.sign(key, markPurpose) })
    }
    return keys
  })

  return watched(checked(LicenseKeys.of({
    pool: Effect.fn("LicenseKeys.pool")(function*(variantId) {
      yield* Permission.require("license-keys:read")
      return yield* find(variantId)
    }),

    setPool: Effect.fn("LicenseKeys.setPool")(function*(variantId, input) {
      yield* Permission.require("license-keys:write")
      const changes = yield* decodePool(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const before = yield* find(variantId)
        const { gives, lowAt } = { ...before, ...changes }
        yield* repository.setPool({ variantId: before.variantId, gives, lowAt })
        yield* audit.record({ action: "license-keys.pool", subject: variantId, details: { gives, lowAt } })
        return { ...before, gives, lowAt }
      }))
    }),

    import: Effect.fn("LicenseKeys.import")(function*(variantId, input) {
      yield* Permission.require("license-keys:write")
      const lines = yield* linesOf((yield* decodeImport(input)).keys)
      const first = new Map<string, Line>()
      for (const line of lines) if (!first.has(line.key)) first.set(line.key, line)
      const unique = [...first.values()]
      yield* find(variantId)
      const keys = yield* sealed(unique)
      return yield* transactor.transaction(Effect.gen(function*() {
        const before = yield* find(variantId)
        if ((yield* repository.hold([variantId])).length === 0) {
          yield* repository.setPool({ ...before, gives: true })
        }
        const added = yield* repository.addKeys(variantId, keys, yield* Timestamp.now)
        let count: number
        do {
          const [pool] = yield* repository.hold([variantId])
          count = pool === undefined ? 0 : yield* give(pool, false)
        } while (count > 0)
        const known = new Set(unique.flatMap(({ line }, index) => added.has(keys[index]?.id as LicenseKeyId) ? [] : [line]))
        const duplicates = lines.flatMap(({ key, line }): LicenseImport["duplicates"] =>
          first.get(key)?.line !== line
            ? [{ line, of: "import" }]
            : known.has(line)
            ? [{ line, of: "pool" }]
            : [])
        yield* audit.record({
          action: "license-keys.import",
          subject: variantId,
          details: { imported: added.size, duplicates: duplicates.length }
        })
        return { imported: added.size, duplicates, pool: yield* find(variantId) }
      }))
    }),

    withdraw: Effect.fn("LicenseKeys.withdraw")(function*(variantId, input) {
      yield* Permission.require("license-keys:write")
      const lines = yield* linesOf((yield* decodeWithdrawal(input)).keys)
      yield* find(variantId)
      const marks = new Map(lines.map(({ key }) => [key, secrets.sign(key, markPurpose)]))
      return yield* transactor.transaction(Effect.gen(function*() {
        const [pool] = yield* repository.hold([variantId])
        const found = pool === undefined
          ? new Map<string, LicenseKey["state"]>()
          : yield* repository.withdraw(variantId, [...new Set(marks.values())], yield* Timestamp.now)
        const withdrawn = Array.from(found.values()).filter((state) => state === "free").length
        const others = lines.flatMap(({ key, line }): LicenseWithdrawal["others"] => {
          const is = found.get(marks.get(key) ?? "") ?? "unknown"
          return is === "free" ? [] : [{ line, is }]
        })
        if (pool !== undefined && withdrawn > 0) {
          const free = pool.free - withdrawn
          yield* events.publish([LicenseEvents.LicenseKeysWithdrawn.make(variantId, { variantId: pool.variantId, free, withdrawn })])
          yield* tell(pool, free, false)
          yield* audit.record({ action: "license-keys.withdraw", subject: variantId, details: { withdrawn } })
        }
        return { withdrawn, others, pool: yield* find(variantId) }
      }))
    }),

    list: Effect.fn("LicenseKeys.list")(function*(variantId, input = {}) {
      yield* Permission.require("license-keys:reveal")
      const query = yield* decodeList(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        yield* find(variantId)
        const page = yield* repository.keys(variantId, query)
        const items: Array<LicenseKey> = []
        for (const { sealed, ...key } of page.items) items.push({ ...key, key: yield* opened(sealed, key.id) })
        // who looks cannot do so without a trace
        yield* audit.record({ action: "license-keys.reveal", subject: variantId, details: { keys: items.length } })
        return { items, nextCursor: page.nextCursor }
      }))
    }),

    ofOrder: Effect.fn("LicenseKeys.ofOrder")(function*(orderId) {
      const order = yield* visible(orderId)
      const actor = yield* CurrentActor
      const own = OrderAccess.owns(actor, order) && !(actor._tag === "customer" && actor.impersonatedBy !== undefined)
      const reveals = Permission.holds(actor, "license-keys:reveal")
      const titles = new Map(order.lines.map(({ id, title }) => [id as string, title]))
      const licenses: Array<License> = []
      let revealed = 0
      for (const { disputed: _disputed, keyId, piece: _piece, sealed, ...license } of yield* repository.ofOrder(order.id)) {
        const shows = reveals || (own && license.state === "given" && openStatuses.includes(order.status))
        const key = shows && sealed !== null && keyId !== null ? yield* opened(sealed, keyId) : null
        if (key !== null) revealed++
        licenses.push({ ...license, title: titles.get(license.lineId) ?? "", key })
      }
      if (reveals && !own && revealed > 0) {
        yield* audit.record({ action: "license-keys.reveal", subject: order.id, details: { keys: revealed } })
      }
      return licenses
    })
  })))
})

export const layer: Layer.Layer<
  LicenseKeys,
  never,
  AuditLog | Events | Jobs | LicenseRepository | OrderRepository | Transactor
> = Layer.effect(LicenseKeys, make)
