/**
 * Attributes: what a shop says of its products beside their options, such as material, width or energy class, each with a type.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import { LanguageTag } from "../kernel/Language.ts"
import * as Page from "../kernel/Page.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { AttributeCode, AttributeValue } from "./AttributeValues.ts"
import { InLanguage, maximumLanguages, saidIn } from "./Translations.ts"
import { UnitFamily, UnitName } from "./Units.ts"

export const AttributeId = Id.define("attr", "AttributeId")
export type AttributeId = typeof AttributeId.Type

/** `choice`: one of the choices. `choices`: any number of them. A `number` may have a unit. */
export const AttributeType = Schema.Literals(["text", "long_text", "number", "boolean", "date", "choice", "choices", "colour"])
export type AttributeType = typeof AttributeType.Type

/** Whether products say it, or each of their variants. */
export const AttributeSubject = Schema.Literals(["product", "variant"])
export type AttributeSubject = typeof AttributeSubject.Type

/** What a colour is written as. */
export const colour = /^#[0-9a-f]{6}$/

export const AttributeChoice = Schema.Struct({
  code: AttributeCode,
  /** What people read. */
  label: name(200),
  /** `#rrggbb`, for whoever shows choices as colours. */
  colour: Schema.optionalKey(Schema.String.check(Schema.isPattern(colour, { expected: "a colour, such as #1e90ff" })))
}).annotate({ identifier: "AttributeChoice" })
export interface AttributeChoice extends Schema.Schema.Type<typeof AttributeChoice> {}

export const AttributeTranslation = Schema.Struct({
  title: Schema.optionalKey(name(200)),
  /** Labels by the codes of choices. */
  choices: Schema.optionalKey(Schema.Record(AttributeCode, name(200)).check(Schema.isMaxProperties(500)))
})

export const AttributeTranslations = Schema.Record(LanguageTag, AttributeTranslation).check(
  Schema.isMaxProperties(maximumLanguages)
).annotate({ identifier: "AttributeTranslations" })
export type AttributeTranslations = typeof AttributeTranslations.Type

const fields = {
  /** It stays; values, filters and files name the attribute by it. */
  code: AttributeCode,
  title: name(200),
  type: AttributeType,
  of: AttributeSubject,
  /** What a number measures; `null` where it is a number alone. */
  unitFamily: Schema.NullOr(UnitFamily),
  /** In which unit a number is shown, and meant where it is given without one. */
  unit: Schema.NullOr(UnitName),
  /** In the order in which they are shown. */
  choices: Schema.Array(AttributeChoice).check(Schema.isMaxLength(500)),
  /** Whether what is made from now on must say it. */
  required: Schema.Boolean,
  /** Whether lists can be narrowed down to its values, which they then count. */
  filterable: Schema.Boolean,
  /** Whether a search finds products by its values. */
  searchable: Schema.Boolean,
  /** Whether buyers see it. */
  shown: Schema.Boolean,
  /** Its place among the attributes: by ascending position, then by code. */
  position: Schema.Int.check(Schema.isBetween({ minimum: -1_000_000_000, maximum: 1_000_000_000 })),
  /** What it is called in more languages than that of the store. */
  translations: AttributeTranslations
} as const

export const Attribute = Schema.Struct({
  id: AttributeId,
  ...fields,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Attribute" })
export interface Attribute extends Schema.Schema.Type<typeof Attribute> {}

const optional = {
  unit: Schema.optionalKey(fields.unit),
  choices: Schema.optionalKey(fields.choices),
  required: Schema.optionalKey(fields.required),
  filterable: Schema.optionalKey(fields.filterable),
  searchable: Schema.optionalKey(fields.searchable),
  shown: Schema.optionalKey(fields.shown),
  position: Schema.optionalKey(fields.position),
  translations: Schema.optionalKey(fields.translations)
} as const

/** A new attribute: of products, shown, and neither required nor filterable nor searchable unless it says otherwise. */
export const CreateAttribute = Schema.Struct({
  code: fields.code,
  title: fields.title,
  type: fields.type,
  of: Schema.optionalKey(fields.of),
  unitFamily: Schema.optionalKey(fields.unitFamily),
  ...optional
}).annotate({ identifier: "CreateAttribute" })
export interface CreateAttribute extends Schema.Schema.Type<typeof CreateAttribute> {}

/** Changes to an attribute; what is left out stays. Code, type, family of units and whose it is stay for good. */
export const UpdateAttribute = Schema.Struct({
  title: Schema.optionalKey(fields.title),
  ...optional,
  /** The version that the change is based on; without it the change applies to whatever is there. */
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateAttribute" })
export interface UpdateAttribute extends Schema.Schema.Type<typeof UpdateAttribute> {}

export const ListAttributes = Schema.Struct({ ...Page.PageRequest, ...InLanguage.fields }).annotate({
  identifier: "ListAttributes"
})
export interface ListAttributes extends Schema.Schema.Type<typeof ListAttributes> {}

/** What a product says by one attribute, as its page shows it. */
export const Specification = Schema.Struct({
  code: AttributeCode,
  title: Schema.String,
  type: AttributeType,
  value: AttributeValue,
  /** What people read: of choices their labels, of a number the unit as well. */
  labels: Schema.Array(Schema.String),
  /** `false`: only staff see it. */
  shown: Schema.Boolean
}).annotate({ identifier: "Specification" })
export interface Specification extends Schema.Schema.Type<typeof Specification> {}

/** What an attribute says of itself beside a value. */
export type Described = Pick<Attribute, "code" | "title" | "type" | "choices" | "translations" | "shown">

/** The label of a choice in a language; the code where there is none any more. */
export const labelOf = (
  { choices, translations }: Pick<Attribute, "choices" | "translations">,
  code: string,
  language: string | undefined
): string => {
  const said = saidIn(translations, language)?.choices
  return (said !== undefined && Object.hasOwn(said, code) ? said[code] : undefined)
    ?? choices.find((choice) => choice.code === code)?.label ?? code
}

export const titleOf = ({ title, translations }: Pick<Attribute, "title" | "translations">, language: string | undefined): string =>
  saidIn(translations, language)?.title ?? title

/** A value as a page shows it. */
export const specify = (attribute: Described, value: AttributeValue, language: string | undefined): Specification => ({
  code: attribute.code,
  title: titleOf(attribute, language),
  type: attribute.type,
  value,
  labels: labels(attribute, value, language),
  shown: attribute.shown
})

const labels = (attribute: Described, value: AttributeValue, language: string | undefined): ReadonlyArray<string> => {
  if (typeof value === "boolean" || typeof value === "number") return [String(value)]
  if (typeof value === "string") return [attribute.type === "choice" ? labelOf(attribute, value, language) : value]
  return "amount" in value
    ? [`${value.amount} ${value.unit}`]
    : value.map((code) => labelOf(attribute, code, language))
}

/** An attribute as it is shown in a language. */
export const inLanguage = (attribute: Attribute, language: string | undefined): Attribute => ({
  ...attribute,
  title: titleOf(attribute, language),
  choices: attribute.choices.map((choice) => ({ ...choice, label: labelOf(attribute, choice.code, language) }))
})
