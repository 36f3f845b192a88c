/**
 * The promotions of each store, prepared for pricing, and the counting of their uses.
 *
 * **Details**
 *
 * A process keeps prepared promotions together with the store's count of changes to them. The statement that reads a cart also reads
 * that count; if it is the same, they are used as they are. So promotions take no statement of their own, a store without promotions
 * pays nothing, and every process sees a change with its next read.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { PricedPromotion, PricingRule } from "../pricing/Pricing.ts"
import { PricingRules } from "../pricing/PricingRules.ts"
import { PromotionId } from "./Promotion.ts"
import type { PromotionUsedUp } from "./PromotionErrors.ts"
import { PromotionExhausted } from "./PromotionEvents.ts"
import { PromotionKinds } from "./PromotionKinds.ts"
import type { Counted, PromotionBook } from "./PromotionRepository.ts"
import { PromotionRepository } from "./PromotionRepository.ts"
import * as PromotionSet from "./PromotionSet.ts"
import * as PromotionUses from "./PromotionUses.ts"

/** What the statement that reads a cart says about promotions. */
export interface CartPromotions extends PromotionSet.CartFacts {
  /** The store's count of changes to its promotions. */
  readonly version: number
}

/** The promotions that a cart is priced by. */
export interface OpenBook {
  readonly set: PromotionSet.PromotionSet
  readonly facts: PromotionSet.CartFacts
  /** The promotions, followed by the engine's other rules. */
  readonly rules: ReadonlyArray<PricingRule>
}

export class PromotionBooks extends Context.Service<PromotionBooks, {
  /** The rules to price a cart by; `null` if its store has no promotions. */
  readonly open: (promotions: CartPromotions | null) => Effect.Effect<OpenBook, StorageError>
  /**
   * The set, with limited promotions added that were applied at another time but have ended or were switched off since. No statement if
   * the set has all of them.
   */
  readonly including: (
    set: PromotionSet.PromotionSet,
    applied: ReadonlyArray<Pick<PricedPromotion, "id" | "counted">>
  ) => Effect.Effect<PromotionSet.PromotionSet, StorageError>
  /** A set of other promotions, with everything else as it is. */
  readonly prepare: (book: PromotionBook) => PromotionSet.PromotionSet
  /**
   * Counts the uses of limited promotions by orders, in the current transaction. Answers with the orders that must not be placed,
   * because others have used up a promotion first. One statement, unless an order is refused or a promotion is used up.
   */
  readonly claim: (
    orders: ReadonlyArray<PromotionUses.OrderUses>
  ) => Effect.Effect<ReadonlyMap<string, PromotionUsedUp>, StorageError>
  /** Takes back what was claimed in the current transaction. */
  readonly withdraw: (orders: ReadonlyArray<PromotionUses.OrderUses>) => Effect.Effect<void, StorageError>
}>()("@stoa/core/promotions/PromotionBooks") {}

/** The promotions of this many stores are kept; after that, the oldest are dropped. */
const maximumStores = 100

const emptySet: PromotionSet.PromotionSet = {
  byId: new Map(),
  byCode: new Map(),
  floors: new Map(),
  candidates: () => []
}

const exhausts = ({ maxSpent, maxUsed }: { readonly maxUsed: number | null; readonly maxSpent: number | null }, counted: Counted) =>
  (maxUsed !== null && counted.used >= maxUsed) || (maxSpent !== null && counted.spent >= maxSpent)

