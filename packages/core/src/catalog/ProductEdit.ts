/**
 * Products as values: made from their input and changed by it, checked against the rules that need no stored data.
 *
 * A variant names exactly one value of each option, no two variants name the same, prices are in the store's currency,
 * and a price before the sale is above the price.
 */
import * as Result from "effect/Result"
import type { Currency } from "../kernel/Currency.ts"
import { type Fault, InvalidInput } from "../kernel/Input.ts"
import type { Money } from "../kernel/Money.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import * as AttributeValues from "./AttributeValues.ts"
import { maximumGift } from "./Gift.ts"
import type {
  CreateProduct,
  CreateVariant,
  Product,
  ProductId,
  ProductImage,
  ProductOption,
  UpdateProduct,
  UpdateVariant,
  Variant,
  VariantId
} from "./Product.ts"
import { maximumImages } from "./Product.ts"
import * as ProductImages from "./ProductImages.ts"
import * as ProductTranslations from "./ProductTranslations.ts"
import * as PublishWindow from "./PublishWindow.ts"
import { untold } from "./Seo.ts"

/** Input whose pictures are found already. */
export type WithImages<Input extends { readonly images?: unknown }> = Omit<Input, "images"> & {
  readonly images?: ReadonlyArray<ProductImage> | undefined
}

/** Input of a variant whose picture is found already. */
export type WithPicture<Input extends { readonly image?: unknown }> = Omit<Input, "image"> & {
  readonly image?: ProductImage | null | undefined
}

/** Input of a new product whose pictures are found already. */
export type Pictured = Omit<WithImages<CreateProduct>, "variants"> & {
  readonly variants: ReadonlyArray<WithPicture<CreateVariant>>
}

/** A product that follows the rules, or everything that is wrong with it. */
export type Edited = Result.Result<Product, InvalidInput>

type Path = ReadonlyArray<string | number>

/** What a new product gets besides its input. */
export interface NewProduct {
  readonly id: ProductId
  /** An id for each variant of the input. */
  readonly variantIds: ReadonlyArray<VariantId>
  readonly slug: string
  /** The currency of the store. */
  readonly currency: Currency
  readonly now: Timestamp
}

/** A new product, at version 1. */
export const create = (input: Pictured, given: NewProduct): Edited => {
  const product: Product = {
    id: given.id,
    slug: given.slug,
    title: input.title.trim(),
    description: input.description ?? "",
    vendor: trimmed(input.vendor ?? null),
    vendorId: input.vendorId ?? null,
    brandId: input.brandId ?? null,
    status: input.status ?? "active",
    publishedFrom: input.publishedFrom ?? null,
    publishedUntil: input.publishedUntil ?? null,
    tags: distinct(input.tags ?? []),
    options: (input.options ?? []).map(trimOption),
    images: input.images ?? [],
    seo: input.seo ?? untold,
    translations: input.translations ?? {},
    taxClass: input.taxClass ?? "standard",
    shippingClass: input.shippingClass ?? "standard",
    categoryIds: [...new Set(input.categoryIds)],
    ...AttributeValues.field(AttributeValues.changed(undefined, input.attributes)),
    variants: input.variants.map((variant, index) =>
      newVariant(variant, given.id, given.variantIds[index] as VariantId)
    ),
    version: 1,
    createdAt: given.now,
    updatedAt: given.now
  }
  return finish(pictured(product, input.variants), given.currency, (variant) => ["variants", variant])
}

