/**
 * What a file says of a product, and the product that this makes of what is there already.
 *
 * A file may leave things out. What it does not say stays as it is, or has its default in a new product. Variants are
 * found again by their SKU, otherwise by their option values, and keep their ids.
 */
import * as Equal from "effect/Equal"
import * as Result from "effect/Result"
import type { Currency } from "../kernel/Currency.ts"
import type { Fault } from "../kernel/Input.ts"
import * as RichText from "../kernel/RichText.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { Attribute } from "./Attribute.ts"
import type { Said } from "./AttributeCells.ts"
import * as AttributeChecks from "./AttributeChecks.ts"
import * as AttributeValues from "./AttributeValues.ts"
import type { CategoryId } from "./Category.ts"
import type {
  CreateProduct,
  CreateVariant,
  OutsideImage,
  Product,
  ProductId,
  ProductImage,
  ProductOption,
  Seo,
  Variant,
  VariantId
} from "./Product.ts"
import { maximumDescription } from "./Product.ts"
import * as ProductEdit from "./ProductEdit.ts"
import * as ProductImages from "./ProductImages.ts"
import * as ProductTranslations from "./ProductTranslations.ts"
import { untold } from "./Seo.ts"
import type { KnownVendor } from "../vendors/VendorRepository.ts"

/** The names of categories from the root down. */
export type CategoryPath = ReadonlyArray<string>

/** A line of a file that could not be imported. */
export interface BadLine {
  readonly line: number
  /** The handle or slug of the product, where it is known. */
  readonly handle: string | null
  readonly message: string
}

/** What is read from a file: a product, a line that cannot be imported, or a column that says something which the shop keeps nowhere. */
export type FileItem =
  | { readonly product: ProductDraft; readonly bad?: never; readonly leftOut?: never }
  | { readonly product?: never; readonly bad: BadLine; readonly leftOut?: never }
  | { readonly product?: never; readonly bad?: never; readonly leftOut: string }

/** What a file says of a variant. */
export interface VariantDraft extends Said {
  readonly line: number
  readonly fields: Partial<Omit<CreateVariant, "stock" | "image">> & { readonly image?: OutsideImage | null }
  /** What a new variant has besides, where its default would be another. */
  readonly ifNew: Partial<Omit<CreateVariant, "stock">>
  /** May be sold beyond what is there, with the limit that it has or without any. */
  readonly backorders: boolean
  /** How many pieces can be sold now. */
  readonly sellable: number | undefined
}

/** Which variant a line that could not be read is about, as far as it says. */
export interface VariantClue {
  readonly sku: string | null
  readonly optionValues: ReadonlyArray<string> | null
}

/** What a file says of a product. */
export interface ProductDraft extends Said {
  /** The line that its own fields stand on. */
  readonly line: number
  /** Every line that was read for it, in order. */
  readonly lines: ReadonlyArray<number>
  readonly slug: string
  readonly fields:
    & Pick<CreateProduct, "title">
    & Partial<Pick<CreateProduct, "description" | "vendor" | "attributes" | "status" | "publishedFrom" | "publishedUntil" | "tags" | "taxClass" | "shippingClass" | "translations">>
    & { readonly images?: ReadonlyArray<OutsideImage> }
  readonly seo: Partial<typeof Seo.Type>
  /** `main`: only the first of its categories is said. */
  readonly categories: { readonly main: CategoryPath | null } | { readonly all: ReadonlyArray<CategoryPath> } | undefined
  /** Without values an option has those that its variants name. */
  readonly options: ReadonlyArray<{ readonly name: string; readonly values?: ReadonlyArray<string> }> | undefined
  readonly variants: ReadonlyArray<VariantDraft>
  /** Variants that stay as they are, because the lines about them are bad. */
  readonly keep: ReadonlyArray<VariantClue>
  /** A bad line may be about any variant, so those that are not in the file stay as well. */
  readonly keepAll: boolean
}

