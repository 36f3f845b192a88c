/**
 * Products and the records of a CSV file in Shopify's format.
 *
 * **Details**
 *
 * The first record of a product has its title, each further one with the same handle a variant or an image or both. So a
 * product is known when the next one begins, and only one is held in memory.
 *
 * A fault in the product's own cells fails all of its lines. A fault in the cells of a variant or an image fails that
 * line; a variant that it is about, as far as it says which, stays as it is.
 */
import * as Schema from "effect/Schema"
import * as Csv from "../kernel/Csv.ts"
import type { Currency } from "../kernel/Currency.ts"
import * as Money from "../kernel/Money.ts"
import * as Slug from "../kernel/Slug.ts"
import type { Attribute } from "./Attribute.ts"
import * as AttributeCells from "./AttributeCells.ts"
import type { CsvRow } from "./CsvRecords.ts"
import type { Product, ProductImage, VariantId } from "./Product.ts"
import type { CategoryPath, FileItem, VariantClue, VariantDraft } from "./ProductDraft.ts"
import { maximumVariants } from "./ProductEdit.ts"
import * as Cells from "./ShopifyCells.ts"
import type { Column, Header } from "./ShopifyColumns.ts"
import * as ShopifyColumns from "./ShopifyColumns.ts"
import * as ShopifyRecord from "./ShopifyRecord.ts"

/** Takes records one by one, and gives each product and each bad line as soon as it is known. */
export interface Reader {
  readonly read: (row: CsvRow) => ReadonlyArray<FileItem>
  /** The last product, when there are no more records. */
  readonly end: () => ReadonlyArray<FileItem>
}

/** The product whose records are being read. */
interface Open {
  readonly line: number
  readonly slug: string
  readonly title: string
  /** `undefined`: its own cells are bad, and so all of its lines. */
  readonly cells: ShopifyRecord.ProductCells | undefined
  readonly lines: Array<number>
  readonly variants: Array<VariantDraft>
  readonly images: Array<ShopifyRecord.PlacedImage>
  readonly keep: Array<VariantClue>
  keepAll: boolean
  /** The lines on which SKUs, option values and images stand. */
  readonly taken: Map<string, number>
}

const maximumImages = 250

const isSlug = Schema.is(Slug.Slug)

/** A reader of the records that follow a header. Prices are in `currency`. */
export const reader = (header: Header, currency: Currency): Reader => {
  let open: Open | undefined
  // the one thing that grows with the file: a product that came again would lose the variants of its first lines
  const handles = new Set<string>()
  const strange = new Map(header.strange)

  /** The columns of which this is the first line to say something that is kept nowhere. */
  const leftOut = (cells: ReadonlyArray<string>): ReadonlyArray<FileItem> => {
    const found: Array<FileItem> = []
    for (const [place, name] of strange) {
      if ((cells[place] ?? "").trim() === "") continue
      strange.delete(place)
      found.push({ leftOut: name })
    }
    return found
  }

  const close = (): ReadonlyArray<FileItem> => {
    const closed = open
    open = undefined
    if (closed?.cells === undefined) return []
    const { cells, images, keep, keepAll, lines, variants } = closed
    const pictures = inPlace(images)
    const fields = header.has("image") ? { ...cells.fields, images: pictures } : cells.fields
    return [{ product: { ...cells, fields, lines, variants: variants.map(called(pictures)), keep, keepAll } }]
  }

  const begin = (record: ShopifyRecord.CsvRecord, slug: string): ReadonlyArray<FileItem> => {
    const before = close()
    open = opened(record, slug)
    if (handles.has(slug)) {
      return [...before, bad(record, "has a handle that was there before; the lines of a product must stand together")]
    }
    const { faults, value } = ShopifyRecord.product(record, slug)
    if (faults.length > 0) return [...before, bad(record, faults.join("; "))]
    handles.add(slug)
    open = { ...open, cells: value }
    return [...before, ...take(open, record, currency)]
  }

  const go = (record: ShopifyRecord.CsvRecord, slug: string): ReadonlyArray<FileItem> => {
    const title = record.word("title")
    if (open?.slug !== slug) {
      return title === "" ? [bad(record, "has no title and belongs to no product above it")] : begin(record, slug)
    }
    if (open.cells === undefined) return [bad(record, `belongs to the product in line ${open.line}, which is bad`)]
    if (title === "" || title === open.title) return take(open, record, currency)
    lose(open, record)
    return [bad(record, `is another product with the handle of line ${open.line}`)]
  }

  /** A line of which it is not certain what stands in which cell. */
  const shifted = (record: ShopifyRecord.CsvRecord, slug: string | undefined): ReadonlyArray<FileItem> => {
    const item = bad(record, `has ${record.width} cells where the header has ${header.width}`)
    if (slug === undefined || slug === open?.slug || record.word("title") === "") {
      if (open !== undefined) open.keepAll = true
      return [item]
    }
    const before = close()
    open = opened(record, slug)
    return [...before, item]
  }

  return {
    read: (row) => {
      if (row.cells === undefined) {
        // nobody can say whether it is about a variant of the product above
        if (open !== undefined) open.keepAll = true
        return [{ bad: { line: row.line, handle: null, message: row.fault } }]
      }
      if (row.cells.every((cell) => cell.trim() === "")) return []
      const record = ShopifyRecord.make(header, row.cells, row.line)
      const slug = slugOf(record.word("handle"))
      if (record.width !== header.width) return shifted(record, slug)
      if (slug !== undefined) return [...leftOut(row.cells), ...go(record, slug)]
      if (open !== undefined) lose(open, record)
      return [bad(record, `${header.nameOf("handle")} is missing, or has neither letters nor digits`)]
    },
    end: close
  }
}

