/**
 * The feature flags of each store.
 *
 * **Details**
 *
 * What was read is kept for five seconds, so that asking costs no statement, and read anew after a change by the process
 * that made it at once. Others see a change within these five seconds.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { CustomerGroupRepository } from "../customers/CustomerGroupRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import {
  AskFlags,
  CreateFeatureFlag,
  type FeatureFlag,
  maximumFlags,
  UpdateFeatureFlag
} from "./FeatureFlag.ts"
import { isOn } from "./FlagDecision.ts"
import { FlagNotFound, FlagTaken, TooManyFlags } from "./FlagErrors.ts"
import { FlagRepository } from "./FlagRepository.ts"

export class FeatureFlags extends Context.Service<FeatureFlags, {
  /** All feature flags, by key. Needs `settings:read`. */
  readonly list: Effect.Effect<ReadonlyArray<FeatureFlag>, StorageError | Denied>
  /** A feature flag by its key. Needs `settings:read`. */
  readonly get: (key: string) => Effect.Effect<FeatureFlag, InvalidInput | FlagNotFound | StorageError | Denied>
  /** Creates a feature flag. Two flags of a store cannot have the same key. Needs `settings:write`. */
  readonly create: (
    input: typeof CreateFeatureFlag.Encoded
  ) => Effect.Effect<FeatureFlag, InvalidInput | FlagTaken | TooManyFlags | StorageError | Denied>
  /**
   * Changes a feature flag. Fields that are left out stay as they are. Fails with `VersionConflict` if `version` is
   * not the current one. Needs `settings:write`.
   */
  readonly update: (
    key: string,
    input: typeof UpdateFeatureFlag.Encoded
  ) => Effect.Effect<FeatureFlag, InvalidInput | FlagNotFound | VersionConflict | StorageError | Denied>
  /** Deletes a feature flag, which is off for everybody then. Needs `settings:write`. */
  readonly remove: (
    key: string,
    at?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | FlagNotFound | VersionConflict | StorageError | Denied>
  /** Whether a flag is on for who calls, or for a visitor. One that there is not is off. For code that runs in the engine. */
  readonly isOn: (key: string, input?: typeof AskFlags.Encoded) => Effect.Effect<boolean, InvalidInput | StorageError>
  /** The flags that storefronts may ask for, and whether each is on for who calls. For anybody. */
  readonly exposed: (
    input?: typeof AskFlags.Encoded
  ) => Effect.Effect<Readonly<Record<string, boolean>>, InvalidInput | StorageError>
}>()("@stoa/core/flags/FeatureFlags") {}

const decodeCreate = Input.decoder(CreateFeatureFlag)
const decodeUpdate = Input.decoder(UpdateFeatureFlag)
const decodeAsk = Input.decoder(AskFlags)

const checked = Input.textParameters<FeatureFlags["Service"]>({ get: ["key"], update: ["key"], remove: ["key"], isOn: ["key"] })

/** For how long what was read is taken for what there is. */
const keptMillis = 5_000
/** Flags of so many stores are kept; the oldest make room. */
const maximumStores = 100