/** Every category that a draft names. */
export const categoryPaths = (draft: ProductDraft): ReadonlyArray<CategoryPath> => {
  if (draft.categories === undefined) return []
  if ("all" in draft.categories) return draft.categories.all
  return draft.categories.main === null ? [] : [draft.categories.main]
}

/** What a product gets besides its draft. */
export interface Given {
  readonly currency: Currency
  readonly now: Timestamp
  readonly productId: ProductId
  /** As many as the draft has variants. */
  readonly variantIds: ReadonlyArray<VariantId>
  /** The attributes that whatever is new must say. */
  readonly required: ReadonlyArray<Attribute>
  readonly categoryId: (path: CategoryPath) => CategoryId | undefined
  /** The vendor of the marketplace that has a name or an id. */
  readonly vendorOf: (nameOrId: string) => KnownVendor | undefined
}

/** The product that a draft makes, and what of it can be sold now. */
export interface DraftedProduct {
  readonly product: Product
  readonly change: "created" | "updated" | "unchanged"
  readonly stock: ReadonlyArray<{ readonly variantId: VariantId; readonly pieces: number }>
}

/** Without a limit. */
export const anyNumber = 1_000_000_000

interface Planned {
  readonly id: VariantId
  readonly line: number
  readonly input: ProductEdit.WithPicture<CreateVariant>
  readonly sellable: number | undefined
}

/** The product that a draft makes of an existing one or from nothing, or the lines that do not allow it. */
export const apply = (
  draft: ProductDraft,
  existing: Product | undefined,
  given: Given
): Result.Result<DraftedProduct, ReadonlyArray<BadLine>> => {
  const { faults, planned } = plan(draft, existing, given)
  if (faults.length > 0) return Result.fail(badLines(draft, faults))
  const bad = (line: number, message: string): BadLine => ({ line, handle: draft.slug, message })
  if (planned.length === 0) {
    return Result.fail([bad(draft.line, "none of the product's variants can be imported")])
  }
  const { faults: long, input: fields } = RichText.cleaned(draft.fields, maximumDescription)
  if (long.length > 0) return Result.fail(badLines(draft, long))
  const options = optionsOf(draft, existing, planned)
  const said = { ...(existing === undefined ? {} : fieldsOf(existing)), ...fields }
  const named = typeof draft.fields.vendor === "string" ? given.vendorOf(draft.fields.vendor.trim()) : undefined
  const vendorId = named?.id ?? existing?.vendorId ?? null
  const seller = named ?? (vendorId === null ? undefined : given.vendorOf(vendorId))
  const edited = ProductEdit.create({
    ...said,
    attributes: AttributeValues.changed(existing?.attributes, draft.fields.attributes),
    vendorId,
    // nothing of a vendor who is suspended is for sale
    ...(seller?.status === "suspended" && said.status !== "archived" ? { status: "draft" as const } : {}),
    images: picturesOf(draft, existing),
    seo: { ...untold, ...existing?.seo, ...draft.seo },
    options,
    translations: fields.translations
      ?? (existing === undefined ? {} : ProductTranslations.carried(existing.translations, existing.options, options)),
    categoryIds: categoriesOf(draft, existing, given),
    variants: planned.map(({ input }) => input)
  }, {
    id: existing?.id ?? given.productId,
    variantIds: planned.map(({ id }) => id),
    slug: draft.slug,
    currency: given.currency,
    now: given.now
  })
  if (Result.isFailure(edited)) {
    return Result.fail(edited.failure.faults.map((fault) => bad(lineOf(fault, planned) ?? draft.line, wordsOf(fault))))
  }
  const product: Product = existing === undefined
    ? edited.success
    : { ...edited.success, version: existing.version + 1, createdAt: existing.createdAt }

  const stock: Array<{ readonly variantId: VariantId; readonly pieces: number }> = []
  for (const [index, variant] of product.variants.entries()) {
    const { line, sellable } = planned[index] as Planned
    if (sellable === undefined || !variant.trackStock) continue
    if (sellable < -variant.backorderLimit) {
      return Result.fail([bad(line, `fewer than ${-variant.backorderLimit} pieces cannot be in stock`)])
    }
    stock.push({ variantId: variant.id, pieces: sellable })
  }
  return Result.succeed({
    product,
    change: existing === undefined ? "created" : isSame(product, existing) ? "unchanged" : "updated",
    stock
  })
}

