/**
 * Collections by hand as what an edit of many products changes.
 */
import * as Effect from "effect/Effect"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { BulkChanges, BulkEdit } from "./BulkEdit.ts"
import { CollectionNotFound } from "./CatalogErrors.ts"
import { CollectionUpdated } from "./CatalogEvents.ts"
import type { CollectionId } from "./Collection.ts"
import { CollectionRepository } from "./CollectionRepository.ts"
import type { ProductId } from "./Product.ts"

type Changes = Pick<BulkChanges, "addCollections" | "removeCollections">

/** The collections that are named, all of them in one order, so that no two edits wait for each other. */
const named = ({ addCollections = [], removeCollections = [] }: Changes): ReadonlyArray<CollectionId> =>
  [...new Set([...addCollections, ...removeCollections])].sort()

export const make = Effect.gen(function*() {
  const repository = yield* CollectionRepository
  const events = yield* Events
  const audit = yield* AuditLog

  /** Of the products, those that become what the collection does not say yet. */
  const differing = (
    { addCollections = [] }: Changes,
    id: CollectionId,
    inside: ReadonlySet<ProductId> | undefined,
    productIds: ReadonlyArray<ProductId>
  ) => {
    const adds = addCollections.includes(id)
    return { adds, moved: productIds.filter((productId) => inside?.has(productId) !== adds) }
  }

  return {
    /** Whether the collections are there and by hand, and none is to be filled and emptied at once. */
    check: Effect.fnUntraced(function*(changes: Changes) {
      for (const id of named(changes)) {
        const collection = yield* repository.find(id)
        if (collection === undefined) return yield* new CollectionNotFound({ collection: id })
        const field = changes.addCollections?.includes(id) === true ? "addCollections" : "removeCollections"
        if (collection.rule !== null) return yield* InvalidInput.at(["changes", field], `${id} is a collection by rule`, "collection_by_rule")
        if (field === "addCollections" && changes.removeCollections?.includes(id) === true) {
          return yield* InvalidInput.at(["changes", "removeCollections"], `${id} is in addCollections as well`, "contradiction")
        }
      }
    }),

    /** Puts products into collections and takes them out, and answers those for which that made a difference. In a transaction. */
    move: Effect.fnUntraced(function*(productIds: ReadonlyArray<ProductId>, changes: Changes, edit: Pick<BulkEdit, "id" | "createdBy">) {
      const ids = named(changes)
      const all = new Set<ProductId>()
      if (ids.length === 0 || productIds.length === 0) return all
      const inside = yield* repository.placed(ids, productIds)
      for (const id of ids) {
        const { adds, moved } = differing(changes, id, inside.get(id), productIds)
        const collection = moved.length === 0 ? undefined : yield* repository.find(id)
        if (collection === undefined) continue
        const next = { ...collection, version: collection.version + 1, updatedAt: yield* Timestamp.now }
        // nobody else may choose for it meanwhile
        yield* repository.replace(next)
        yield* adds ? repository.place(id, moved, null) : repository.remove(id, moved)
        yield* events.publish([CollectionUpdated.make(id, { slug: next.slug, version: next.version, productIds: moved })])
        yield* audit.record({
          action: "collection.bulk-update",
          subject: id,
          details: { version: next.version, bulkEdit: edit.id, by: edit.createdBy, products: moved.length }
        })
        for (const productId of moved) all.add(productId)
      }
      return all
    }),

    /** What a dry run shows of collections, of each product. */
    differences: Effect.fnUntraced(function*(productIds: ReadonlyArray<ProductId>, changes: Changes) {
      const ids = named(changes)
      const inside = ids.length === 0 || productIds.length === 0 ? undefined : yield* repository.placed(ids, productIds)
      return (productId: ProductId) => {
        const before = ids.filter((id) => inside?.get(id)?.has(productId) === true)
        const after = ids.filter((id) => changes.addCollections?.includes(id) === true)
        return before.join() === after.join() ? {} : { collections: { before, after } }
      }
    })
  }
})