export const make = Effect.gen(function*() {
  const repository = yield* FlagRepository
  const groups = yield* CustomerGroupRepository
  const transactor = yield* Transactor
  const audit = yield* AuditLog
  const kept = new Map<string, { readonly flags: ReadonlyArray<FeatureFlag>; readonly until: number }>()
  const read = Permission.require("settings:read")
  const write = Permission.require("settings:write")

  const current = Effect.gen(function*() {
    const storeId = yield* CurrentStore
    const now = Timestamp.toMillis(yield* Timestamp.now)
    const known = kept.get(storeId)
    if (known !== undefined && now < known.until) return known.flags
    const flags = yield* repository.list
    // what a transaction has written is its own until it is committed
    if (yield* transactor.isOpen) return flags
    kept.delete(storeId)
    for (const oldest of kept.keys()) {
      if (kept.size < maximumStores) break
      kept.delete(oldest)
    }
    kept.set(storeId, { flags, until: now + keptMillis })
    return flags
  })

  const find = Effect.fnUntraced(function*(key: string) {
    return (yield* repository.list).find((one) => one.key === key) ?? (yield* new FlagNotFound({ flag: key }))
  })

  const flagAt = Effect.fnUntraced(function*(key: string, version: number | undefined) {
    const flag = yield* find(key)
    if (version !== undefined && version !== flag.version) return yield* new VersionConflict({ id: key, expected: version })
    return flag
  })

  const change = Effect.fnUntraced(function*<A, E>(action: string, key: string, effect: Effect.Effect<A, E>) {
    const storeId = yield* CurrentStore
    return yield* transactor.transaction(Effect.gen(function*() {
      const changed = yield* effect
      yield* audit.record({ action, subject: key, details: {} })
      yield* transactor.afterCommit(Effect.sync(() => void kept.delete(storeId)))
      return changed
    }))
  })

  const checkTimes = ({ endsAt, startsAt }: Pick<FeatureFlag, "startsAt" | "endsAt">) =>
    startsAt !== null && endsAt !== null && endsAt <= startsAt
      ? Effect.fail(InvalidInput.at(["endsAt"], "is not after startsAt", "before_start"))
      : Effect.void

  /** Answers for who calls: a customer is the same wherever they sign in. */
  const answers = Effect.fnUntraced(function*(asked: ReadonlyArray<FeatureFlag>, visitor: string | undefined) {
    const actor = yield* Actor.CurrentActor
    const customerId = actor._tag === "customer" ? actor.customerId : undefined
    const grouped = customerId !== undefined && asked.some(({ customerGroups, enabled }) => enabled && customerGroups.length > 0)
    const own = new Set(grouped ? (yield* groups.of(customerId)).map(({ id }): string => id) : [])
    const now = yield* Timestamp.now
    const subject = { id: customerId ?? visitor ?? null, groups: own }
    return new Map(asked.map((flag) => [flag.key, isOn(flag, subject, now)]))
  })

  return checked(FeatureFlags.of({
    list: Effect.andThen(read, repository.list).pipe(Effect.withSpan("FeatureFlags.list")),

    get: Effect.fn("FeatureFlags.get")(function*(key) {
      yield* read
      return yield* find(key)
    }),

    create: Effect.fn("FeatureFlags.create")(function*(input) {
      yield* write
      const now = yield* Timestamp.now
      const flag: FeatureFlag = {
        description: "",
        enabled: false,
        percentage: 0,
        customerGroups: [],
        startsAt: null,
        endsAt: null,
        exposed: false,
        ...yield* decodeCreate(input),
        version: 1,
        createdAt: now,
        updatedAt: now
      }
      yield* checkTimes(flag)
      return yield* change("flag.create", flag.key, Effect.gen(function*() {
        switch (yield* repository.insert(flag, maximumFlags)) {
          case "taken":
            return yield* new FlagTaken({ flag: flag.key })
          case "full":
            return yield* new TooManyFlags({ maximum: maximumFlags })
          case "inserted":
            return flag
        }
      }))
    }),

    update: Effect.fn("FeatureFlags.update")(function*(key, input) {
      yield* write
      const { version, ...changes } = yield* decodeUpdate(input)
      return yield* change("flag.update", key, Effect.gen(function*() {
        const before = yield* flagAt(key, version)
        const after = { ...before, ...changes, version: before.version + 1, updatedAt: yield* Timestamp.now }
        yield* checkTimes(after)
        if (!(yield* repository.replace(after))) return yield* new VersionConflict({ id: key, expected: before.version })
        return after
      }))
    }),

    remove: Effect.fn("FeatureFlags.remove")(function*(key, at = {}) {
      yield* write
      const { version } = yield* decodeAtVersion(at)
      yield* change("flag.remove", key, Effect.gen(function*() {
        const before = yield* flagAt(key, version)
        if (!(yield* repository.remove(before))) return yield* new VersionConflict({ id: key, expected: before.version })
      }))
    }),

    isOn: Effect.fn("FeatureFlags.isOn")(function*(key, input = {}) {
      const { visitor } = yield* decodeAsk(input)
      const flag = (yield* current).find((one) => one.key === key)
      return flag === undefined ? false : (yield* answers([flag], visitor)).get(key) ?? false
    }),

    exposed: Effect.fn("FeatureFlags.exposed")(function*(input = {}) {
      const { visitor } = yield* decodeAsk(input)
      return Object.fromEntries(yield* answers((yield* current).filter(({ exposed }) => exposed), visitor))
    })
  }))
})

export const layer: Layer.Layer<FeatureFlags, never, AuditLog | CustomerGroupRepository | FlagRepository | Transactor> = Layer.effect(
  FeatureFlags,
  make
)
