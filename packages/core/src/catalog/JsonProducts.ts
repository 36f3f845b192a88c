/**
 * Products as JSON: one object on each line (JSON Lines), or an array of objects.
 *
 * **Details**
 *
 * An object is what `Catalog.createProduct` takes, with two differences, so that it means the same in another store and
 * at another time: categories are named by their paths from the root down, `[["Kitchen", "Knives"]]`, and `stock` is how
 * many pieces can be sold.
 *
 * A line that is broken is named, and the next one is read. In an array the end of a broken object can only be guessed:
 * the next line that begins as it did begins another object.
 */
import type { Buffer } from "node:buffer"
import { TextDecoder } from "node:util"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Input from "../kernel/Input.ts"
import * as Slug from "../kernel/Slug.ts"
import { ImportRefused } from "./CatalogFilesErrors.ts"
import { Category, maximumDepth } from "./Category.ts"
import { CreateProduct, CreateVariant, OutsideImage, type Product, type VariantId } from "./Product.ts"
import type { CategoryPath, FileItem, VariantDraft } from "./ProductDraft.ts"
import { maximumVariants } from "./ProductEdit.ts"

/** The text of one object, or a line that is none. */
export type JsonRow =
  | { readonly line: number; readonly text: string; readonly fault?: never }
  | { readonly line: number; readonly text?: never; readonly fault: string }

const largestObject = 4_000_000

interface Splitter {
  readonly read: (text: string) => ReadonlyArray<JsonRow>
  readonly end: () => ReadonlyArray<JsonRow>
}

/** The objects of a file. Memory holds one piece of the file and at most one object, of four million characters. */
export const read = async function*(bytes: AsyncIterable<Buffer>): AsyncGenerator<JsonRow> {
  const decoder = new TextDecoder()
  let splitter: Splitter | undefined
  let before = ""
  for await (const piece of bytes) {
    const text = decoder.decode(piece, { stream: true })
    if (splitter !== undefined) {
      yield* splitter.read(text)
      continue
    }
    before += text
    const first = before.trimStart()[0]
    if (first === undefined && before.length < largestObject) continue
    if (first !== "[" && first !== "{") {
      throw new ImportRefused({
        reason: "not_json",
        missing: [],
        detail: "The file is neither an array of products nor one product on each line"
      })
    }
    splitter = first === "[" ? array() : lines()
    yield* splitter.read(before)
  }
  if (splitter === undefined) throw new ImportRefused({ reason: "empty", missing: [], detail: "The file is empty" })
  yield* splitter.end()
}

const lines = (): Splitter => {
  let line = 1
  let held = ""
  let tooLong = false
  const take = (text: string): ReadonlyArray<JsonRow> => {
    const row: JsonRow = tooLong ? { line, fault: "is longer than four million characters" } : { line, text }
    line += 1
    tooLong = false
    return text.trim() === "" && row.fault === undefined ? [] : [row]
  }
  return {
    read: (text) => {
      const parts = text.split("\n")
      const last = parts.pop() ?? ""
      const rows = parts.flatMap((part, index) => take(index === 0 ? held + part : part))
      held = parts.length === 0 ? held + last : last
      if (held.length > largestObject) {
        tooLong = true
        held = ""
      }
      return rows
    },
    end: () => take(held)
  }
}

const array = (): Splitter => {
  let state: "before" | "between" | "inside" | "lost" | "after" = "before"
  let line = 1
  let column = 0
  /** Whether there were only spaces on this line so far. */
  let blank = true
  let began = { line: 0, column: 0 }
  let depth = 0
  let inText = false
  let escaped = false
  let held = ""

  return {
    read: (text) => {
      const rows: Array<JsonRow> = []
      /** Where the current object begins in this text. */
      let from = 0
      const begin = (at: number): void => {
        state = "inside"
        began = { line, column }
        depth = 0
        inText = false
        escaped = false
        held = ""
        from = at
      }
      const finish = (to: number): void => {
        rows.push({ line: began.line, text: held + text.slice(from, to) })
        state = "between"
      }
      const lose = (fault: string): void => {
        rows.push({ line: began.line, fault })
        state = "lost"
        held = ""
      }

      for (let at = 0; at < text.length; at++) {
        const char = text[at] as string
        if (state === "before") {
          if (char === "[") state = "between"
        } else if (state === "between") {
          if (char === "]") state = "after"
          else if (char !== "," && !isSpace(char)) begin(at)
        } else if (state === "lost") {
          if (char === "{" && blank && column === began.column) begin(at)
        } else if (state === "after" && !isSpace(char)) {
          began = { line, column: -1 }
          lose("stands behind the end of the array")
        }

        if (state === "inside") {
          if (inText) {
            if (escaped) escaped = false
            else if (char === "\\") escaped = true
            else if (char === "\"") inText = false
            else if (char === "\n") lose("has a text whose quote is not closed")
          } else if (char === "\"") {
            inText = true
          } else if (char === "{" || char === "[") {
            depth += 1
          } else if (char === "}" || char === "]") {
            depth -= 1
            if (depth === 0) finish(at + 1)
            if (depth < 0) {
              finish(at)
              state = "after"
            }
          } else if (char === "," && depth === 0) {
            finish(at)
          }
        }

        if (char === "\n") {
          line += 1
          column = 0
          blank = true
        } else {
          column += 1
          blank = blank && isSpace(char)
        }
      }
      if (state === "inside") {
        held += text.slice(from)
        if (held.length > largestObject) lose("is longer than four million characters, or is not closed")
      }
      return rows
    },
    end: () => {
      if (state === "inside") return [{ line: began.line, fault: "is not closed, and nothing behind it was read" }]
      return state === "between" ? [{ line, fault: "the array is not closed" }] : []
    }
  }
}