const bad = (record: ShopifyRecord.CsvRecord, message: string): FileItem => ({
  bad: { line: record.line, handle: record.word("handle") || null, message }
})

const opened = (record: ShopifyRecord.CsvRecord, slug: string): Open => ({
  line: record.line,
  slug,
  title: record.word("title"),
  cells: undefined,
  lines: [],
  variants: [],
  images: [],
  keep: [],
  keepAll: false,
  taken: new Map()
})

/** Takes the variant and the image of a record. */
const take = (product: Open, record: ShopifyRecord.CsvRecord, currency: Currency): ReadonlyArray<FileItem> => {
  const options = product.cells?.options
  const variant = ShopifyRecord.isVariant(record) ? ShopifyRecord.variant(record, options, currency) : undefined
  const image = ShopifyRecord.image(record)
  const shown = variant === undefined ? undefined : ShopifyRecord.variantImage(record)
  const keys: Array<string> = []
  const faults = [...(variant?.faults ?? []), ...(image?.faults ?? []), ...(shown?.faults ?? [])]
  const claim = (key: string, fault: string): void => {
    const line = product.taken.get(key)
    if (line !== undefined) faults.push(`${fault} line ${line}`)
    keys.push(key)
  }
  if (variant !== undefined) {
    const { optionValues, sku } = variant.value.fields
    if (typeof sku === "string") claim(`sku ${sku}`, "has the SKU of")
    if (optionValues !== undefined) {
      claim(
        `values ${JSON.stringify(optionValues)}`,
        optionValues.length === 0 ? "is one variant too many for a product without options, see" : "is the variant of"
      )
    }
    if (product.variants.length >= maximumVariants) faults.push(`a product has at most ${maximumVariants} variants`)
  }
  // made by hand, files often repeat the image of the product in the line of each variant
  const imageKey = `image ${image?.value.position} ${image?.value.url}`
  const newImage = image === undefined || product.taken.has(imageKey) ? undefined : image.value
  if (newImage !== undefined && product.images.length >= maximumImages) {
    faults.push(`a product has at most ${maximumImages} images`)
  }
  if (variant === undefined && image === undefined && record.line !== product.line) {
    faults.push("has neither a variant nor an image")
  }

  if (faults.length > 0) {
    if (variant !== undefined || image === undefined) lose(product, record)
    return [bad(record, faults.join("; "))]
  }
  for (const key of keys) product.taken.set(key, record.line)
  if (newImage !== undefined) {
    product.taken.set(imageKey, record.line)
    product.images.push(newImage)
  }
  if (variant !== undefined) product.variants.push(variant.value)
  product.lines.push(record.line)
  return []
}

/** Remembers which variant a bad line is about. */
const lose = (product: Open, record: ShopifyRecord.CsvRecord): void => {
  const clue = ShopifyRecord.clue(record, product.cells?.options)
  if (clue === undefined || product.keep.length >= maximumVariants) product.keepAll = true
  else product.keep.push(clue)
}

/** A variant whose picture is one of the product is called as that is. */
const called = (pictures: ReadonlyArray<ProductImage>) => (variant: VariantDraft): VariantDraft => {
  const { image } = variant.fields
  const known = image === undefined || image === null ? undefined : pictures.find(({ url }) => url === image.url)
  return known === undefined ? variant : { ...variant, fields: { ...variant.fields, image: known } }
}

