/**
 * The stores of a database, and the settings of the one that a call is about.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { CurrentActor, describe } from "../kernel/Actor.ts"
import { CurrentStore, defaultStoreId } from "../kernel/CurrentStore.ts"
import type { Currency } from "../kernel/Currency.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import * as SettingChange from "./SettingChange.ts"
import { ListSettingChanges, type Setting, SettingChangeId } from "./SettingChange.ts"
import { CreateStore, currenciesOf, defaultSettings, type Store, StoreId, type StoreSettings, UpdateStore } from "./Store.ts"
import { StoreRepository } from "./StoreRepository.ts"
import { SettingChangeNotFound, StoreCodeTaken, StoreCurrencyFixed, StoreNotFound } from "./StoresErrors.ts"

export class Stores extends Context.Service<Stores, {
  /**
   * The store that the call is about, with its settings. A context that names a store which the database does not
   * have is a bug of whoever set it, so that is a defect.
   */
  readonly current: Effect.Effect<Store, StorageError>
  /**
   * The languages that the store speaks, that of its locale first. What was read is kept for five seconds, so that asking costs no
   * statement; a change by this process is seen at once.
   */
  readonly languages: Effect.Effect<ReadonlyArray<string>, StorageError>
  /** Every store of the database. Needs `settings:read`. */
  readonly list: Effect.Effect<ReadonlyArray<Store>, StorageError | Denied>
  /** A new, empty store. Needs `settings:write`. */
  readonly create: (
    input: typeof CreateStore.Encoded
  ) => Effect.Effect<Store, InvalidInput | StoreCodeTaken | StorageError | Denied>
  /**
   * The store with a code, created if it is not there yet: what an engine does when it starts. The very first store
   * of a database takes the id that `CurrentStore` defaults to.
   */
  readonly ensure: (
    input: typeof CreateStore.Encoded
  ) => Effect.Effect<Store, InvalidInput | StoreCodeTaken | StoreCurrencyFixed | StorageError>
  /** Changes the name or settings of the current store; settings that are left out stay. Needs `settings:write`. */
  readonly update: (
    input: typeof UpdateStore.Encoded
  ) => Effect.Effect<
    Store,
    InvalidInput | VersionConflict | StorageError | Denied
  >
  /** Every setting of the current store: what it takes, its default and its value. Needs `settings:read`. */
  readonly settings: Effect.Effect<ReadonlyArray<Setting>, StorageError | Denied>
  /** Who changed which setting from what to what, the newest first. Needs `settings:read`. */
  readonly history: (
    input?: typeof ListSettingChanges.Encoded
  ) => Effect.Effect<Page<SettingChange.SettingChange>, InvalidInput | StorageError | Denied>
  /**
   * Makes a setting what it was before a change, whatever it is now; that is a change as well. `InvalidInput` where the store does not take
   * that value any more. Needs `settings:write`.
   */
  readonly putBack: (
    changeId: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<Store, InvalidInput | SettingChangeNotFound | VersionConflict | StorageError | Denied>
}>()("@stoa/core/stores/Stores") {}

const decodeCreate = Input.decoder(CreateStore)
const decodeUpdate = Input.decoder(UpdateStore)
const decodeHistory = Input.decoder(ListSettingChanges)
const isChange = Schema.is(SettingChangeId)

const checked = Input.textParameters<Stores["Service"]>({ putBack: ["changeId"] })

/** For how long the languages that were read are taken for those that there are. */
const keptMillis = 5_000
/** Languages of so many stores are kept; the oldest make room. */
const maximumStores = 1_000

