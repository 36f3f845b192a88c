/**
 * Why a part of an input is refused, as a word that stays the same, with the figures of the rule: what a client says it with in the
 * language of who reads it. Rules that come with schemas are known by what they are; a rule of our own says its word in the
 * annotation `fault` of its check. Where a rule has none, only its message tells it.
 */
import type * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"

/** A word for a rule and its figures, such as `{ code: "too_long", params: { maximum: 200 } }`. */
export interface FaultCode {
  readonly code: string
  readonly params?: Readonly<Record<string, Schema.Json>>
}

/** How many of the values that there are to choose from are named. */
const maximumChoices = 50

const lower = ["minimum", "minLength", "minCodePoints", "minSize", "minProperties"]
const upper = ["maximum", "maxLength", "maxCodePoints", "maxSize", "maxProperties"]

type Payload = Readonly<Record<string, unknown>>

const numberOf = (payload: Payload, names: ReadonlyArray<string>): number | undefined => {
  const found = names.map((name) => payload[name]).find((value) => typeof value === "number")
  return typeof found === "number" ? found : undefined
}

/** The figures of a rule that has an end below, above, or both. */
const ends = (payload: Payload): Readonly<Record<string, number>> => {
  const figures = {
    minimum: numberOf(payload, lower),
    maximum: numberOf(payload, upper),
    above: numberOf(payload, ["exclusiveMinimum"]),
    below: numberOf(payload, ["exclusiveMaximum"])
  }
  return Object.fromEntries(Object.entries(figures).filter((entry): entry is [string, number] => entry[1] !== undefined))
}

/** Rules about how much there is of something, and what there is too little or too much of. */
const measured = (id: string, payload: Payload, isList: boolean): FaultCode | undefined => {
  const params = ends(payload)
  const [small, large, other] = !/Length|CodePoints|Size|Properties/.test(id)
    ? ["too_small", "too_large", "out_of_range"] as const
    : isList || !/Length|CodePoints/.test(id)
    ? ["too_few", "too_many", "wrong_count"] as const
    : ["too_short", "too_long", "wrong_length"] as const
  const hasLower = "minimum" in params || "above" in params
  const hasUpper = "maximum" in params || "below" in params
  if (!hasLower && !hasUpper) return undefined
  return { code: hasLower && hasUpper ? other : hasLower ? small : large, params }
}

const named: Readonly<Record<string, string>> = {
  isInt: "not_whole",
  isFinite: "not_a_number",
  isStringFinite: "not_a_number",
  isUnique: "duplicate",
  isUniqueKey: "duplicate",
  isPattern: "format"
}

const ofRule = ({ annotations }: SchemaAST.Check<never>, isList: boolean): FaultCode | undefined => {
  const fault = annotations?.["fault"]
  if (typeof fault === "string") return { code: fault }
  const representation = annotations?.["representation"] as { readonly id?: unknown; readonly payload?: unknown } | undefined
  if (typeof representation?.id !== "string") return undefined
  const id = representation.id.slice(representation.id.lastIndexOf("/") + 1)
  const code = named[id]
  if (code !== undefined) return { code }
  const { payload } = representation
  return typeof payload === "object" && payload !== null ? measured(id, payload as Payload, isList) : undefined
}

const choicesOf = (ast: SchemaAST.AST): ReadonlyArray<Schema.Json> | undefined => {
  if (SchemaAST.isLiteral(ast)) return typeof ast.literal === "bigint" ? undefined : [ast.literal]
  if (!SchemaAST.isUnion(ast)) return undefined
  const all = ast.types.flatMap((type) => SchemaAST.isNull(type) ? [] : [choicesOf(type)])
  return all.every((one) => one !== undefined) ? all.flat() : undefined
}

const ofType = (ast: SchemaAST.AST): FaultCode | undefined => {
  const choices = choicesOf(ast)
  if (choices !== undefined && choices.length > 0) return { code: "not_a_choice", params: { choices: choices.slice(0, maximumChoices) } }
  if (SchemaAST.isNumber(ast)) return { code: "not_a_number" }
  if (SchemaAST.isString(ast)) return { code: "not_text" }
  if (SchemaAST.isBoolean(ast)) return { code: "not_yes_or_no" }
  if (SchemaAST.isArrays(ast)) return { code: "not_a_list" }
  if (SchemaAST.isObjects(ast)) return { code: "not_an_object" }
  return undefined
}

/**
 * The word for what an issue says; `undefined` where only its message does.
 *
 * @param within the schema that the rule belongs to: of a list too little is not what it is of a text
 */
export const of = (issue: SchemaIssue.Issue, within: SchemaAST.AST | undefined): FaultCode | undefined => {
  switch (issue._tag) {
    case "MissingKey":
      return { code: "missing" }
    case "UnexpectedKey":
      return { code: "unknown_field" }
    case "InvalidType":
    case "AnyOf":
      return ofType(issue.ast)
    case "Filter":
      // a rule that names the place of what it refuses says something else of each
      return issue.issue._tag === "InvalidValue"
        ? ofRule(issue.filter, within !== undefined && SchemaAST.isArrays(within))
        : undefined
    default:
      return undefined
  }
}
