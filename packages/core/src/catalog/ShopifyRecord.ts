/**
 * The cells of one record of a product CSV file: what they say of a product, a variant and an image, and what is wrong
 * with them.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Csv from "../kernel/Csv.ts"
import type { Currency } from "../kernel/Currency.ts"
import * as Input from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import * as Text from "../kernel/Text.ts"
import type { AttributeSubject } from "./Attribute.ts"
import type { Said } from "./AttributeCells.ts"
import { Category, maximumDepth } from "./Category.ts"
import { Product, ProductImage, ProductOption, Seo, ShippingClass, TaxClass, Variant } from "./Product.ts"
import type { ProductDraft, VariantClue, VariantDraft } from "./ProductDraft.ts"
import * as Cells from "./ShopifyCells.ts"
import type { Column, Header } from "./ShopifyColumns.ts"

type Writable<A> = { -readonly [Key in keyof A]: A[Key] }

const optionColumns = [
  ["option1Name", "option1Value"],
  ["option2Name", "option2Value"],
  ["option3Name", "option3Value"]
] as const

const check = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decode = Schema.decodeUnknownResult(schema, { errors: "all" })
  return (cells: { readonly [Name in Column]?: unknown }, header: Header): ReadonlyArray<string> => {
    const result = decode(cells)
    return Result.isSuccess(result)
      ? []
      : Input.faultsOf(result.failure.issue).map(({ message, path }) =>
        `${header.nameOf(path[0] as Column)}: ${message}`
      )
  }
}

const optionName = Schema.optionalKey(ProductOption.fields.name)
const optionValue = Schema.optionalKey(Text.name(200))

const checkProduct = check(Schema.Struct({
  title: Product.fields.title,
  description: Product.fields.description,
  vendor: Product.fields.vendor,
  tags: Product.fields.tags,
  type: Schema.Array(Category.fields.name).check(Schema.isMaxLength(maximumDepth)),
  shippingClass: ShippingClass,
  seoTitle: Seo.fields.title,
  seoDescription: Seo.fields.description,
  option1Name: optionName,
  option2Name: optionName,
  option3Name: optionName
}))

const checkVariant = check(Schema.Struct({
  sku: Variant.fields.sku,
  barcode: Variant.fields.barcode,
  grams: Variant.fields.weightGrams,
  option1Value: optionValue,
  option2Value: optionValue,
  option3Value: optionValue
}))

const checkImage = check(Schema.Struct({ image: ProductImage.fields.url, imageAlt: ProductImage.fields.alt }))

const checkVariantImage = check(Schema.Struct({ variantImage: ProductImage.fields.url }))

const isTaxClass = Schema.is(TaxClass)

/** A record with its cells by column. */
export interface CsvRecord {
  readonly line: number
  readonly header: Header
  /** How many cells it has. */
  readonly width: number
  /** The text of a cell as it is. */
  readonly text: (column: Column) => string
  /** Without what surrounds it. */
  readonly word: (column: Column) => string
  /** What it says by attributes. */
  readonly attributes: (of: AttributeSubject) => Said
}

export const make = (header: Header, cells: ReadonlyArray<string>, line: number): CsvRecord => {
  const text = (column: Column) => Csv.toText(header.cell(cells, column))
  const attributes = (of: AttributeSubject) => header.attributes(cells, of)
  return { line, header, width: cells.length, text, word: (column) => text(column).trim(), attributes }
}

const missing = (column: Column, header: Header): string => `${header.nameOf(column)} is missing`

/** What the first record of a product says of the product itself. */
export type ProductCells = Pick<ProductDraft, "line" | "slug" | "fields" | "attributeCells" | "seo" | "categories" | "options">

/** Something that a record says, and all that is wrong with it. */
interface Read<A> {
  readonly value: A
  readonly faults: ReadonlyArray<string>
}