const isSpace = (char: string): boolean => char === " " || char === "\n" || char === "\r" || char === "\t"

const { brandId: _brand, categoryIds: _, images: _images, variants: _variants, vendorId: _vendor, ...productFields } = CreateProduct.fields

/** A product in a file. */
export const JsonProduct = Schema.Struct({
  ...productFields,
  images: Schema.optionalKey(Schema.Array(OutsideImage).check(Schema.isMaxLength(250))),
  categories: Schema.optionalKey(
    Schema.Array(Schema.Array(Category.fields.name).check(Schema.isMinLength(1), Schema.isMaxLength(maximumDepth)))
      .check(Schema.isMaxLength(100))
  ),
  variants: Schema.Array(Schema.Struct({
    ...CreateVariant.fields,
    image: Schema.optionalKey(Schema.NullOr(OutsideImage)),
    stock: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: -1_000_000_000, maximum: 1_000_000_000 })))
  })).check(Schema.isMinLength(1), Schema.isMaxLength(maximumVariants))
}).annotate({ identifier: "JsonProduct" })
export interface JsonProduct extends Schema.Schema.Type<typeof JsonProduct> {}

const decode = Schema.decodeUnknownResult(JsonProduct, { errors: "all", onExcessProperty: "error" })

/** What a product has in answers of the catalog besides; it means nothing in another store. */
const ofProducts = ["id", "version", "alternates", "createdAt", "updatedAt", "categoryIds", "brandId", "vendorId", "specifications"]
const ofImages = ["mediaId", "width", "height", "altTexts", "renditions"]
const ofVariants = ["id", "productId", "title", "position", "available", "specifications"]

const without = (value: unknown, names: ReadonlyArray<string>): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
    : value

const cleanedVariant = (value: unknown): unknown => {
  const variant = without(value, ofVariants)
  return typeof variant === "object" && variant !== null && "image" in variant
    ? { ...variant, image: without(variant.image, ofImages) }
    : variant
}

const cleaned = (value: unknown): unknown => {
  const product = without(value, ofProducts)
  if (typeof product !== "object" || product === null) return product
  return {
    ...product,
    ...("images" in product && Array.isArray(product.images)
      ? { images: product.images.map((image) => without(image, ofImages)) }
      : {}),
    ...("variants" in product && Array.isArray(product.variants)
      ? { variants: product.variants.map(cleanedVariant) }
      : {})
  }
}

/** Reads the objects one by one. */
export const reader = (): (row: JsonRow) => FileItem => {
  // the one thing that grows with the file: of two products with one slug the second would undo the first
  const slugs = new Set<string>()
  return (row) => {
    const bad = (handle: string | null, message: string): FileItem => ({ bad: { line: row.line, handle, message } })
    if (row.text === undefined) return bad(null, row.fault)
    const value = parse(row.text)
    if (value === undefined) return bad(null, "is not JSON")
    const decoded = decode(cleaned(value))
    if (Result.isFailure(decoded)) {
      const slug = typeof value === "object" && value !== null && "slug" in value ? value.slug : null
      const faults = Input.faultsOf(decoded.failure.issue)
      return bad(
        typeof slug === "string" ? slug : null,
        faults.slice(0, 10).map(({ message, path }) => path.length === 0 ? message : `${path.join(".")}: ${message}`)
          .join("; ")
      )
    }
    const item = toDraft(decoded.success, row.line)
    if (slugs.has(item.product.slug)) return bad(item.product.slug, "has a slug that was there before")
    slugs.add(item.product.slug)
    return item
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const toDraft = (product: JsonProduct, line: number): FileItem & { readonly product: object } => {
  const { categories, options, seo, slug, title, variants, ...fields } = product
  return {
    product: {
      line,
      lines: [line],
      slug: slug ?? Slug.fromText(title),
      fields: { ...fields, title },
      seo: seo ?? {},
      categories: categories === undefined ? undefined : { all: categories.map((path) => path.map(trim)) },
      options: options?.map(({ name, values }) => ({ name: name.trim(), values: values.map(trim) })),
      variants: variants.map(({ stock, ...variant }): VariantDraft => ({
        line,
        fields: {
          ...variant,
          ...(variant.sku === undefined ? {} : { sku: variant.sku?.trim() ?? null }),
          ...(variant.optionValues === undefined ? {} : { optionValues: variant.optionValues.map(trim) })
        },
        ifNew: {},
        backorders: false,
        sellable: stock
      })),
      keep: [],
      keepAll: false
    }
  }
}

const trim = (text: string): string => text.trim()

/** A product as a line of a file. */
export const toLine = (
  product: Product,
  given: {
    readonly categories: ReadonlyArray<CategoryPath>
    /** How many pieces of a variant can be sold. */
    readonly sellable: (variantId: VariantId) => number | undefined
  }
): string => {
  const { brandId: _b, categoryIds: _c, createdAt: _t, id: _i, updatedAt: _u, variants, vendorId: _s, version: _v, ...fields } = product
  const said: JsonProduct = {
    ...fields,
    categories: given.categories,
    variants: variants.map(({ id, position: _p, productId: _o, title: _l, ...variant }) =>
      variant.trackStock ? Object.assign(variant, { stock: given.sellable(id) ?? 0 }) : variant
    )
  }
  return `${JSON.stringify(said)}\n`
}
