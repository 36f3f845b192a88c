/**
 * What lists and searches are narrowed down to by name: whether it is there, and how its products are sorted.
 */
import * as Effect from "effect/Effect"
import { InvalidInput } from "../kernel/Input.ts"
import * as Permission from "../kernel/Permission.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as AttributeFilters from "./AttributeFilters.ts"
import * as AttributeOrders from "./AttributeOrders.ts"
import * as AttributesForStaff from "./AttributesForStaff.ts"
import { AttributeRepository } from "./AttributeRepository.ts"
import { BrandRepository } from "./BrandRepository.ts"
import { BrandNotFound, CategoryNotFound, CollectionNotFound } from "./CatalogErrors.ts"
import { CategoryRepository } from "./CategoryRepository.ts"
import * as Collections from "./Collection.ts"
import * as CollectionRule from "./CollectionRule.ts"
import { CollectionRepository } from "./CollectionRepository.ts"
import type { ListProducts, ListSort } from "./Product.ts"
import type { Alternates } from "./Translations.ts"

/** A list whose attributes are found already. */
export interface Narrowed extends ListProducts {
  readonly byAttributes?: ReadonlyArray<AttributeFilters.AttributeFilter>
  /** What the sort order means, where it is that of an attribute. */
  readonly byAttribute?: AttributeOrders.AttributeOrder
  /** Ids of the attributes that are offered as filters; all where it is left out. */
  readonly offered?: ReadonlyArray<string>
}

/** A collection whose rule is understood: what its conditions on attributes mean, by what they say. */
export interface OpenCollection extends Pick<Collections.Collection, "id" | "rule"> {
  readonly byAttributes?: ReadonlyMap<string, AttributeFilters.AttributeFilter>
}

/** Whether a thing was asked for by a slug that it had before, and has now in no language. */
export const isFormer = (
  idOrSlug: string,
  { alternates = [], id, slug }: { readonly id: string; readonly slug: string; readonly alternates?: Alternates }
): boolean => idOrSlug !== id && idOrSlug !== slug && !alternates.some((one) => one.slug === idOrSlug)

/** Finds out what a rule says of attributes, in one statement if it says anything. */
export const understood = Effect.fnUntraced(function*<C extends Pick<Collections.Collection, "id" | "rule">>(
  attributes: AttributeRepository["Service"],
  collection: C
) {
  const filters = CollectionRule.attributeFilters(collection.rule)
  if (filters.length === 0) return collection
  const known = yield* attributes.known(filters.map((filter) => AttributeFilters.written(filter).code))
  const open: C & OpenCollection = {
    ...collection,
    byAttributes: new Map(filters.flatMap((filter) => AttributeFilters.resolve([filter], known).found.map((found) => [filter, found])))
  }
  return open
})

export const make = Effect.gen(function*() {
  const attributes = yield* AttributeRepository
  const categories = yield* CategoryRepository
  const brands = yield* BrandRepository
  const collections = yield* CollectionRepository

  const findCollection = Effect.fnUntraced(function*(idOrSlug: string) {
    const collection = yield* collections.find(idOrSlug)
    if (collection !== undefined) {
      const shown = Collections.isShown(collection, yield* Timestamp.now)
      if (shown || (yield* Permission.check("catalog:read"))) return yield* understood(attributes, collection)
    }
    return yield* new CollectionNotFound({ collection: idOrSlug })
  })

  const narrow = Effect.fnUntraced(function*(filters: ReadonlyArray<string>, sort: ListSort) {
    const sorted = AttributeOrders.isByAttribute(sort) ? sort : undefined
    const codes = filters.map((filter) => AttributeFilters.written(filter).code)
    if (sorted !== undefined) codes.push(AttributeOrders.codeOf(sorted))
    if (codes.length === 0) return {}
    const known = yield* attributes.known(codes)
    // what buyers do not see is nothing that they can find out by filters or by an order
    const seen = (yield* AttributesForStaff.seen) ? known : new Map([...known].filter(([, { shown }]) => shown))
    const { faults, found } = AttributeFilters.resolve(filters, seen)
    const order = sorted === undefined ? undefined : AttributeOrders.resolve(sorted, seen)
    const all = typeof order === "string" ? [...faults, { path: ["sort"], message: order }] : faults
    if (all.length > 0) return yield* new InvalidInput({ faults: all })
    return {
      ...(filters.length === 0 ? {} : { byAttributes: found }),
      ...(typeof order === "object" ? { byAttribute: order } : {})
    }
  })

  return {
    /** The collection of a list, if it has one that the caller sees, the order of the list, and what it says of attributes. */
    open: Effect.fnUntraced(function*(query: ListProducts) {
      const searching = (query.search ?? "").trim() !== ""
      if (query.sort === "relevance" && !searching) {
        return yield* InvalidInput.at(["sort"], "relevance needs a search text", "needs_search")
      }
      const collection = query.collection === undefined ? undefined : yield* findCollection(query.collection)
      const sort: ListSort = query.sort ?? (searching ? "relevance" : collection?.sort ?? "-createdAt")
      if (sort === "manual" && (collection === undefined || collection.rule !== null)) {
        return yield* InvalidInput.at(["sort"], "manual needs a collection by hand", "needs_collection_by_hand")
      }
      return { collection, sort, narrowed: yield* narrow(query.attributes ?? [], sort) }
    }),
    /** The attributes that a category, by its id or slug, offers as filters: those of its set, or all where it has none. */
    offered: Effect.fnUntraced(function*(category: string | undefined) {
      const set = category === undefined ? [] : yield* attributes.expected([category])
      return set.length === 0 ? {} : { offered: [...new Set(set.map(({ attributeId }) => attributeId))] }
    }),
    /**
     * Why a list is empty: refuses one that names what is not there, and answers what to ask instead where it names a category
     * or a brand by a slug of before.
     */
    explain: Effect.fnUntraced(function*(query: ListProducts) {
      const names: { category?: string; brand?: string } = {}
      if (query.category !== undefined) {
        const category = yield* categories.find(query.category)
        if (category === undefined) return yield* new CategoryNotFound({ category: query.category })
        if (isFormer(query.category, category)) names.category = category.id
      }
      if (query.brand !== undefined) {
        const brand = yield* brands.find(query.brand)
        if (brand === undefined) return yield* new BrandNotFound({ brand: query.brand })
        if (isFormer(query.brand, brand)) names.brand = brand.id
      }
      return Object.keys(names).length === 0 ? undefined : names
    })
  }
})
