/**
 * The part of the catalog service that is about products and variants.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Permission from "../kernel/Permission.ts"
import * as RichText from "../kernel/RichText.ts"
import * as Slug from "../kernel/Slug.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as Traced from "../kernel/Traced.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as Version from "../kernel/Version.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { MediaNotFound } from "../media/MediaErrors.ts"
import { Stores } from "../stores/Stores.ts"
import { VendorNotFound } from "../vendors/VendorErrors.ts"
import { VendorRepository } from "../vendors/VendorRepository.ts"
import * as ActiveProduct from "./ActiveProduct.ts"
import * as AttributesForStaff from "./AttributesForStaff.ts"
import { AttributeRepository } from "./AttributeRepository.ts"
import * as AttributeSets from "./AttributeSet.ts"
import type { Specification } from "./Attribute.ts"
import type { AttributeValues } from "./AttributeValues.ts"
import * as BundlePrices from "./BundlePrices.ts"
import { BrandRepository } from "./BrandRepository.ts"
import { BrandNotFound, LastVariant, ProductNotFound, VariantNotFound } from "./CatalogErrors.ts"
import { ProductCreated, ProductDeleted, ProductUpdated } from "./CatalogEvents.ts"
import { buyerOf, listedFor } from "./Buyers.ts"
import * as DescribedInput from "./DescribedInput.ts"
import * as GivenImages from "./GivenImages.ts"
import * as ListFilters from "./ListFilters.ts"
import { OpeningStock } from "./OpeningStock.ts"
import type { Buyer, Product, ProductView, Variant } from "./Product.ts"
import {
  AddProductImage,
  CreateProduct,
  CreateVariant,
  ListProducts,
  maximumDescription,
  maximumImages,
  ProductId,
  ShowProduct,
  UpdateProduct,
  UpdateVariant,
  VariantId
} from "./Product.ts"
import * as ProductEdit from "./ProductEdit.ts"
import { ProductRepository } from "./ProductRepository.ts"

const decodeList = Input.decoder(ListProducts)
const decodeShow = Input.decoder(ShowProduct)
const decodeCreate = RichText.cleaning(Input.decoder(CreateProduct), maximumDescription)
const decodeUpdate = RichText.cleaning(Input.decoder(UpdateProduct), maximumDescription)
const decodeCreateVariant = Input.decoder(CreateVariant)
const decodeUpdateVariant = Input.decoder(UpdateVariant)

const decodeAddImage = Input.decoder(AddProductImage)

const isProductKey = Schema.is(Schema.Union([ProductId, Slug.Slug]))
const isVariantId = Schema.is(VariantId)

/** As many as a search field shows. */
const suggestionLimit = 10

/** As many as a product page recommends. */
const relatedLimit = 12

/** A slug that is made up may be taken by somebody else at the same moment. */
const retries = 3

/** What a change of a variant cannot run into, as the product's own fields stay. */
const untouched = { SlugTaken: Effect.die, CategoryNotFound: Effect.die } as const

interface Described {
  readonly attributes?: AttributeValues
  readonly specifications?: ReadonlyArray<Specification>
}

/** What attributes say that buyers may see. */
const shownOnly = <D extends Described>(thing: D): D => {
  const { attributes, specifications = [], ...other } = thing
  if (attributes === undefined) return thing
  const shown = specifications.filter((one) => one.shown)
  const values = Object.fromEntries(shown.map(({ code, value }) => [code, value]))
  // both are optional, so without them it is what it was
  return { ...other, ...(shown.length === 0 ? {} : { attributes: values, specifications: shown }) } as unknown as D
}

const forBuyer = <V extends Variant>(variant: V): V => ({ ...shownOnly(variant), cost: null })

/** What the shop paid, what it says in all languages and what some attributes say is for staff only. */
const forCaller = <P extends Product>(product: P): Effect.Effect<P> =>
  Effect.map(
    Effect.all([Permission.check("catalog:read"), AttributesForStaff.seen]),
    ([staff, attributes]) => {
      if (!staff) return { ...shownOnly(product), translations: {}, variants: product.variants.map(forBuyer) }
      return attributes ? product : { ...shownOnly(product), variants: product.variants.map(shownOnly) }
    }
  )

/** The product itself, without what is only shown of it. */
const asKept = ({ alternates: _alternates, specifications: _specifications, ...product }: ProductView): Product => ({
  ...product,
  variants: product.variants.map(({ available: _available, lowestPrice: _lowest, parts: _parts, specifications: _said, tiers: _tiers, ...variant }) => variant)
})