const fieldsOf = (product: Product): Omit<CreateProduct, "variants" | "images"> => ({
  title: product.title,
  description: product.description,
  vendor: product.vendor,
  vendorId: product.vendorId,
  brandId: product.brandId,
  status: product.status,
  publishedFrom: product.publishedFrom,
  publishedUntil: product.publishedUntil,
  tags: product.tags,
  taxClass: product.taxClass,
  shippingClass: product.shippingClass,
  ...(product.attributes === undefined ? {} : { attributes: product.attributes })
})

/** A variant as it is. Its picture goes where it is none of the product's any more. */
const inputOf = (
  { id: _i, image, position: _p, productId: _o, title: _t, ...input }: Variant,
  pictures: ReadonlyArray<ProductImage>
): ProductEdit.WithPicture<CreateVariant> =>
  image === undefined || ProductImages.among(pictures, image) === undefined ? input : { ...input, image }

/** The pictures that a product has by a draft. */
const picturesOf = ({ fields: { images } }: ProductDraft, existing: Product | undefined): ReadonlyArray<ProductImage> =>
  images === undefined ? existing?.images ?? [] : ProductImages.known(images, existing?.images ?? [])

/** The variants of the product to be, in their order, and what new ones do not say though they must. */
const plan = (draft: ProductDraft, existing: Product | undefined, given: Given): {
  readonly planned: ReadonlyArray<Planned>
  readonly faults: ReadonlyArray<Fault>
} => {
  const old = existing?.variants ?? []
  const { kept, matches } = match(draft, old)
  const pictures = picturesOf(draft, existing)
  const known = existing?.images ?? []
  const planned = draft.variants.map((variant, index): Planned => {
    const before = matches[index]
    return {
      id: before?.id ?? given.variantIds[index] as VariantId,
      line: variant.line,
      input: merge(variant, before, pictures, known),
      sellable: variant.sellable
    }
  })
  const faults = draft.variants.flatMap(({ fields }, index) =>
    matches[index] === undefined
      ? AttributeChecks.missing(given.required, "variant", fields.attributes ?? {}, ["variants", index, "attributes"])
      : [])
  // a variant that is kept stays behind the one that it was behind
  for (const [index, variant] of old.entries()) {
    if (!kept.has(variant.id)) continue
    const before = new Set(old.slice(0, index).map(({ id }) => id))
    const place = planned.findLastIndex(({ id }) => before.has(id)) + 1
    planned.splice(place, 0, { id: variant.id, line: draft.line, input: inputOf(variant, pictures), sellable: undefined })
  }
  return { planned, faults }
}

/** The existing variant of each drafted one, by its place, and the ids of those that stay as they are. */
const match = (draft: ProductDraft, old: ReadonlyArray<Variant>): {
  readonly matches: ReadonlyArray<Variant | undefined>
  readonly kept: ReadonlySet<VariantId>
} => {
  const bySku = new Map(old.flatMap((variant) => variant.sku === null ? [] : [[variant.sku, variant] as const]))
  const byValues = new Map(old.map((variant) => [JSON.stringify(variant.optionValues), variant] as const))
  const free = new Set(old.map(({ id }) => id))
  const take = (variant: Variant | undefined): Variant | undefined =>
    variant !== undefined && free.delete(variant.id) ? variant : undefined
  const withSku = (sku: string | null | undefined) => take(bySku.get(sku ?? ""))
  const withValues = (values: ReadonlyArray<string> | null | undefined) =>
    values === null || values === undefined ? undefined : take(byValues.get(JSON.stringify(values)))

  const matches = draft.variants.map(({ fields }) => withSku(fields.sku))
  draft.variants.forEach(({ fields }, index) => {
    matches[index] ??= withValues(fields.optionValues ?? [])
  })
  // where the file says neither, the only one is the only one
  const [only] = draft.variants
  if (draft.variants.length === 1 && old.length === 1 && !only?.fields.sku && only?.fields.optionValues === undefined) {
    matches[0] ??= take(old[0])
  }
  const kept = new Set(draft.keepAll ? free : undefined)
  for (const clue of draft.keep) {
    const variant = withSku(clue.sku) ?? withValues(clue.optionValues)
    if (variant !== undefined) kept.add(variant.id)
  }
  return { matches, kept }
}

