/**
 * Prices that follow rules: staff say what moves them and how far, and each run writes what they become into a price list,
 * with the reason for each change.
 */
import { AuditLog } from "@stoa/core/audit/AuditLog"
import * as Actor from "@stoa/core/kernel/Actor"
import * as Id from "@stoa/core/kernel/Id"
import * as Input from "@stoa/core/kernel/Input"
import { InvalidInput } from "@stoa/core/kernel/Input"
import type { Page } from "@stoa/core/kernel/Page"
import { decodeCursor, defaultLimit, fromRows } from "@stoa/core/kernel/Page"
import type { Denied } from "@stoa/core/kernel/Permission"
import * as Permission from "@stoa/core/kernel/Permission"
import type { StorageError } from "@stoa/core/kernel/StorageError"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import { Transactor } from "@stoa/core/kernel/Transactor"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { PriceLists } from "@stoa/core/prices/PriceLists"
import { Stores } from "@stoa/core/stores/Stores"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as SqlClient from "effect/sql/SqlClient"
import { type Decision, decide } from "./Decision.ts"
import * as DynamicPriceSql from "./DynamicPriceSql.ts"
import type { PriceChange } from "./DynamicPriceSql.ts"
import { PriceRuleNotFound, TooManyPriceRules } from "./DynamicPricingErrors.ts"
import {
  CreatePriceRule,
  ListChanges,
  ListPage,
  maximumRules,
  type PriceLimits,
  type PriceRule,
  PriceRuleId,
  RemoveLimits,
  SetLimits,
  UpdatePriceRule
} from "./PriceRule.ts"

/** What a run has done. */
export interface PriceRun {
  /** How many variants it has looked at. */
  readonly looked: number
  /** How many prices it has changed. */
  readonly changed: number
}

export class DynamicPricing extends Context.Service<DynamicPricing, {
  /** At most 100, the oldest first. Needs `dynamic-pricing:read`. */
  readonly rules: Effect.Effect<ReadonlyArray<PriceRule>, StorageError | Denied>
  /** Needs `dynamic-pricing:write`, as everything that changes something. */
  readonly createRule: (
    input: typeof CreatePriceRule.Encoded
  ) => Effect.Effect<PriceRule, InvalidInput | TooManyPriceRules | StorageError | Denied>
  readonly updateRule: (
    id: string,
    input: typeof UpdatePriceRule.Encoded
  ) => Effect.Effect<PriceRule, InvalidInput | PriceRuleNotFound | VersionConflict | StorageError | Denied>
  readonly deleteRule: (
    id: string
  ) => Effect.Effect<void, InvalidInput | PriceRuleNotFound | StorageError | Denied>
  /** By variant. Needs `dynamic-pricing:read`. */
  readonly limits: (
    input?: typeof ListPage.Encoded
  ) => Effect.Effect<Page<PriceLimits>, InvalidInput | StorageError | Denied>
  /** Puts variants under the rules, or changes their limits: all of them or none. */
  readonly setLimits: (input: typeof SetLimits.Encoded) => Effect.Effect<void, InvalidInput | StorageError | Denied>
  /** Takes variants away from the rules: they cost what the catalog says again. */
  readonly removeLimits: (
    input: typeof RemoveLimits.Encoded
  ) => Effect.Effect<void, InvalidInput | StorageError | Denied>
  /** What a run would make of each price now, and why, without changing any. Needs `dynamic-pricing:read`. */
  readonly preview: (
    input?: typeof ListPage.Encoded
  ) => Effect.Effect<Page<Decision>, InvalidInput | StorageError | Denied>
  /** Moves the prices of the current store by one step. Runs every hour by itself. */
  readonly run: Effect.Effect<PriceRun, StorageError | Denied>
  /** The changes of prices of the last 400 days, the newest first. Needs `dynamic-pricing:read`. */
  readonly changes: (
    input?: typeof ListChanges.Encoded
  ) => Effect.Effect<Page<PriceChange>, InvalidInput | StorageError | Denied>
}>()("@stoa/plugin-dynamic-pricing/DynamicPricing") {}

const ChangeId = Id.define("dpchange", "PriceChangeId")

const decodeCreate = Input.decoder(CreatePriceRule)
const decodeUpdate = Input.decoder(UpdatePriceRule)
const decodeSet = Input.decoder(SetLimits)
const decodeRemove = Input.decoder(RemoveLimits)
const decodePage = Input.decoder(ListPage)
const decodeChanges = Input.decoder(ListChanges)

const checked = Input.textParameters<DynamicPricing["Service"]>({ updateRule: ["id"], deleteRule: ["id"] })

/** How many variants are looked at, and changed in one transaction. */
const batch = 500

const reads = Permission.require("dynamic-pricing:read")
const writes = Permission.require("dynamic-pricing:write")

/** How long the log of changes is kept. */
const keptFor = "400 days"

