/**
 * How many products of a list each further choice would leave.
 */
import * as Schema from "effect/Schema"
import { UnitName } from "../catalog/Units.ts"

/** What can be chosen. Each is a filter of `ListProducts`: `price` is `priceFrom` and `priceTo`, `rating` is `ratingFrom`, `attribute` is one of
 * `attributes`. */
export const FacetName = Schema.Literals(["category", "brand", "vendor", "tag", "option", "price", "available", "rating", "attribute"])
export type FacetName = typeof FacetName.Type

export const FacetValue = Schema.Struct({
  /**
   * What the filter is given: the id of a category or brand, a vendor, a tag, a value of the option, `"true"` or `"false"` for `available`,
   * the least number of stars for `rating`, and for `attribute` what follows its code. Of numbers and dates that is one range, from the
   * least to the greatest of the products, such as `"10..25.5"`. For `price` it is the lowest price, in minor units.
   */
  value: Schema.String,
  /** What people read, where it is not the value: the name of a category or brand, the label of a choice. */
  label: Schema.String,
  /** Products that would be left if this were chosen in place of what is chosen of the same facet. */
  count: Schema.Int,
  /** The category above, for `category`. */
  parent: Schema.optionalKey(Schema.NullOr(Schema.String)),
  /** The highest price of the range in minor units, for `price`; `null` where it has none. */
  to: Schema.optionalKey(Schema.NullOr(Schema.Int))
}).annotate({ identifier: "FacetValue" })
export interface FacetValue extends Schema.Schema.Type<typeof FacetValue> {}

export const Facet = Schema.Struct({
  name: FacetName,
  /** Which option of products it is, such as `"Colour"`, where the facet is one; the code of an attribute. */
  option: Schema.NullOr(Schema.String),
  /** What an attribute is called, in a language. */
  title: Schema.optionalKey(Schema.String),
  /** In which unit the numbers of an attribute are. */
  unit: Schema.optionalKey(UnitName),
  /** Values with products, those with most first; prices and stars by their size. At most 100. */
  values: Schema.Array(FacetValue)
}).annotate({ identifier: "Facet" })
export interface Facet extends Schema.Schema.Type<typeof Facet> {}

/** So many products are counted for a facet. */
export const countedProducts = 10_000

/** Of a list that has more, so many are looked at, or a few more or less. */
export const sampledProducts = 500

export const Facets = Schema.Struct({
  /** Products that the list has, up to `countedProducts`. */
  total: Schema.Int,
  /**
   * Whether there were more products than are counted. Then counts are estimates of how many 10,000 products of the list have, from some 500 of them: rare
   * values may be missing, and counts may be up to a minute old. If it is `false`, every count is exact.
   */
  approximate: Schema.Boolean,
  /** What was searched for instead, as in `FoundProducts`. */
  correctedTo: Schema.NullOr(Schema.String),
  facets: Schema.Array(Facet)
}).annotate({ identifier: "Facets" })
export interface Facets extends Schema.Schema.Type<typeof Facets> {}