const merge = (
  { backorders, fields, ifNew }: VariantDraft,
  before: Variant | undefined,
  pictures: ReadonlyArray<ProductImage>,
  known: ReadonlyArray<ProductImage>
): ProductEdit.WithPicture<CreateVariant> => {
  const { attributes, image, ...said } = fields
  const merged = {
    ...(before === undefined ? ifNew : inputOf(before, pictures)),
    ...said,
    ...(attributes === undefined ? {} : { attributes: AttributeValues.changed(before?.attributes, attributes) }),
    ...(image === undefined ? {} : { image: image === null ? null : ProductImages.known([image], known)[0] }),
    ...(backorders ? { backorderLimit: before?.backorderLimit || anyNumber } : {})
  } as ProductEdit.WithPicture<CreateVariant>
  const { compareAtPrice } = merged
  // what a bundle costs that follows its parts is not for a file to say
  const price = before?.bundle?.reductionPpm === undefined ? merged.price : before.price
  const onSale = compareAtPrice !== null && compareAtPrice !== undefined && compareAtPrice.amount > price.amount
  return { ...merged, price, compareAtPrice: onSale ? compareAtPrice : null }
}

/**
 * The options with their values. A value stays in its place while a variant names it, or if none did before either; new
 * ones follow in the order of the variants.
 */
const optionsOf = (
  draft: ProductDraft,
  existing: Product | undefined,
  planned: ReadonlyArray<Planned>
): ReadonlyArray<ProductOption> => {
  if (draft.options === undefined) return existing?.options ?? []
  return draft.options.map(({ name, values }, index) => {
    if (values !== undefined) return { name, values }
    const used = new Set(planned.flatMap(({ input }) => input.optionValues?.[index] ?? []))
    const option = existing?.options[index]
    if (existing === undefined || option?.name !== name) return { name, values: [...used] }
    const usedBefore = new Set(existing.variants.map((variant) => variant.optionValues[index]))
    const stay = option.values.filter((value) => used.has(value) || !usedBefore.has(value))
    return { name, values: [...new Set([...stay, ...used])] }
  })
}

const categoriesOf = (
  draft: ProductDraft,
  existing: Product | undefined,
  given: Given
): ReadonlyArray<CategoryId> => {
  const before = existing?.categoryIds ?? []
  if (draft.categories === undefined) return before
  const ids = categoryPaths(draft).flatMap((path) => given.categoryId(path) ?? [])
  // the file says nothing of further categories, so they stay beside the main one
  return "main" in draft.categories && ids.length > 0 ? [...ids, ...before.slice(1)] : ids
}

/** Where in a file the faults of a draft are. */
export const badLines = (draft: ProductDraft, faults: ReadonlyArray<Fault>): ReadonlyArray<BadLine> =>
  faults.map((fault) => ({ line: lineOf(fault, draft.variants) ?? draft.line, handle: draft.slug, message: wordsOf(fault) }))

const lineOf = ({ path }: Fault, planned: ReadonlyArray<{ readonly line: number }>): number | undefined =>
  path[0] === "variants" && typeof path[1] === "number" ? planned[path[1]]?.line : undefined

const wordsOf = ({ message, path }: Fault): string => {
  const names = path[0] === "variants" ? path.slice(2) : path
  return names.length === 0 ? message : `${names.join(".")}: ${message}`
}

const isSame = (a: Product, b: Product): boolean =>
  Equal.equals({ ...a, version: 0, updatedAt: "" }, { ...b, version: 0, updatedAt: "" })
