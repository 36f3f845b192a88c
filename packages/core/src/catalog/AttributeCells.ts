/**
 * What products say by attributes as cells of a product CSV file, in columns that are named as Shopify names those of metafields.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Fault } from "../kernel/Input.ts"
import type { Attribute, AttributeSubject } from "./Attribute.ts"
import { AttributeValue } from "./AttributeValues.ts"
import * as Cells from "./ShopifyCells.ts"

/** A column of a file that is about an attribute. */
export interface AttributeColumn {
  readonly of: AttributeSubject
  readonly code: string
}

/** What the cells of a line say of a product or of a variant, as it stands there, by the codes of attributes. */
export type AttributeCells = Readonly<Record<string, string>>

/** What a line says in cells about attributes, before these are known. */
export interface Said {
  readonly attributeCells?: AttributeCells
}

const columnName = /\((product|variant)\.metafields\.[a-z0-9_-]+\.([a-z0-9_-]+)\)$/i

/** `"Width (product.metafields.custom.width)"` */
export const nameOf = ({ code, of, title }: Pick<Attribute, "code" | "of" | "title">): string =>
  `${title} (${of}.metafields.custom.${code})`

/** Which attribute a column is about, `undefined` if it is about none. Shopify's own keys have hyphens where codes have underscores. */
export const columnOf = (name: string): AttributeColumn | undefined => {
  const [, of, key] = columnName.exec(name.trim()) ?? []
  return of === undefined || key === undefined
    ? undefined
    : { of: of.toLowerCase() === "variant" ? "variant" : "product", code: key.toLowerCase().replaceAll("-", "_") }
}

/** Several choices have semicolons between them, and a number its unit behind it: `"40 cm"`. */
export const toCell = (value: AttributeValue | undefined): string => {
  if (value === undefined) return ""
  if (typeof value === "object") return "amount" in value ? `${value.amount} ${value.unit}` : value.join("; ")
  return String(value)
}

const measured = /^(-?\d+(?:\.\d+)?)\s*(\D.*)?$/

/** A choice by its code, or by its label whatever its capitals. */
const choiceOf = ({ choices }: Pick<Attribute, "choices">, word: string): string =>
  choices.find(({ code }) => code === word)?.code
    ?? choices.find(({ label }) => label.toLowerCase() === word.toLowerCase())?.code
    ?? word

/** What a cell says, by the type of its attribute; where it does not fit, something that no attribute of the type keeps. */
const fromCell = (attribute: Pick<Attribute, "type" | "choices">, cell: string): unknown => {
  const word = cell.trim()
  switch (attribute.type) {
    case "number": {
      const [, amount, unit] = measured.exec(word) ?? []
      if (amount === undefined) return word
      return unit === undefined ? Number(amount) : { amount: Number(amount), unit }
    }
    case "boolean":
      return Cells.toBoolean(word) ?? word
    case "choice":
      return choiceOf(attribute, word)
    case "choices":
      return [...new Set(word.split(";").map((one) => one.trim()).filter((one) => one !== ""))].map((one) => choiceOf(attribute, one))
    default:
      return cell
  }
}

const decode = Schema.decodeUnknownResult(AttributeValue)

/**
 * The changes that cells make. An empty cell takes a value away, unless it is required: then it says nothing. A column that is about
 * no attribute of the store is left out, as any column that nobody knows.
 */
export const changesOf = (
  known: ReadonlyMap<string, Attribute>,
  cells: AttributeCells,
  path: ReadonlyArray<string | number>
): { readonly changes: Readonly<Record<string, AttributeValue | null>>; readonly faults: ReadonlyArray<Fault> } => {
  const changes: Record<string, AttributeValue | null> = {}
  const faults: Array<Fault> = []
  for (const [code, cell] of Object.entries(cells)) {
    const attribute = known.get(code)
    if (attribute === undefined) continue
    if (cell.trim() === "") {
      if (!attribute.required) changes[code] = null
      continue
    }
    const value = decode(fromCell(attribute, cell))
    if (Result.isSuccess(value)) changes[code] = value.success
    else faults.push({ path: [...path, code], message: `is not what the ${attribute.type} of the attribute can be`, code: "not_valid" })
  }
  return { changes, faults }
}