export const product = (record: CsvRecord, slug: string): Read<ProductCells> => {
  const { header, text, word } = record
  const faults: Array<string> = []
  const fields: Writable<ProductDraft["fields"]> = { title: word("title") }
  const seo: Writable<ProductDraft["seo"]> = {}
  if (header.has("description")) fields.description = text("description")
  if (header.has("vendor")) fields.vendor = word("vendor") || null
  if (header.has("tags")) fields.tags = Cells.toTags(text("tags"))
  if (header.has("seoTitle")) seo.title = text("seoTitle") || null
  if (header.has("seoDescription")) seo.description = text("seoDescription") || null
  if (header.has("taxCode")) {
    const taxClass = word("taxCode").toLowerCase()
    fields.taxClass = isTaxClass(taxClass) ? taxClass : "standard"
  }
  const shippingClass = word("shippingClass") || "standard"
  if (header.has("shippingClass")) fields.shippingClass = shippingClass
  const status = statusOf(record, faults)
  if (status !== undefined) fields.status = status
  if (booleanOf(record, "giftCard", faults) === true) faults.push("is a gift card, which cannot be imported")

  const path = word("type") === "" ? null : Cells.toPath(word("type"))
  const names = optionColumns.map(([name]) => word(name))
  const last = names.findLastIndex((name) => name !== "")
  names.slice(0, Math.max(0, last)).forEach((name, index) => {
    const column = optionColumns[index]?.[0]
    if (name === "" && column !== undefined) faults.push(missing(column, header))
  })
  const simple = last === -1
    || (last === 0 && names[0]?.toLowerCase() === "title" && word("option1Value").toLowerCase() === "default title")
  const options = simple ? [] : names.slice(0, last + 1).map((name) => ({ name }))
  faults.push(...checkProduct({
    title: fields.title,
    description: fields.description ?? "",
    vendor: fields.vendor ?? null,
    tags: fields.tags ?? [],
    type: path?.filter((name) => name !== "") ?? [],
    shippingClass,
    seoTitle: seo.title ?? null,
    seoDescription: seo.description ?? null,
    // an empty one is named as missing already
    ...Object.fromEntries(options.flatMap(({ name }, index) => name === "" ? [] : [[optionColumns[index]?.[0], name]]))
  }, header))
  if (path?.includes("") === true) faults.push(`${header.nameOf("type")} has a category without a name`)
  if (new Set(options.map(({ name }) => name.toLowerCase())).size < options.length) {
    faults.push("two options have the same name")
  }
  return {
    faults,
    value: {
      line: record.line,
      slug,
      fields,
      ...record.attributes("product"),
      seo,
      categories: header.has("type") ? { main: path } : undefined,
      options: header.has("option1Name") ? options : undefined
    }
  }
}

const statusOf = (record: CsvRecord, faults: Array<string>): Product["status"] | undefined => {
  const status = record.word("status").toLowerCase()
  if (status === "active" || status === "draft" || status === "archived") return status
  if (status !== "") faults.push(`${record.header.nameOf("status")} must be active, draft or archived`)
  const published = booleanOf(record, "published", faults)
  return published === undefined ? undefined : published ? "active" : "draft"
}

/** A record without any of these is about an image only. */
const variantColumns: ReadonlyArray<Column> = [
  "price",
  "sku",
  "barcode",
  "option1Value",
  "option2Value",
  "option3Value"
]

export const isVariant = ({ word }: CsvRecord): boolean => variantColumns.some((column) => word(column) !== "")

/** The variant of a record whose product has these options. */
export const variant = (
  record: CsvRecord,
  options: ProductCells["options"],
  currency: Currency
): Read<VariantDraft> => {
  const { header, word } = record
  const faults: Array<string> = []
  const fields: Writable<VariantDraft["fields"]> = {}

  const price = moneyOf(record, "price", currency, faults)
  if (price === null) faults.push(missing("price", header))
  else if (price !== undefined) fields.price = price
  const compareAtPrice = moneyOf(record, "compareAtPrice", currency, faults)
  if (header.has("compareAtPrice") && compareAtPrice !== undefined) fields.compareAtPrice = compareAtPrice
  const cost = moneyOf(record, "cost", currency, faults)
  if (header.has("cost") && cost !== undefined) fields.cost = cost

  if (header.has("sku")) fields.sku = word("sku") || null
  if (header.has("barcode")) fields.barcode = word("barcode") || null
  if (header.has("variantImage")) fields.image = word("variantImage") === "" ? null : { url: word("variantImage"), alt: "" }
  if (header.has("grams")) fields.weightGrams = gramsOf(record, faults)
  if (header.has("requiresShipping")) fields.requiresShipping = booleanOf(record, "requiresShipping", faults) ?? true
  if (header.has("taxable")) fields.taxable = booleanOf(record, "taxable", faults) ?? true
  if (header.has("tracker")) fields.trackStock = word("tracker") !== ""
  const backorders = backordersOf(record, faults)
  if (backorders === false) fields.backorderLimit = 0
  const pieces = piecesOf(record, faults)
  const sellable = fields.trackStock === false ? undefined : pieces
  if (sellable !== undefined && sellable < 0 && backorders === false) {
    faults.push(`${header.nameOf("quantity")} is below zero, but the variant is not sold when it is out of stock`)
  }
  if (options !== undefined) fields.optionValues = optionValuesOf(record, options.length, faults)
  faults.push(...checkVariant({
    sku: fields.sku ?? null,
    barcode: fields.barcode ?? null,
    grams: fields.weightGrams ?? 0,
    // an empty one is named as missing already
    ...Object.fromEntries((fields.optionValues ?? []).flatMap((value, index) =>
      value === "" ? [] : [[optionColumns[index]?.[1], value]]
    ))
  }, header))
  return {
    faults,
    value: {
      line: record.line,
      fields,
      ...record.attributes("variant"),
      ifNew: { trackStock: header.has("quantity") },
      backorders: backorders === true,
      sellable
    }
  }
}

