/**
 * The promotions of each store, ready for pricing, and the counting of their uses.
 *
 * **Details**
 *
 * What was read is kept for as long as the store's count of changes is the one that the cart was read with, in the same
 * statement as the cart. So promotions cost no statement of their own, a store without any costs nothing, and a change
 * is seen by the next read on every process.
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

/** What the statement that reads a cart tells of promotions. */
export interface CartPromotions extends PromotionSet.CartFacts {
  /** How often the store's promotions have changed. */
  readonly version: number
}

/** The promotions that a cart is priced by. */
export interface OpenBook {
  readonly set: PromotionSet.PromotionSet
  readonly facts: PromotionSet.CartFacts
  /** The promotions, then the other rules of the engine. */
  readonly rules: ReadonlyArray<PricingRule>
}

export class PromotionBooks extends Context.Service<PromotionBooks, {
  /** The rules to price a cart by; `null` where its store has no promotions. */
  readonly open: (promotions: CartPromotions | null) => Effect.Effect<OpenBook, StorageError>
  /**
   * A set with the limited promotions that were applied at another time as well, though they are over or switched off by now. No
   * statement where all of them are in it.
   */
  readonly including: (
    set: PromotionSet.PromotionSet,
    applied: ReadonlyArray<Pick<PricedPromotion, "id" | "counted">>
  ) => Effect.Effect<PromotionSet.PromotionSet, StorageError>
  /** A set of other promotions, with everything else as it is. */
  readonly prepare: (book: PromotionBook) => PromotionSet.PromotionSet
  /**
   * Counts what orders use of limited promotions, in the current transaction. Answers with those that must not be placed,
   * for somebody else was quicker. One statement, unless somebody is refused or uses something up.
   */
  readonly claim: (
    orders: ReadonlyArray<PromotionUses.OrderUses>
  ) => Effect.Effect<ReadonlyMap<string, PromotionUsedUp>, StorageError>
  /** Takes back what was claimed in the current transaction. */
  readonly withdraw: (orders: ReadonlyArray<PromotionUses.OrderUses>) => Effect.Effect<void, StorageError>
}>()("@stoa/core/promotions/PromotionBooks") {}

/** The promotions of so many stores are kept; the oldest make room. */
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

  /** Has everybody read the promotions again, for what is left of them has changed. */
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