/** The product with its own fields changed, at the next version. */
export const update = (product: Product, input: WithImages<UpdateProduct>, currency: Currency, now: Timestamp): Edited => {
  const options = input.options?.map(trimOption) ?? product.options
  const { attributes, ...other } = product
  const edited = finish(
    pictured(next({
      ...other,
      ...AttributeValues.field(AttributeValues.changed(attributes, input.attributes)),
      slug: input.slug ?? product.slug,
      title: input.title?.trim() ?? product.title,
      description: input.description ?? product.description,
      vendor: input.vendor === undefined ? product.vendor : trimmed(input.vendor),
      vendorId: input.vendorId === undefined ? product.vendorId : input.vendorId,
      brandId: input.brandId === undefined ? product.brandId : input.brandId,
      status: input.status ?? product.status,
      publishedFrom: input.publishedFrom === undefined ? product.publishedFrom : input.publishedFrom,
      publishedUntil: input.publishedUntil === undefined ? product.publishedUntil : input.publishedUntil,
      tags: input.tags === undefined ? product.tags : distinct(input.tags),
      options,
      images: input.images ?? product.images,
      seo: input.seo ?? product.seo,
      translations: input.translations ?? ProductTranslations.carried(product.translations, product.options, options),
      taxClass: input.taxClass ?? product.taxClass,
      shippingClass: input.shippingClass ?? product.shippingClass,
      categoryIds: input.categoryIds === undefined ? product.categoryIds : [...new Set(input.categoryIds)],
      variants: product.variants.map((variant) => ({
        ...variant,
        optionValues: options.map((option, index) => variant.optionValues[index] ?? option.values[0] ?? "")
      }))
    }, now), []),
    currency,
    (variant) => ["variants", variant]
  )
  // the input of an update has no variants that a path could point to
  return Result.mapError(edited, ({ faults }) =>
    new InvalidInput({
      faults: faults.map((fault) =>
        fault.path[0] === "variants"
          ? { path: ["options"], message: `do not fit the variants: ${fault.path.join(".")} ${fault.message}`, code: "not_valid" }
          : fault
      )
    }))
}

/** The product with one more variant at the end, at the next version. Values that an option lacks are added to it. */
export const addVariant = (
  product: Product,
  input: WithPicture<CreateVariant>,
  id: VariantId,
  currency: Currency,
  now: Timestamp
): Edited => {
  const variant = newVariant(input, product.id, id)
  return finish(
    pictured(next({
      ...product,
      options: withValues(product.options, variant.optionValues),
      variants: [...product.variants, variant]
    }, now), [input]),
    currency,
    () => []
  )
}

/** The product with one of its variants changed, at the next version. Values that an option lacks are added to it. */
export const updateVariant = (
  product: Product,
  variantId: VariantId,
  { version: _version, attributes, image, ...input }: WithPicture<UpdateVariant>,
  currency: Currency,
  now: Timestamp
): Edited => {
  const optionValues = input.optionValues?.map((value) => value.trim())
  if (input.bundle !== undefined && product.variants.some(({ bundle, id }) => id === variantId && bundle === undefined)) {
    return Result.fail(InvalidInput.at(["bundle"], "can be said of a new variant, or of one that is a bundle", "not_a_bundle"))
  }
  const change = {
    ...input,
    ...(optionValues === undefined ? {} : { optionValues }),
    ...(input.sku === undefined ? {} : { sku: trimmed(input.sku) }),
    ...(input.barcode === undefined ? {} : { barcode: trimmed(input.barcode) })
  }
  return finish(
    pictured(next({
      ...product,
      options: withValues(product.options, optionValues ?? []),
      variants: product.variants.map((variant) =>
        variant.id === variantId
          ? { ...shownBy(described(variant, attributes), image), ...change, ...(variant.bundle === undefined ? {} : ofBundles) }
          : variant)
    }, now), [{ image }]),
    currency,
    () => []
  )
}

/** A variant with other values of its attributes. */
export const described = ({ attributes, ...variant }: Variant, changes: AttributeValues.AttributeChanges | undefined): Variant => ({
  ...variant,
  ...AttributeValues.field(AttributeValues.changed(attributes, changes))
})

/** A variant with another picture, or with none; what is not said stays. */
const shownBy = ({ image: before, ...variant }: Variant, image: ProductImage | null | undefined): Variant => {
  const shown = image === undefined ? before : image
  return shown === undefined || shown === null ? variant : { ...variant, image: shown }
}

/**
 * A product with the pictures that variants are given behind its own. What shows a variant is one of them: when a picture is
 * taken out of a product, it shows none of its variants any more.
 */
const pictured = (product: Product, given: ReadonlyArray<{ readonly image?: ProductImage | null | undefined }>): Product => {
  const images = [...product.images]
  for (const { image } of given) {
    if (image !== undefined && image !== null && ProductImages.among(images, image) === undefined) images.push(image)
  }
  return {
    ...product,
    images,
    variants: product.variants.map((variant) =>
      variant.image === undefined ? variant : shownBy(variant, ProductImages.among(images, variant.image) ?? null))
  }
}

/** The product without one of its variants, at the next version. */
export const removeVariant = (product: Product, variantId: VariantId, now: Timestamp): Product =>
  named(next({ ...product, variants: product.variants.filter((variant) => variant.id !== variantId) }, now))