/** What a record says of which variant it is about, `undefined` if nothing. */
export const clue = ({ word }: CsvRecord, options: ProductCells["options"]): VariantClue | undefined => {
  const sku = word("sku") || null
  const values = options?.map((_, index) => word(optionColumns[index]?.[1] ?? "option1Value"))
  const optionValues = values === undefined || values.includes("") ? null : values
  return sku === null && optionValues === null ? undefined : { sku, optionValues }
}

const optionValuesOf = (record: CsvRecord, options: number, faults: Array<string>): ReadonlyArray<string> => {
  const values = optionColumns.map(([, column]) => record.word(column))
  if (options === 0 && values[0]?.toLowerCase() === "default title") values[0] = ""
  optionColumns.forEach(([name, column], index) => {
    const { header } = record
    if (index < options && values[index] === "") faults.push(missing(column, header))
    if (index >= options && values[index] !== "") {
      faults.push(`${header.nameOf(column)} is there, but the product has no ${header.nameOf(name)}`)
    }
  })
  return values.slice(0, options)
}

/** An image with its place among those of its product, where it is said. */
export interface PlacedImage extends ProductImage {
  readonly position: number | undefined
}

/** The image of a record; `undefined` if it has none. */
export const image = (record: CsvRecord): Read<PlacedImage> | undefined => {
  const url = record.word("image")
  if (url === "") return undefined
  const alt = record.text("imageAlt")
  const position = record.word("imagePosition")
  const faults = [...checkImage({ image: url, imageAlt: alt }, record.header)]
  if (!/^\d{0,6}$/.test(position)) faults.push(`${record.header.nameOf("imagePosition")} must be a whole number`)
  return { faults, value: { url, alt, position: position === "" ? undefined : Number(position) } }
}

/** The picture that shows the variant of a record; `undefined` if it says none. */
export const variantImage = (record: CsvRecord): Read<PlacedImage> | undefined => {
  const url = record.word("variantImage")
  return url === "" ? undefined : { faults: checkVariantImage({ variantImage: url }, record.header), value: { url, alt: "", position: undefined } }
}

const booleanOf = (record: CsvRecord, column: Column, faults: Array<string>): boolean | undefined => {
  const word = record.word(column)
  const value = Cells.toBoolean(word)
  if (word !== "" && value === undefined) faults.push(`${record.header.nameOf(column)} must be true or false`)
  return value
}

/** `null` where the cell is empty, `undefined` where it is bad. */
const moneyOf = (
  record: CsvRecord,
  column: Column,
  currency: Currency,
  faults: Array<string>
): Money.Money | null | undefined => {
  const word = record.word(column)
  if (word === "") return null
  const money = Money.fromDecimal(word, currency)
  if (money !== undefined && money.amount >= 0) return money
  faults.push(`${record.header.nameOf(column)} must be an amount in ${currency} such as ${example(currency)}`)
  return undefined
}

const example = (currency: Currency): string => Money.toDecimal(Money.make(1999, currency))

/** Shopify converts pounds and ounces to grams, so they may have decimals. */
const gramsOf = (record: CsvRecord, faults: Array<string>): number => {
  const word = record.word("grams")
  if (word === "" || /^\d{1,9}(\.\d{1,20})?$/.test(word)) return Math.round(Number(word))
  faults.push(`${record.header.nameOf("grams")} must be a weight in grams`)
  return 0
}

const backordersOf = (record: CsvRecord, faults: Array<string>): boolean | undefined => {
  if (!record.header.has("policy")) return undefined
  const word = record.word("policy").toLowerCase()
  if (word === "" || word === "deny") return false
  if (word === "continue") return true
  const value = Cells.toBoolean(word)
  if (value === undefined) faults.push(`${record.header.nameOf("policy")} must be deny or continue`)
  return value
}

const piecesOf = (record: CsvRecord, faults: Array<string>): number | undefined => {
  const word = record.word("quantity")
  if (word === "") return undefined
  const pieces = /^-?\d{1,10}$/.test(word) ? Number(word) : Infinity
  if (Math.abs(pieces) <= 1_000_000_000) return pieces
  faults.push(`${record.header.nameOf("quantity")} must be a whole number`)
  return undefined
}