export const make = Effect.gen(function*() {
  const repository = yield* PromotionRepository
  const transactor = yield* Transactor
  const kinds = yield* PromotionKinds
  const rules = yield* PricingRules
  const events = yield* Events
  const books = new Map<string, { readonly version: number; readonly set: PromotionSet.PromotionSet }>()

  const prepare = ({ floors, promotions }: PromotionBook) =>
    PromotionSet.make({
      promotions: promotions.map(({ promotion }) => promotion),
      uses: new Map(promotions.map(({ promotion: { id }, uses }) => [id, uses])),
      floors
    }, kinds)

  const read = Effect.gen(function*() {
    return prepare(yield* repository.book(yield* Timestamp.now))
  })

  const setAt = Effect.fnUntraced(function*(version: number) {
    const storeId = yield* CurrentStore
    const known = books.get(storeId)
    if (known?.version === version) return known.set
    const set = yield* read
    // what a transaction has written is its own until it is committed
    if (yield* transactor.isOpen) return set
    books.delete(storeId)
    for (const oldest of books.keys()) {
      if (books.size < maximumStores) break
      books.delete(oldest)
    }
    books.set(storeId, { version, set })
    return set
  })

  /** Makes all processes read the promotions again, because their remaining uses have changed. */
  const reached = Effect.fnUntraced(function*(promotionIds: Iterable<string>) {
    const ids = [...new Set(promotionIds)]
    if (ids.length === 0) return
    yield* repository.touch
    yield* events.publish(ids.map((id) => PromotionExhausted.make(id, { promotionId: PromotionId.make(id) })))
  })

  return PromotionBooks.of({
    open: Effect.fnUntraced(function*(promotions) {
      const others = yield* rules.all
      if (promotions === null) return { set: emptySet, facts: PromotionSet.noFacts, rules: others }
      const set = yield* setAt(promotions.version)
      return { set, facts: promotions, rules: [PromotionSet.rule(set, promotions), ...others] }
    }),
    prepare,
    including: Effect.fnUntraced(function*(set, applied) {
      const ids = applied.flatMap(({ counted, id }) => counted.length > 0 && !set.byId.has(id) ? [id] : [])
      if (ids.length === 0) return set
      const more = prepare({ promotions: yield* repository.findAll(ids), floors: new Map() })
      return { ...set, byId: new Map([...set.byId, ...more.byId]) }
    }),
    claim: Effect.fn("Promotions.claim")(function*(orders) {
      const wanted = PromotionUses.together(orders)
      const counted = yield* repository.count(wanted)
      const byKey = new Map(wanted.map((counter) => [counter.key, counter]))
      const isTotal = (key: string) => byKey.get(key)?.promotionId === key
      if (counted.length === wanted.length) {
        yield* reached(counted.flatMap((now) => {
          const counter = byKey.get(now.key)
          return counter !== undefined && isTotal(now.key) && exhausts(counter, now) ? [counter.promotionId] : []
        }))
        return new Map()
      }
      // somebody is left out: begin again with what was there before, whoever came first first
      const added = new Set(counted.map(({ key }) => key))
      const locked = yield* repository.lock(wanted)
      const before = locked.map(({ key, spent, used }): Counted => {
        const own = added.has(key) ? byKey.get(key) : undefined
        return { key, used: used - (own?.used ?? 0), spent: spent - (own?.spent ?? 0) }
      })
      const outcome = PromotionUses.decide(orders, new Map(before.map((counter) => [counter.key, counter])))
      yield* repository.set(outcome.counted)
      yield* reached(Array.from(outcome.refused.values()).flatMap(({ by, promotionId }) =>
        by === "everybody" ? [promotionId] : []))
      return outcome.refused
    }),
    withdraw: Effect.fn("Promotions.withdraw")(function*(orders) {
      const wanted = PromotionUses.together(orders)
      const byKey = new Map(wanted.map((counter) => [counter.key, counter]))
      const locked = yield* repository.lock(wanted)
      yield* repository.set(locked.map(({ key, spent, used }) => ({
        key,
        used: used - (byKey.get(key)?.used ?? 0),
        spent: spent - (byKey.get(key)?.spent ?? 0)
      })))
    })
  })
})

export const layer: Layer.Layer<
  PromotionBooks,
  never,
  PromotionRepository | Transactor | PromotionKinds | PricingRules | Events
> = Layer.effect(PromotionBooks, make)
