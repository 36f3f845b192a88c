/**
 * Which products an event has called otherwise.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import {
  AttributeDeleted,
  AttributeUpdated,
  BrandDeleted,
  BrandUpdated,
  CategoryDeleted,
  CategoryUpdated,
  CollectionDeleted,
  CollectionUpdated
} from "../catalog/CatalogEvents.ts"
import { ProductId } from "../catalog/Product.ts"
import type { DomainEvent } from "../events/DomainEvent.ts"
import type { NameScope } from "./SearchFeedRepository.ts"

const News = Schema.Struct({
  renamed: Schema.optionalKey(Schema.Boolean),
  searchable: Schema.optionalKey(Schema.Boolean),
  name: Schema.optionalKey(Schema.String),
  names: Schema.optionalKey(Schema.Array(Schema.String)),
  productIds: Schema.optionalKey(Schema.Array(ProductId))
})

const read = Schema.decodeUnknownOption(News)

const updated: Readonly<Record<string, "attribute" | "brand" | "category" | "collection">> = {
  [AttributeUpdated.type]: "attribute",
  [BrandUpdated.type]: "brand",
  [CategoryUpdated.type]: "category",
  [CollectionUpdated.type]: "collection"
}

/** The events that may do so. */
export const types: ReadonlyArray<string> = [
  ...Object.keys(updated),
  AttributeDeleted.type,
  BrandDeleted.type,
  CategoryDeleted.type,
  CollectionDeleted.type
]

/** What an event says: products one by one, and whose name is to be looked after. */
export const of = (event: DomainEvent): { readonly ids: ReadonlyArray<ProductId>; readonly scopes: ReadonlyArray<NameScope> } => {
  const { name, names = [], productIds = [], renamed = false, searchable = false } = Option.getOrElse(read(event.data), (): typeof News.Type => ({}))
  const of = updated[event.type]
  // what is gone has no products any more, but these are still found by its name
  const gone = of === undefined ? [...new Set([...(name === undefined ? [] : [name]), ...names])] : []
  return {
    ids: productIds,
    scopes: [
      ...(of !== undefined && renamed ? [{ of, id: event.subject }] : []),
      // its values are gone, and with them who had them
      ...(searchable ? [{ of: "all" } as const] : []),
      ...gone.map((text): NameScope => ({ of: "text", text }))
    ]
  }
}