/** The lowest and the highest price of a product's variants, and the highest price before the sale, if there is one. */
export const priceRange = (variants: ReadonlyArray<Pick<Variant, "price" | "compareAtPrice">>): {
  readonly from: number
  readonly to: number
  readonly compareAt: number | null
} => {
  const prices = variants.map((variant) => variant.price.amount)
  const before = variants.flatMap((variant) => variant.compareAtPrice === null ? [] : [variant.compareAtPrice.amount])
  return {
    from: Math.min(...prices),
    to: Math.max(...prices),
    compareAt: before.length === 0 ? null : Math.max(...before)
  }
}

const next = (product: Product, now: Timestamp): Product => ({
  ...product,
  version: product.version + 1,
  updatedAt: now
})

const newVariant = (input: WithPicture<CreateVariant>, productId: ProductId, id: VariantId): Variant => ({
  id,
  productId,
  title: "",
  position: 0,
  sku: trimmed(input.sku ?? null),
  barcode: trimmed(input.barcode ?? null),
  optionValues: (input.optionValues ?? []).map((value) => value.trim()),
  price: input.price,
  compareAtPrice: input.compareAtPrice ?? null,
  cost: input.cost ?? null,
  weightGrams: input.weightGrams ?? 0,
  dimensions: input.dimensions ?? null,
  requiresShipping: input.requiresShipping ?? input.giftCard !== true,
  taxable: input.taxable ?? input.giftCard !== true,
  trackStock: input.trackStock ?? input.giftCard !== true,
  backorderLimit: input.backorderLimit ?? 0,
  finalSale: input.finalSale ?? false,
  giftCard: input.giftCard ?? false,
  ...(input.image === undefined || input.image === null ? {} : { image: input.image }),
  ...AttributeValues.field(AttributeValues.changed(undefined, input.attributes)),
  ...(input.bundle === undefined ? {} : { bundle: input.bundle, ...ofBundles })
})

/** What is counted, and may be missing, are the parts. */
const ofBundles = { trackStock: false, backorderLimit: 0 } as const

/** Variants counted and called by their option values. */
const named = (product: Product): Product => ({
  ...product,
  variants: product.variants.map((variant, position) => ({
    ...variant,
    position,
    title: ProductTranslations.variantTitle(variant.optionValues, product.title)
  }))
})

/** Checks the whole product; `at` says where in the input a variant stands. */
const finish = (product: Product, currency: Currency, at: (variant: number) => Path): Edited => {
  const faults = [
    ...PublishWindow.faults(product),
    ...optionFaults(product.options),
    ...ProductTranslations.faults(product.options, product.translations),
    ...describedFaults(product, []),
    ...product.variants.flatMap((variant, index) => [
      ...variantFaults(variant, product.options, currency, at(index)),
      ...describedFaults(variant, at(index))
    ]),
    ...repeated(product, at),
    ...(product.images.length > maximumImages
      ? [{ path: ["images"], message: `would be more than ${maximumImages}`, code: "too_many", params: { maximum: maximumImages } } as const]
      : [])
  ]
  return faults.length === 0 ? Result.succeed(named(product)) : Result.fail(new InvalidInput({ faults }))
}

// changes have a bound of their own, but what they leave is more
const describedFaults = ({ attributes = {} }: Pick<Variant, "attributes">, path: Path): ReadonlyArray<Fault> =>
  Object.keys(attributes).length > AttributeValues.maximumValues
    ? [{ path: [...path, "attributes"], message: `would be more than ${AttributeValues.maximumValues}`, code: "too_many", params: { maximum: AttributeValues.maximumValues } }]
    : []

const optionFaults = (options: ReadonlyArray<ProductOption>): ReadonlyArray<Fault> => {
  const faults: Array<Fault> = []
  const names = new Set<string>()
  options.forEach((option, index) => {
    const name = option.name.toLowerCase()
    if (names.has(name)) faults.push({ path: ["options", index, "name"], message: "is the name of two options", code: "duplicate" })
    names.add(name)
    if (new Set(option.values).size !== option.values.length) {
      faults.push({ path: ["options", index, "values"], message: "name one value twice", code: "duplicate" })
    }
    if (option.values.length > maximumValues) {
      faults.push({ path: ["options", index, "values"], message: `are more than ${maximumValues}`, code: "too_many", params: { maximum: maximumValues } })
    }
  })
  return faults
}