const inPlace = (images: ReadonlyArray<ShopifyRecord.PlacedImage>): ReadonlyArray<ProductImage> =>
  images
    .toSorted((a, b) => (a.position ?? maximumPlace) - (b.position ?? maximumPlace))
    .map(({ alt, url }) => ({ url, alt }))

const maximumPlace = 1_000_000

/** Handles that Shopify allows and addresses here do not are made into ones that are. */
const slugOf = (handle: string): string | undefined => {
  if (isSlug(handle)) return handle
  return /[\p{L}\p{N}]/u.test(handle) ? Slug.fromText(handle) : undefined
}

/** A product as the records of a file, one for each variant and further ones for further images. */
export const toRecords = (
  product: Product,
  given: {
    /** The path of its main category. */
    readonly category: CategoryPath | undefined
    /** How many pieces of a variant can be sold. */
    readonly sellable: (variantId: VariantId) => number | undefined
    /** The attributes that have columns, in their order. */
    readonly attributes: ReadonlyArray<Attribute>
  }
): ReadonlyArray<ReadonlyArray<string>> =>
  Array.from({ length: Math.max(product.variants.length, product.images.length) }, (_, index) => {
    const variant = product.variants[index]
    const image = product.images[index]
    const cells: { readonly [Name in Column]?: string } = {
      handle: product.slug,
      ...(index === 0 ? productCells(product, given.category) : {}),
      ...(variant === undefined ? {} : variantCells(variant, given.sellable(variant.id))),
      ...(image === undefined ? {} : { image: image.url, imagePosition: String(index + 1), imageAlt: image.alt })
    }
    return [
      ...ShopifyColumns.all.map((column) => unguarded.has(column) ? cells[column] ?? "" : Csv.fromText(cells[column] ?? "")),
      ...given.attributes.map(({ code, of }) => {
        const who = of === "variant" ? variant : index === 0 ? product : undefined
        return Csv.fromText(AttributeCells.toCell(who?.attributes?.[code]))
      })
    ]
  })

/** The first record of a file. */
export const headerOf = (attributes: ReadonlyArray<Attribute>): ReadonlyArray<string> => [
  ...ShopifyColumns.all.map(ShopifyColumns.nameOf),
  ...attributes.map((attribute) => Csv.fromText(AttributeCells.nameOf(attribute)))
]

/** A number below zero begins with a minus and is no formula. */
const unguarded: ReadonlySet<Column> = new Set(["quantity"])

const productCells = (product: Product, category: CategoryPath | undefined): { readonly [Name in Column]?: string } => ({
  title: product.title,
  description: product.description,
  vendor: product.vendor ?? "",
  type: category === undefined ? "" : Cells.fromPath(category),
  tags: Cells.fromTags(product.tags),
  published: String(product.status === "active"),
  ...(product.options.length === 0
    ? { option1Name: "Title" }
    : Object.fromEntries(product.options.map(({ name }, index) => [`option${index + 1}Name`, name]))),
  giftCard: "false",
  seoTitle: product.seo.title ?? "",
  seoDescription: product.seo.description ?? "",
  taxCode: product.taxClass === "standard" ? "" : product.taxClass,
  status: product.status,
  shippingClass: product.shippingClass === "standard" ? "" : product.shippingClass
})

const variantCells = (
  variant: Product["variants"][number],
  sellable: number | undefined
): { readonly [Name in Column]?: string } => ({
  ...(variant.optionValues.length === 0
    ? { option1Value: "Default Title" }
    : Object.fromEntries(variant.optionValues.map((value, index) => [`option${index + 1}Value`, value]))),
  sku: variant.sku ?? "",
  grams: String(variant.weightGrams),
  tracker: variant.trackStock ? "shopify" : "",
  quantity: variant.trackStock ? String(sellable ?? 0) : "",
  policy: variant.backorderLimit > 0 ? "continue" : "deny",
  fulfilment: "manual",
  price: Money.toDecimal(variant.price),
  compareAtPrice: variant.compareAtPrice === null ? "" : Money.toDecimal(variant.compareAtPrice),
  requiresShipping: String(variant.requiresShipping),
  taxable: String(variant.taxable),
  barcode: variant.barcode ?? "",
  variantImage: variant.image?.url ?? "",
  weightUnit: "g",
  cost: variant.cost === null ? "" : Money.toDecimal(variant.cost)
})
