/**
 * What buyers think of a product, in figures.
 */
import * as Schema from "effect/Schema"

/** The published reviews of a product in figures. */
export const ProductRating = Schema.Struct({
  count: Schema.Int,
  /** The mean of the stars with two decimals, half up; `null` without reviews. */
  average: Schema.NullOr(Schema.Finite),
  /** How many gave one star, two, three, four, five. */
  stars: Schema.Tuple([Schema.Int, Schema.Int, Schema.Int, Schema.Int, Schema.Int])
}).annotate({ identifier: "ProductRating" })
export interface ProductRating extends Schema.Schema.Type<typeof ProductRating> {}

/** The figures of so many reviews with one, two, three, four and five stars. */
export const ratingOf = (stars: ProductRating["stars"]): ProductRating => {
  const count = stars.reduce((sum, one) => sum + one, 0)
  const sum = stars.reduce((sum, one, index) => sum + one * (index + 1), 0)
  return { count, average: count === 0 ? null : Math.round((sum * 100) / count) / 100, stars }
}

/** As a list shows it. */
export const RatingSummary = Schema.Struct({
  count: ProductRating.fields.count,
  average: ProductRating.fields.average
}).annotate({ identifier: "RatingSummary" })
