import * as Schema from "effect/Schema"
import { CategoryId } from "../catalog/Category.ts"
import { ProductId } from "../catalog/Product.ts"

/** Help while somebody types: a few of each, the best first. */
export const Suggestions = Schema.Struct({
  /** The text with its last word completed, by words of titles that are for sale. */
  words: Schema.Array(Schema.String),
  /** Active products whose titles have what was typed. */
  products: Schema.Array(Schema.Struct({ id: ProductId, slug: Schema.String, title: Schema.String })),
  /** Categories whose names have what was typed. */
  categories: Schema.Array(Schema.Struct({ id: CategoryId, slug: Schema.String, name: Schema.String }))
}).annotate({ identifier: "Suggestions" })
export interface Suggestions extends Schema.Schema.Type<typeof Suggestions> {}