export const make = Effect.gen(function*() {
  const repository = yield* ProductRepository
  const filters = yield* ListFilters.make
  const attributes = yield* AttributeRepository
  const brands = yield* BrandRepository
  const vendors = yield* VendorRepository
  const openingStock = yield* OpeningStock
  const stores = yield* Stores
  const transactor = yield* Transactor
  const audit = yield* AuditLog
  const events = yield* Events
  const given = yield* GivenImages.make
  const settled = BundlePrices.settled(repository)

  const find = Effect.fnUntraced(function*(idOrSlug: string, buyer?: Buyer) {
    // what can be neither is not looked up
    const found = isProductKey(idOrSlug) ? yield* repository.find(idOrSlug, buyer) : undefined
    return found ?? (yield* new ProductNotFound({ product: idOrSlug }))
  })

  const findVisible = Effect.fnUntraced(function*(idOrSlug: string, buyer?: Buyer) {
    const product = yield* find(idOrSlug, buyer)
    if (!ActiveProduct.isSeen(product, yield* Timestamp.now) && !(yield* Permission.check("catalog:read"))) {
      return yield* new ProductNotFound({ product: idOrSlug })
    }
    return product
  })

  const knownBrand = Effect.fnUntraced(function*(brandId: string | null | undefined) {
    if (brandId === undefined || brandId === null) return
    if (!(yield* brands.known([brandId])).has(brandId)) return yield* new BrandNotFound({ brand: brandId })
  })

  /** Nothing of a vendor who is suspended is for sale. */
  const knownVendor = Effect.fnUntraced(function*({ status = "active", vendorId }: Partial<Pick<Product, "status" | "vendorId">>) {
    if (vendorId === undefined || vendorId === null) return
    const [vendor] = yield* vendors.known([vendorId])
    if (vendor === undefined) return yield* new VendorNotFound({ vendor: vendorId })
    if (vendor.status === "suspended" && status === "active") {
      return yield* InvalidInput.at(["status"], "cannot be active while the vendor is suspended", "vendor_suspended")
    }
  })

  const findForChange = Effect.fnUntraced(function*(id: string, version: number | undefined) {
    const product = asKept(yield* find(id))
    if (version !== undefined && version !== product.version) {
      return yield* new VersionConflict({ id: product.id, expected: version })
    }
    return product
  })

  const variantOf = (product: Product, variantId: string): Effect.Effect<Variant, VariantNotFound> => {
    const variant = isVariantId(variantId) ? product.variants.find(({ id }) => id === variantId) : undefined
    return variant === undefined ? Effect.fail(new VariantNotFound({ variantId })) : Effect.succeed(variant)
  }

  const currency = Effect.map(stores.current, (store) => store.currency)

  const summary = ({ slug, status, version }: Product) => ({ slug, status, version })

  /** Whether a product says what its categories require of what is on sale. One statement where that could have changed. */
  const complete = Effect.fnUntraced(function*(before: Product | undefined, after: Product) {
    const asked = AttributeSets.asked(before, after)
    const faults = asked.length === 0 ? [] : AttributeSets.faults(before, after, yield* attributes.expected(asked))
    if (faults.length > 0) return yield* new InvalidInput({ faults })
  })

  const replace = Effect.fnUntraced(function*(before: Product, product: Product, action: string, details: Record<string, Schema.Json>) {
    yield* complete(before, product)
    const followers = yield* repository.replaceMany([product])
    yield* events.publish([product, ...followers].map((changed) => ProductUpdated.make(changed.id, summary(changed))))
    yield* audit.record({ action, subject: product.id, details: { version: product.version, ...details } })
    return yield* forCaller(product)
  })

  /** Starts over when somebody was faster, unless the caller has said which version they mean. */
  const change = (version: number | undefined) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.retry(transactor.transaction(effect), {
      schedule: Version.overtaken,
      while: (error) => version === undefined && error instanceof VersionConflict
    })

  return {
    listProducts: Traced.fn("Catalog.listProducts")(function*(input: typeof ListProducts.Encoded = {}) {
      const query = yield* decodeList(input)
      const { buyer, status } = yield* listedFor(query)
      const { collection, narrowed, sort } = yield* filters.open(query)
      const list = (names: Pick<ListProducts, "category" | "brand"> = {}) =>
        repository.list({ ...query, ...names, ...narrowed, status, sort }, buyer, collection)
      const page = yield* list()
      const instead = page.items.length === 0 ? yield* filters.explain(query) : undefined
      return instead === undefined ? page : yield* list(instead)
    }),

    getProduct: Traced.fn("Catalog.getProduct")(function*(idOrSlug: string, input: typeof ShowProduct.Encoded = {}) {
      const { prices, ...where } = yield* decodeShow(input)
      if (prices === "catalog") yield* Permission.require("catalog:read")
      return yield* forCaller(
        yield* findVisible(idOrSlug, prices === "catalog" ? undefined : yield* buyerOf(where))
      )
    }),

    relatedProducts: Traced.fn("Catalog.relatedProducts")(function*(idOrSlug: string) {
      const product = yield* findVisible(idOrSlug)
      return yield* repository.related(product.id, relatedLimit, yield* buyerOf({}))
    }),

    suggest: Traced.fn("Catalog.suggest")((prefix: string) => repository.suggest(prefix.slice(0, 200), suggestionLimit)),

    createProduct: Traced.fn("Catalog.createProduct")(function*(input: typeof CreateProduct.Encoded) {
      yield* Permission.require("catalog:write")
      const asked = yield* decodeCreate(input)
      const title = Slug.fromText(asked.title)
      const images = yield* given.many(asked.images, [])
      const variants = yield* given.ofVariants(asked.variants, images ?? [])
      return yield* transactor.transaction(Effect.gen(function*() {
        const decoded = yield* DescribedInput.ofNewProduct(attributes, { ...asked, variants })
        yield* knownBrand(decoded.brandId)
        yield* knownVendor(decoded)
        const now = yield* Timestamp.now
        const product = yield* settled(
          yield* Effect.fromResult(ProductEdit.create({ ...decoded, images }, {
            id: yield* ProductId.generate,
            variantIds: yield* VariantId.generateMany(decoded.variants.length),
            slug: decoded.slug ?? Slug.unused(title, yield* repository.slugsLike(title)),
            currency: yield* currency,
            now
          })),
          (variant) => ["variants", variant]
        )
        yield* complete(undefined, product)
        yield* repository.insertMany([product])
        yield* openingStock.receive(decoded.variants.flatMap(({ stock }, index) => {
          const variant = product.variants[index]
          return stock === undefined || variant === undefined ? [] : [{ variantId: variant.id, quantity: stock }]
        }))
        yield* events.publish([ProductCreated.make(product.id, summary(product))])
        yield* audit.record({ action: "product.create", subject: product.id, details: { slug: product.slug } })
        return yield* forCaller(product)
      })).pipe(
        Effect.retry({
          times: retries,
          while: (error) => error._tag === "SlugTaken" && asked.slug === undefined
        })
      )
    }),

    updateProduct: Traced.fn("Catalog.updateProduct")(function*(id: string, input: typeof UpdateProduct.Encoded) {
      yield* Permission.require("catalog:write")
      const { version, ...asked } = yield* decodeUpdate(input)
      return yield* change(version)(Effect.gen(function*() {
        const fields = yield* DescribedInput.ofChange(attributes, "product", asked)
        const product = yield* findForChange(id, version)
        if (fields.brandId !== product.brandId) yield* knownBrand(fields.brandId)
        const now = yield* Timestamp.now
        const images = yield* given.many(fields.images, product.images)
        const edited = yield* Effect.fromResult(ProductEdit.update(product, { ...fields, images }, yield* currency, now))
        if (edited.vendorId !== product.vendorId || edited.status !== product.status) yield* knownVendor(edited)
        return yield* replace(product, edited, "product.update", { fields: Object.keys(fields) })
      }))
    }, Effect.catchTag("SkuTaken", Effect.die)),

    addImage: Traced.fn("Catalog.addImage")(function*(id: string, input: typeof AddProductImage.Encoded) {
      yield* Permission.require("catalog:write")
      const { mediaId, position, version } = yield* decodeAddImage(input)
      return yield* change(version)(Effect.gen(function*() {
        const product = yield* findForChange(id, version)
        const others = product.images.filter((image) => image.mediaId !== mediaId)
        const [image] = (yield* given.many([{ mediaId }], product.images)) ?? []
        if (image === undefined) return yield* new MediaNotFound({ media: mediaId })
        const images = others.toSpliced(position ?? others.length, 0, image)
        if (images.length > maximumImages) {
          return yield* InvalidInput.at(["mediaId"], `a product has at most ${maximumImages} images`, { code: "too_many", params: { maximum: maximumImages } })
        }
        const now = yield* Timestamp.now
        const edited = yield* Effect.fromResult(ProductEdit.update(product, { images }, yield* currency, now))
        return yield* replace(product, edited, "product.image.add", { mediaId })
      }))
    }, Effect.catchTags({ ...untouched, SkuTaken: Effect.die })),

    removeImage: Traced.fn("Catalog.removeImage")(
      function*(id: string, mediaId: string, options: typeof AtVersion.Encoded = {}) {
        yield* Permission.require("catalog:write")
        const { version } = yield* decodeAtVersion(options)
        return yield* change(version)(Effect.gen(function*() {
          const product = yield* findForChange(id, version)
          const images = product.images.filter((image) => image.mediaId !== mediaId)
          if (images.length === product.images.length) return yield* new MediaNotFound({ media: mediaId })
          const now = yield* Timestamp.now
          const edited = yield* Effect.fromResult(ProductEdit.update(product, { images }, yield* currency, now))
          return yield* replace(product, edited, "product.image.remove", { mediaId })
        }))
      },
      Effect.catchTags({ ...untouched, SkuTaken: Effect.die })
    ),

    deleteProduct: Traced.fn("Catalog.deleteProduct")(function*(id: string, options: typeof AtVersion.Encoded = {}) {
      yield* Permission.require("catalog:write")
      const { version } = yield* decodeAtVersion(options)
      yield* transactor.transaction(Effect.gen(function*() {
        const product = yield* find(id)
        if (!(yield* repository.delete(product.id, version))) {
          return yield* version === undefined
            ? new ProductNotFound({ product: id })
            : new VersionConflict({ id: product.id, expected: version })
        }
        yield* events.publish([ProductDeleted.make(product.id, { slug: product.slug })])
        yield* audit.record({
          action: "product.delete",
          subject: product.id,
          details: { slug: product.slug, title: product.title }
        })
      }))
    }),

    createVariant: Traced.fn("Catalog.createVariant")(
      function*(productId: string, input: typeof CreateVariant.Encoded) {
        yield* Permission.require("catalog:write")
        const asked = yield* decodeCreateVariant(input)
        return yield* change(undefined)(Effect.gen(function*() {
          const decoded = yield* DescribedInput.ofNewVariant(attributes, asked)
          const product = yield* findForChange(productId, undefined)
          const pictured = yield* given.ofVariant(decoded, product.images)
          const id = yield* VariantId.generate
          const now = yield* Timestamp.now
          const edited = yield* settled(
            yield* Effect.fromResult(ProductEdit.addVariant(product, pictured, id, yield* currency, now)),
            (variant) => variant === product.variants.length ? [] : undefined
          )
          const created = yield* replace(product, edited, "product.variant.create", { variantId: id })
          if (decoded.stock !== undefined) {
            yield* openingStock.receive([{ variantId: id, quantity: decoded.stock }])
          }
          return created
        }))
      },
      Effect.catchTags(untouched)
    ),

    updateVariant: Traced.fn("Catalog.updateVariant")(
      function*(productId: string, variantId: string, input: typeof UpdateVariant.Encoded) {
        yield* Permission.require("catalog:write")
        const asked = yield* decodeUpdateVariant(input)
        return yield* change(asked.version)(Effect.gen(function*() {
          const decoded = yield* DescribedInput.ofChange(attributes, "variant", asked)
          const product = yield* findForChange(productId, decoded.version)
          const { giftCard, id } = yield* variantOf(product, variantId)
          if (decoded.giftCard === true && !giftCard && (yield* repository.isPart(id))) {
            return yield* InvalidInput.at(["giftCard"], "must be false: it is a part of a bundle", "part_of_bundle")
          }
          const pictured = yield* given.ofVariant(decoded, product.images)
          const now = yield* Timestamp.now
          const edited = yield* settled(
            yield* Effect.fromResult(ProductEdit.updateVariant(product, id, pictured, yield* currency, now)),
            (variant) => decoded.bundle !== undefined && product.variants[variant]?.id === id ? [] : undefined
          )
          return yield* replace(product, edited, "product.variant.update", { variantId: id, fields: Object.keys(decoded) })
        }))
      },
      Effect.catchTags(untouched)
    ),

    deleteVariant: Traced.fn("Catalog.deleteVariant")(
      function*(productId: string, variantId: string, options: typeof AtVersion.Encoded = {}) {
        yield* Permission.require("catalog:write")
        const { version } = yield* decodeAtVersion(options)
        return yield* change(version)(Effect.gen(function*() {
          const product = yield* findForChange(productId, version)
          const { id } = yield* variantOf(product, variantId)
          if (product.variants.length === 1) return yield* new LastVariant({ productId: product.id })
          const edited = ProductEdit.removeVariant(product, id, yield* Timestamp.now)
          return yield* replace(product, edited, "product.variant.delete", { variantId: id })
        }))
      },
      Effect.catchTags({ ...untouched, SkuTaken: Effect.die })
    )
  }
})
