/**
 * The columns of Shopify's product CSV format: their names, old and new, and where they stand in a file.
 */
import * as Csv from "../kernel/Csv.ts"
import type { AttributeSubject } from "./Attribute.ts"
import * as AttributeCells from "./AttributeCells.ts"

/** What a column is about, with its name in an export first and the other names that Shopify has given it. */
const names = {
  handle: ["Handle", "URL handle"],
  title: ["Title"],
  description: ["Body (HTML)", "Body HTML", "Description"],
  vendor: ["Vendor"],
  type: ["Type", "Custom Product Type"],
  tags: ["Tags"],
  published: ["Published", "Published on online store"],
  option1Name: ["Option1 Name"],
  option1Value: ["Option1 Value"],
  option2Name: ["Option2 Name"],
  option2Value: ["Option2 Value"],
  option3Name: ["Option3 Name"],
  option3Value: ["Option3 Value"],
  sku: ["Variant SKU", "SKU"],
  grams: ["Variant Grams", "Weight value (grams)"],
  tracker: ["Variant Inventory Tracker", "Inventory tracker"],
  quantity: ["Variant Inventory Qty", "Inventory quantity"],
  policy: ["Variant Inventory Policy", "Continue selling when out of stock"],
  fulfilment: ["Variant Fulfillment Service", "Fulfillment service"],
  price: ["Variant Price", "Price"],
  compareAtPrice: ["Variant Compare At Price", "Compare-at price", "Compare At Price"],
  requiresShipping: ["Variant Requires Shipping", "Requires shipping"],
  taxable: ["Variant Taxable", "Charge tax"],
  barcode: ["Variant Barcode", "Barcode", "Barcodes"],
  image: ["Image Src", "Product image URL"],
  imagePosition: ["Image Position"],
  imageAlt: ["Image Alt Text"],
  giftCard: ["Gift Card"],
  seoTitle: ["SEO Title"],
  seoDescription: ["SEO Description"],
  variantImage: ["Variant Image", "Variant image URL"],
  weightUnit: ["Variant Weight Unit", "Weight unit for display"],
  taxCode: ["Variant Tax Code", "Tax code"],
  cost: ["Cost per item"],
  status: ["Status"],
  // a column of our own: Shopify keeps the like in profiles of the shop
  shippingClass: ["Shipping Class"]
} as const

export type Column = keyof typeof names

/** Every column, in the order of an export. */
export const all = Object.keys(names) as ReadonlyArray<Column>

/** The name of a column in an export. */
export const nameOf = (column: Column): string => names[column][0]

const required: ReadonlyArray<Column> = ["handle", "title", "price"]

const columnsByName: ReadonlyMap<string, Column> = new Map(
  all.flatMap((column) => names[column].map((name) => [name.toLowerCase(), column] as const))
)

/** Where the columns of a file stand. */
export interface Header {
  /** How many cells a record has. */
  readonly width: number
  readonly has: (column: Column) => boolean
  /** The cell of a column, as it stands there; empty where the file does not have the column. */
  readonly cell: (cells: ReadonlyArray<string>, column: Column) => string
  /** What the file calls a column. */
  readonly nameOf: (column: Column) => string
  /** The cells about attributes of products or of variants, where the file has columns of these. */
  readonly attributes: (cells: ReadonlyArray<string>, of: AttributeSubject) => AttributeCells.Said
  /** The columns that are none of the format and about no attribute: what the file calls them, by their places. */
  readonly strange: ReadonlyMap<number, string>
  /** The names of the columns without which a file cannot be imported. */
  readonly missing: ReadonlyArray<string>
}

/** Reads the first record of a file. Columns stand in any order, capitals do not matter, and unknown ones are left out. */
export const header = (cells: ReadonlyArray<string>): Header => {
  const places = new Map<Column, number>()
  const attributes = { product: new Map<string, number>(), variant: new Map<string, number>() }
  const strange = new Map<number, string>()
  cells.forEach((cell, place) => {
    const column = columnsByName.get(cell.trim().replace(/\s+/g, " ").toLowerCase())
    if (column !== undefined && !places.has(column)) places.set(column, place)
    const about = AttributeCells.columnOf(cell)
    if (about !== undefined && !attributes[about.of].has(about.code)) attributes[about.of].set(about.code, place)
    if (column === undefined && about === undefined && cell.trim() !== "") strange.set(place, cell.trim())
  })
  return {
    width: cells.length,
    has: (column) => places.has(column),
    cell: (record, column) => record[places.get(column) ?? -1] ?? "",
    nameOf: (column) => cells[places.get(column) ?? -1]?.trim() ?? nameOf(column),
    attributes: (record, of) =>
      attributes[of].size === 0
        ? {}
        : { attributeCells: Object.fromEntries(Array.from(attributes[of], ([code, place]) => [code, Csv.toText(record[place] ?? "")])) },
    strange,
    missing: required.filter((column) => !places.has(column)).map(nameOf)
  }
}
