/**
 * What lists are sorted by attributes: `"attribute.width"`, and `"-attribute.width"` for the greatest first.
 */
import * as Schema from "effect/Schema"
import type { Attribute } from "./Attribute.ts"
import { AttributeCode } from "./AttributeValues.ts"

/** The order of an attribute as it is written. */
export const AttributeSort = Schema.TemplateLiteral([Schema.Literals(["", "-"]), "attribute.", AttributeCode])
export type AttributeSort = typeof AttributeSort.Type

/** The order of what products say by an attribute. Those that say nothing come last, whichever way. */
export interface AttributeOrder {
  readonly id: string
  /** What is compared: numbers in the unit that their family is counted in and places of choices, days, or texts as titles are. */
  readonly by: "number" | "day" | "text"
  readonly descending: boolean
}

const compared: { readonly [type in Attribute["type"]]?: AttributeOrder["by"] } = {
  number: "number",
  choice: "number",
  date: "day",
  text: "text"
}

export const isByAttribute = (sort: string): sort is AttributeSort => /^-?attribute\./.test(sort)

/** The code of the attribute. */
export const codeOf = (sort: AttributeSort): string => sort.slice(sort.indexOf(".") + 1)

/** What a sort order means, or why lists have none of its name. */
export const resolve = (sort: AttributeSort, attributes: ReadonlyMap<string, Attribute>): AttributeOrder | string => {
  const code = codeOf(sort)
  const attribute = attributes.get(code)
  if (attribute === undefined) return `names ${code}, which is no attribute`
  if (attribute.of !== "product") return `names ${code}, which variants say and not products`
  const by = compared[attribute.type]
  return by === undefined
    ? `names ${code}, which is of the type ${attribute.type}; lists are sorted by ${Object.keys(compared).join(", ")}`
    : { id: attribute.id, by, descending: sort.startsWith("-") }
}