/** What the plug-in itself does with price lists: whoever may run it need not be allowed to write any other. */
const itself = Actor.as(Actor.system("dynamic-pricing"))

export const make = Effect.gen(function*() {
  const sql = yield* DynamicPriceSql.make
  const lists = yield* PriceLists
  const stores = yield* Stores
  const audit = yield* AuditLog
  const { transaction } = yield* Transactor

  const windowsOf = (rules: ReadonlyArray<PriceRule>, now: Timestamp.Timestamp) =>
    [...new Set(rules.flatMap(({ enabled, trigger }) => enabled && trigger.by === "demand" ? [trigger.days] : []))]
      .map((days) => ({ days, since: Timestamp.minus(now, { days }) }))

  const decisions = Effect.fnUntraced(function*(
    rules: ReadonlyArray<PriceRule>,
    range: { readonly after: string; readonly limit: number; readonly priceListId: string | null }
  ) {
    const now = yield* Timestamp.now
    const found = yield* sql.facts({ ...range, windows: windowsOf(rules, now) })
    return found.map(({ facts, limits }) => decide(facts, rules, limits, now))
  })

  const findRule = Effect.fnUntraced(function*(id: string) {
    return (yield* sql.rule(id)) ?? (yield* new PriceRuleNotFound({ ruleId: id }))
  })

  /** The list that prices are written into, made again if somebody has deleted it. */
  const ensureList = Effect.fnUntraced(function*(known: string | null) {
    const there = known === null
      ? undefined
      : yield* Effect.catchTag(lists.get(known), "PriceListNotFound", () => Effect.undefined)
    if (there !== undefined) return there.id
    const { id } = yield* lists.create({ name: "Dynamic prices", type: "override" })
    yield* sql.keepList(id)
    return id
  })

  /** Writes the prices that differ from those of the catalog, and takes out those that do not. */
  const write = Effect.fnUntraced(function*(priceListId: string, changes: ReadonlyArray<Decision>) {
    const { currency } = yield* stores.current
    const other = changes.filter(({ after, base }) => after !== base)
    const same = changes.filter(({ after, base }) => after === base)
    if (other.length > 0) {
      yield* lists.setPrices(priceListId, {
        prices: other.map(({ after, variantId }) => ({ variantId, price: { amount: after, currency } }))
      })
    }
    if (same.length > 0) {
      yield* lists.removePrices(priceListId, { variantIds: same.map(({ variantId }) => variantId) })
    }
  })

  const runBatch = (rules: ReadonlyArray<PriceRule>, after: string) =>
    Effect.gen(function*() {
      const all = yield* decisions(rules, { after, limit: batch, priceListId: yield* sql.list() })
      const wanted = all.filter((decision) => decision.after !== decision.before)
      const changed = wanted.length === 0 ? 0 : yield* transaction(change(wanted))
      return { looked: all.length, changed, last: all.at(-1)?.variantId }
    })

  /** Changes the prices that nobody has changed since it was decided on them, and that still have the limits for it. */
  const change = Effect.fnUntraced(function*(wanted: ReadonlyArray<Decision>) {
    const known = yield* sql.lockedList()
    const now = yield* sql.current(known, wanted.map(({ variantId }) => variantId))
    const changes = wanted.filter(({ after, base, before, variantId }) => {
      const variant = now.get(variantId)
      return variant !== undefined && variant.base === base && variant.current === before
        && variant.floor <= after && after <= variant.ceiling
    })
    if (changes.length === 0) return 0
    // what the store or the plug-in's own list refuses is a fault of this program
    yield* Effect.catchTags(Effect.flatMap(ensureList(known), (id) => write(id, changes)), {
      InvalidInput: Effect.die,
      PriceListNotFound: Effect.die,
      TooManyPriceLists: Effect.die,
      Forbidden: Effect.die,
      Unauthenticated: Effect.die
    })
    const at = yield* Timestamp.now
    const ids = yield* ChangeId.generateMany(changes.length)
    yield* sql.record(changes.map((decision, index) => ({ id: ids[index] ?? "", at, ...decision })))
    return changes.length
  })

  return checked(DynamicPricing.of({
    rules: Effect.andThen(reads, sql.rules),
    createRule: Effect.fn("DynamicPricing.createRule")(function*(input) {
      yield* writes
      const { enabled = true, variantIds = [], ...given } = yield* decodeCreate(input)
      return yield* transaction(Effect.gen(function*() {
        yield* sql.lockedList()
        if ((yield* sql.rules).length >= maximumRules) return yield* new TooManyPriceRules({ maximum: maximumRules })
        const now = yield* Timestamp.now
        const rule: PriceRule = {
          id: yield* PriceRuleId.generate,
          ...given,
          variantIds,
          enabled,
          version: 1,
          createdAt: now,
          updatedAt: now
        }
        yield* sql.insertRule(rule)
        yield* audit.record({ action: "price-rule.create", subject: rule.id, details: { name: rule.name } })
        return rule
      }))
    }),
    updateRule: Effect.fn("DynamicPricing.updateRule")(function*(id, input) {
      yield* writes
      const { version, ...changes } = yield* decodeUpdate(input)
      return yield* transaction(Effect.gen(function*() {
        const rule = yield* findRule(id)
        if (version !== undefined && version !== rule.version) return yield* new VersionConflict({ id, expected: version })
        const updated: PriceRule = { ...rule, ...changes, version: rule.version + 1, updatedAt: yield* Timestamp.now }
        yield* sql.replaceRule(updated)
        yield* audit.record({ action: "price-rule.update", subject: id, details: { fields: Object.keys(changes) } })
        return updated
      }))
    }),
    deleteRule: Effect.fn("DynamicPricing.deleteRule")(function*(id) {
      yield* writes
      yield* transaction(Effect.gen(function*() {
        if (!(yield* sql.deleteRule(id))) return yield* new PriceRuleNotFound({ ruleId: id })
        yield* audit.record({ action: "price-rule.delete", subject: id, details: {} })
      }))
    }),
    limits: Effect.fn("DynamicPricing.limits")(function*(input = {}) {
      yield* reads
      return yield* sql.limits(yield* decodePage(input))
    }),
    setLimits: Effect.fn("DynamicPricing.setLimits")(function*(input) {
      yield* writes
      const { limits } = yield* decodeSet(input)
      const seen = new Set<string>()
      const faults = limits.flatMap(({ ceiling, floor, variantId }, index) => {
        const isTwice = seen.has(variantId)
        seen.add(variantId)
        return [
          ...ceiling < floor ? [{ path: ["limits", index, "ceiling"], message: "is below the floor", code: "below_floor" }] : [],
          ...isTwice ? [{ path: ["limits", index, "variantId"], message: "is in the list already", code: "duplicate" }] : []
        ]
      })
      if (faults.length > 0) return yield* new InvalidInput({ faults })
      yield* transaction(Effect.gen(function*() {
        const known = yield* sql.setLimits(limits)
        const unknown = limits.flatMap(({ variantId }, index) =>
          known.has(variantId) ? [] : [{ path: ["limits", index, "variantId"], message: "is no variant of this store", code: "unknown" }])
        if (unknown.length > 0) return yield* new InvalidInput({ faults: unknown })
        yield* audit.record({ action: "price-limits.set", subject: "dynamic-pricing", details: { variants: limits.length } })
      }))
    }),
    removeLimits: Effect.fn("DynamicPricing.removeLimits")(function*(input) {
      yield* writes
      const { variantIds } = yield* decodeRemove(input)
      yield* transaction(Effect.gen(function*() {
        const listId = yield* sql.lockedList()
        yield* sql.removeLimits(variantIds)
        if (listId !== null) {
          yield* Effect.catchTags(itself(lists.removePrices(listId, { variantIds })), {
            // somebody has deleted it, and the prices with it
            PriceListNotFound: () => Effect.void,
            InvalidInput: Effect.die,
            Forbidden: Effect.die,
            Unauthenticated: Effect.die
          })
        }
        yield* audit.record({
          action: "price-limits.remove",
          subject: "dynamic-pricing",
          details: { variants: variantIds.length }
        })
      }))
    }),
    preview: Effect.fn("DynamicPricing.preview")(function*(input = {}) {
      yield* reads
      const { after, limit = defaultLimit } = yield* decodePage(input)
      const [from = ""] = after === undefined ? [] : yield* decodeCursor("preview", ["string"], after)
      const range = { after: from, limit: limit + 1, priceListId: yield* sql.list() }
      return fromRows(yield* decisions(yield* sql.rules, range), limit, "preview", ({ variantId }) => [variantId])
    }),
    run: Effect.gen(function*() {
      yield* writes
      const rules = yield* sql.rules
      let run: PriceRun = { looked: 0, changed: 0 }
      let after: string | undefined = ""
      while (after !== undefined) {
        const { changed, last, looked }: PriceRun & { readonly last: string | undefined } = yield* itself(runBatch(rules, after))
        run = { looked: run.looked + looked, changed: run.changed + changed }
        after = looked < batch ? undefined : last
      }
      return run
    }).pipe(Effect.withSpan("DynamicPricing.run")),
    changes: Effect.fn("DynamicPricing.changes")(function*(input = {}) {
      yield* reads
      return yield* sql.changes(yield* decodeChanges(input))
    })
  }))
})

/** Forgets changes of prices that are too old, in every store. */
export const forget = Effect.gen(function*() {
  const sql = yield* DynamicPriceSql.make
  yield* sql.deleteBefore(Timestamp.minus(yield* Timestamp.now, keptFor))
})

export const layer: Layer.Layer<
  DynamicPricing,
  never,
  PriceLists | Stores | AuditLog | Transactor | SqlClient.SqlClient
> = Layer.effect(DynamicPricing, make)