export const make = Effect.gen(function*() {
  const repository = yield* StoreRepository
  const transactor = yield* Transactor
  const audit = yield* AuditLog

  const current = Effect.gen(function*() {
    const store = yield* repository.current
    return store ?? (yield* Effect.die(new StoreNotFound({ store: yield* CurrentStore })))
  })

  const spoken = new Map<string, { readonly languages: ReadonlyArray<string>; readonly until: number }>()

  const languages = Effect.gen(function*() {
    const storeId = yield* CurrentStore
    const now = Timestamp.toMillis(yield* Timestamp.now)
    const known = spoken.get(storeId)
    if (known !== undefined && now < known.until) return known.languages
    const { settings } = yield* current
    const languages = [settings.locale, ...settings.languages]
    // what a transaction has written is its own until it is committed
    if (yield* transactor.isOpen) return languages
    spoken.delete(storeId)
    for (const oldest of spoken.keys()) {
      if (spoken.size < maximumStores) break
      spoken.delete(oldest)
    }
    spoken.set(storeId, { languages, until: now + keptMillis })
    return languages
  })

  const insert = Effect.fnUntraced(function*(input: CreateStore, id: StoreId) {
    const now = yield* Timestamp.now
    const store: Store = {
      id,
      code: input.code,
      name: input.name,
      currency: input.currency,
      settings: { ...defaultSettings, ...input.settings },
      version: 1,
      createdAt: now,
      updatedAt: now
    }
    yield* requireSold(store, input.settings ?? {})
    yield* repository.insert(store)
    return store
  })

  const update: Stores["Service"]["update"] = Effect.fnUntraced(function*(input) {
    yield* Permission.require("settings:write")
    const decoded = yield* decodeUpdate(input)
    return yield* transactor.transaction(Effect.gen(function*() {
      const store = yield* current
      const expected = decoded.version ?? store.version
      if (expected !== store.version) return yield* new VersionConflict({ id: store.id, expected })
      const at = yield* Timestamp.now
      const changed: Store = {
        ...store,
        name: decoded.name ?? store.name,
        settings: { ...store.settings, ...decoded.settings },
        version: store.version + 1,
        updatedAt: at
      }
      yield* requireSold(changed, decoded.settings ?? {})
      yield* repository.update(changed, store.version)
      yield* transactor.afterCommit(Effect.sync(() => void spoken.delete(store.id)))
      const changes = SettingChange.changesOf(store, changed)
      const ids = yield* SettingChangeId.generateMany(changes.length)
      const actor = describe(yield* CurrentActor)
      yield* repository.insertChanges(changes.map(({ from, setting, to }, index) => (
        { id: ids[index] as SettingChangeId, setting, from, to, actor, version: changed.version, at }
      )))
      yield* audit.record({ action: "store.update", subject: store.id, details: { settings: decoded.settings ?? {} } })
      return changed
    }))
  })

  return checked(Stores.of({
    current,
    languages,
    list: Effect.andThen(Permission.require("settings:read"), repository.list),
    create: Effect.fn("Stores.create")(function*(input) {
      yield* Permission.require("settings:write")
      const decoded = yield* decodeCreate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        if ((yield* repository.findByCode(decoded.code)) !== undefined) {
          return yield* new StoreCodeTaken({ storeCode: decoded.code })
        }
        const store = yield* insert(decoded, yield* StoreId.generate)
        yield* audit.record({ action: "store.create", subject: store.id, details: { code: store.code } })
        return store
      }))
    }),
    ensure: Effect.fn("Stores.ensure")(function*(input) {
      const decoded = yield* decodeCreate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const found = yield* repository.findByCode(decoded.code)
        if (found === undefined) {
          const first = (yield* repository.list).length === 0
          return yield* insert(decoded, first ? defaultStoreId : yield* StoreId.generate)
        }
        if (found.currency !== decoded.currency) {
          return yield* new StoreCurrencyFixed({
            storeCode: found.code,
            currency: found.currency,
            requested: decoded.currency
          })
        }
        return found
      })).pipe(
        // another process that starts at the same moment was quicker; its store is found the next time
        Effect.retry({ times: 2, while: (error) => error._tag === "StoreCodeTaken" })
      )
    }),
    update: Effect.fn("Stores.update")(update),
    settings: Effect.andThen(Permission.require("settings:read"), Effect.map(current, SettingChange.settingsOf)).pipe(
      Effect.withSpan("Stores.settings")
    ),
    history: Effect.fn("Stores.history")(function*(input = {}) {
      yield* Permission.require("settings:read")
      return yield* repository.changes(yield* decodeHistory(input))
    }),
    putBack: Effect.fn("Stores.putBack")(function*(changeId, options = {}) {
      yield* Permission.require("settings:write")
      const { version } = yield* decodeAtVersion(options)
      return yield* transactor.transaction(Effect.gen(function*() {
        const change = isChange(changeId) ? yield* repository.findChange(changeId) : undefined
        if (change === undefined) return yield* new SettingChangeNotFound({ change: changeId.slice(0, 100) })
        const { id, setting } = change
        // a value of long ago may be none that the store takes now, which is told like any other
        const undone = { ...SettingChange.undo(change), ...(version === undefined ? {} : { version }) }
        const store = yield* update(undone as typeof UpdateStore.Encoded)
        yield* audit.record({ action: "store.put_back", subject: store.id, details: { change: id, setting } })
        return store
      }))
    })
  }))
})

/** What is said of a currency that nobody pays in would say nothing, and nobody would see it. */
const requireSold = (store: Store, changed: Partial<StoreSettings>): Effect.Effect<void, InvalidInput> => {
  const sold = currenciesOf(store)
  const named = [
    ...(changed.fraud?.rules ?? []).flatMap((rule, index) =>
      rule.rule === "amount"
        ? [{ currency: rule.above.currency, path: ["fraud", "rules", index, "above", "currency"] }]
        : []),
    ...(Object.keys(changed.pricesIncludeTaxIn ?? {}) as Array<Currency>).map((currency) => (
      { currency, path: ["pricesIncludeTaxIn", currency] }
    ))
  ]
  const faults = named.flatMap(({ currency, path }) =>
    sold.includes(currency)
      ? []
      : [{ path: ["settings", ...path], message: `is none that the store sells in: ${sold.join(", ")}`, code: "other_currency" }])
  return faults.length === 0 ? Effect.void : Effect.fail(new InvalidInput({ faults }))
}

export const layer: Layer.Layer<Stores, never, StoreRepository | Transactor | AuditLog> = Layer.effect(Stores, make)