// as many as the schema of an option allows; adding variants one by one must not get past it
const maximumValues = 200

/** How many variants a product may have. */
export const maximumVariants = 2_000

const variantFaults = (
  variant: Variant,
  options: ReadonlyArray<ProductOption>,
  currency: Currency,
  path: Path
): ReadonlyArray<Fault> => {
  const faults: Array<Fault> = []
  if (variant.optionValues.length !== options.length) {
    faults.push({
      path: [...path, "optionValues"],
      message: options.length === 0
        ? "must be empty, as the product has no options"
        : `must name one value for each of: ${options.map((option) => option.name).join(", ")}`
    })
  }
  options.forEach((option, index) => {
    const value = variant.optionValues[index]
    if (value !== undefined && !option.values.includes(value)) {
      faults.push({ path: [...path, "optionValues", index], message: `is not a value of ${option.name}`, code: "unknown" })
    }
  })
  const foreign = (field: "price" | "compareAtPrice" | "cost", money: Money | null) => {
    if (money !== null && money.currency !== currency) {
      faults.push({ path: [...path, field, "currency"], message: `must be ${currency}, the currency of the store`, code: "other_currency" })
    }
  }
  foreign("price", variant.price)
  foreign("compareAtPrice", variant.compareAtPrice)
  foreign("cost", variant.cost)
  if (variant.compareAtPrice !== null && variant.compareAtPrice.amount <= variant.price.amount) {
    faults.push({ path: [...path, "compareAtPrice"], message: "must be above the price", code: "not_above_price" })
  }
  if (variant.giftCard) {
    if (variant.requiresShipping) faults.push({ path: [...path, "requiresShipping"], message: "must be false: a gift card is sent by mail", code: "gift_card" })
    if (variant.taxable) faults.push({ path: [...path, "taxable"], message: "must be false: what is bought with a gift card is taxed", code: "gift_card" })
    if (variant.price.amount < 1 || variant.price.amount > maximumGift) {
      faults.push({ path: [...path, "price", "amount"], message: `must be between 1 and ${maximumGift} for a gift card`, code: "out_of_range", params: { minimum: 1, maximum: maximumGift } })
    }
  }
  if (variant.bundle !== undefined) {
    if (variant.giftCard) faults.push({ path: [...path, "giftCard"], message: "must be false: a gift card is no bundle", code: "gift_card" })
    const known = new Set<VariantId>()
    variant.bundle.parts.forEach(({ variantId }, index) => {
      if (known.has(variantId)) {
        faults.push({ path: [...path, "bundle", "parts", index, "variantId"], message: "is named twice", code: "duplicate" })
      }
      known.add(variantId)
    })
  }
  return faults
}

const repeated = (product: Product, at: (variant: number) => Path): ReadonlyArray<Fault> => {
  const faults: Array<Fault> = []
  const combinations = new Set<string>()
  const skus = new Set<string>()
  product.variants.forEach(({ optionValues, sku }, index) => {
    const combination = JSON.stringify(optionValues)
    if (combinations.has(combination)) {
      faults.push({
        path: product.options.length === 0 ? at(index) : [...at(index), "optionValues"],
        message: product.options.length === 0
          ? "is one variant too many: a product without options has one"
          : "are those of another variant"
      })
    }
    combinations.add(combination)
    if (sku === null) return
    if (skus.has(sku)) faults.push({ path: [...at(index), "sku"], message: "is the SKU of another variant", code: "duplicate" })
    skus.add(sku)
  })
  if (product.variants.length > maximumVariants) {
    faults.push({ path: [], message: `a product has at most ${maximumVariants} variants`, code: "too_many", params: { maximum: maximumVariants } })
  }
  return faults
}

const withValues = (
  options: ReadonlyArray<ProductOption>,
  values: ReadonlyArray<string>
): ReadonlyArray<ProductOption> =>
  options.map((option, index) => {
    const value = values[index]
    return value === undefined || option.values.includes(value)
      ? option
      : { ...option, values: [...option.values, value] }
  })

const trimOption = (option: ProductOption): ProductOption => ({
  name: option.name.trim(),
  values: option.values.map((value) => value.trim())
})

const trimmed = (text: string | null): string | null => text?.trim() || null

const distinct = (texts: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(texts.map((text) => text.trim()))
]
