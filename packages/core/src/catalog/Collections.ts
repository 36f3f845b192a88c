/**
 * The collections of the shop. Their products are listed as all products are: `Catalog.listProducts({ collection })`.
 *
 * **Details**
 *
 * The rule of a collection is a condition of that list, and nothing is kept of what it holds. So a product is in it from
 * the moment in which it fits, whoever changed it: an order that takes the last piece, an import, the clock. What was
 * chosen by hand is a table in the order of the hand.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import * as Input from "../kernel/Input.ts"
import { asked } from "../kernel/Language.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import * as RichText from "../kernel/RichText.ts"
import * as Slug from "../kernel/Slug.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import type { MediaNotFound } from "../media/MediaErrors.ts"
import type { MediaRepository } from "../media/MediaRepository.ts"
import * as AttributeFilters from "./AttributeFilters.ts"
import { AttributeRepository } from "./AttributeRepository.ts"
import { BrandRepository } from "./BrandRepository.ts"
import type { SlugTaken } from "./CatalogErrors.ts"
import { BrandNotFound, CategoryNotFound, CollectionByRule, CollectionNotFound, ProductNotFound } from "./CatalogErrors.ts"
import { CollectionCreated, CollectionDeleted, CollectionUpdated } from "./CatalogEvents.ts"
import { CategoryRepository } from "./CategoryRepository.ts"
import {
  type Collection,
  CollectionId,
  type CollectionSummary,
  CreateCollection,
  isShown,
  countedByRule,
  ListCollections,
  PlaceProducts,
  PreviewRule,
  RemoveProducts,
  type RulePreview,
  UpdateCollection
} from "./Collection.ts"
import { CollectionRepository } from "./CollectionRepository.ts"
import * as CollectionRule from "./CollectionRule.ts"
import * as GivenImages from "./GivenImages.ts"
import { ProductRepository } from "./ProductRepository.ts"
import { understood } from "./ListFilters.ts"
import * as PublishWindow from "./PublishWindow.ts"
import { untold } from "./Seo.ts"
import { inLanguage, InLanguage } from "./Translations.ts"
import { maximumDescription } from "./ShopPage.ts"

export class Collections extends Context.Service<Collections, {
  /** By position, then by age. Those that buyers see now, unless staff ask for others. */
  readonly list: (
    input?: typeof ListCollections.Encoded
  ) => Effect.Effect<Page<CollectionSummary>, InvalidInput | StorageError | Denied>
  /** A collection by id or slug. Callers without `catalog:read` do not find one that is hidden, or not yet or no more shown. */
  readonly get: (
    idOrSlug: string,
    input?: typeof InLanguage.Encoded
  ) => Effect.Effect<Collection, InvalidInput | CollectionNotFound | StorageError>
  /** What a collection with a rule would hold now: how many products, and the first of them. Needs `catalog:read`. */
  readonly preview: (
    input: typeof PreviewRule.Encoded
  ) => Effect.Effect<RulePreview, InvalidInput | CategoryNotFound | BrandNotFound | StorageError | Denied>
  /** Needs `catalog:write`. A slug that is made from the name gets a number if it is taken. */
  readonly create: (
    input: typeof CreateCollection.Encoded
  ) => Effect.Effect<
    Collection,
    InvalidInput | SlugTaken | CategoryNotFound | BrandNotFound | MediaNotFound | StorageError | Denied
  >
  /**
   * Changes a collection. Fields that are left out stay as they are. Fails with `VersionConflict` if `version` is not
   * the current one. Needs `catalog:write`.
   */
  readonly update: (
    id: string,
    input: typeof UpdateCollection.Encoded
  ) => Effect.Effect<
    Collection,
    | InvalidInput
    | CollectionNotFound
    | SlugTaken
    | CategoryNotFound
    | BrandNotFound
    | MediaNotFound
    | VersionConflict
    | StorageError
    | Denied
  >
  /** Its products stay. Needs `catalog:write`. */
  readonly delete: (
    id: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | CollectionNotFound | VersionConflict | StorageError | Denied>
  /** Puts products, at most 1,000 at once, into a collection by hand, or moves those that are in it. Needs `catalog:write`. */
  readonly placeProducts: (
    id: string,
    input: typeof PlaceProducts.Encoded
  ) => Effect.Effect<
    Collection,
    InvalidInput | CollectionNotFound | CollectionByRule | ProductNotFound | VersionConflict | StorageError | Denied
  >
  /** Takes products out of a collection by hand; nothing happens for those that are not in it. Needs `catalog:write`. */
  readonly removeProducts: (
    id: string,
    input: typeof RemoveProducts.Encoded
  ) => Effect.Effect<
    Collection,
    InvalidInput | CollectionNotFound | CollectionByRule | VersionConflict | StorageError | Denied
  >
}>()("@stoa/core/catalog/Collections") {}

const decodeList = Input.decoder(ListCollections)
const decodeLanguage = Input.decoder(InLanguage)
const decodePreview = Input.decoder(PreviewRule)
const decodeCreate = RichText.cleaning(Input.decoder(CreateCollection), maximumDescription)
const decodeUpdate = RichText.cleaning(Input.decoder(UpdateCollection), maximumDescription)
const decodePlace = Input.decoder(PlaceProducts)
const decodeRemove = Input.decoder(RemoveProducts)

/** The id of a collection that is only looked at. */
const unmade = CollectionId.make("coll_00000000000000000000000000")

const isKey = Schema.is(Schema.Union([CollectionId, Slug.Slug]))

/** A slug that is made up may be taken by somebody else at the same moment. */
const retries = 3

const checked = Input.textParameters<Collections["Service"]>({
  get: ["idOrSlug"],
  update: ["id"],
  delete: ["id"],
  placeProducts: ["id"],
  removeProducts: ["id"]
})

export const make = Effect.gen(function*() {
  const repository = yield* CollectionRepository
  const categories = yield* CategoryRepository
  const attributes = yield* AttributeRepository
  const brands = yield* BrandRepository
  const products = yield* ProductRepository
  const { transaction } = yield* Transactor
  const audit = yield* AuditLog
  const events = yield* Events
  const images = yield* GivenImages.make

  const find = Effect.fnUntraced(function*(idOrSlug: string) {
    const collection = isKey(idOrSlug) ? yield* repository.find(idOrSlug) : undefined
    return collection ?? (yield* new CollectionNotFound({ collection: idOrSlug }))
  })

  const findForChange = Effect.fnUntraced(function*(id: string, version: number | undefined) {
    const collection = yield* find(id)
    if (version !== undefined && version !== collection.version) {
      return yield* new VersionConflict({ id: collection.id, expected: version })
    }
    return collection
  })

  const summary = ({ slug, version }: Collection) => ({ slug, version })

  /** Refuses what no collection can be. */
  const check = Effect.fnUntraced(function*(collection: Pick<Collection, "rule" | "sort" | "publishedFrom" | "publishedUntil">) {
    const { rule, sort } = collection
    const faults = [
      ...PublishWindow.faults(collection),
      ...(rule === null ? [] : CollectionRule.faults(rule)),
      ...(rule !== null && sort === "manual" ? [{ path: ["sort"], message: "manual is for collections by hand", code: "contradiction" }] : [])
    ]
    if (faults.length > 0) return yield* new InvalidInput({ faults })
    const named = rule?.conditions ?? []
    const wanted = named.flatMap((condition) => condition.field === "brand" ? [condition.brand] : [])
    const known = wanted.length === 0 ? new Set<string>() : yield* brands.known(wanted)
    const unknown = wanted.find((id) => !known.has(id))
    if (unknown !== undefined) return yield* new BrandNotFound({ brand: unknown })
    const described = CollectionRule.attributeFilters(rule)
    if (described.length > 0) {
      const attributeFaults = AttributeFilters.resolve(described, yield* attributes.known(described.map((filter) => AttributeFilters.written(filter).code))).faults
      if (attributeFaults.length > 0) {
        return yield* InvalidInput.at(["rule", "conditions"], attributeFaults.map(({ message }) => message).join("; "), "not_valid")
      }
    }
    const below = named.flatMap((condition) => condition.field === "category" ? [condition.category] : [])
    if (below.length === 0) return
    const tree = new Set((yield* categories.list).map(({ id }) => id))
    const missing = below.find((id) => !tree.has(id))
    if (missing !== undefined) return yield* new CategoryNotFound({ category: missing })
  })

  /** Writes a collection that was changed, at its next version. */
  const replace = Effect.fnUntraced(function*(
    changed: Collection,
    action: string,
    details: Record<string, Schema.Json>,
    news: { readonly renamed?: boolean; readonly productIds?: ReadonlyArray<string> }
  ) {
    const next: Collection = { ...changed, version: changed.version + 1, updatedAt: yield* Timestamp.now }
    yield* repository.replace(next)
    yield* events.publish([CollectionUpdated.make(next.id, { ...summary(next), ...news })])
    yield* audit.record({ action, subject: next.id, details: { version: next.version, ...details } })
    return next
  })

  /** Changes what was chosen by hand, once nobody else does. */
  const choose = Effect.fnUntraced(function*<E>(
    id: string,
    version: number | undefined,
    action: string,
    productIds: ReadonlyArray<string>,
    write: (collection: Collection) => Effect.Effect<void, E>
  ) {
    return yield* Effect.retry(
      transaction(Effect.gen(function*() {
        const collection = yield* findForChange(id, version)
        if (collection.rule !== null) return yield* new CollectionByRule({ collectionId: collection.id })
        const next = yield* Effect.catchTag(replace(collection, action, { count: productIds.length }, { productIds }), "SlugTaken", Effect.die)
        yield* write(next)
        return next
      })),
      { times: 10, while: (error) => version === undefined && error instanceof VersionConflict }
    )
  })

  return checked(Collections.of({
    list: Effect.fn("Collections.list")(function*(input = {}) {
      const query = yield* decodeList(input)
      if (query.status !== undefined) yield* Permission.require("catalog:read")
      const page = yield* repository.list(query, query.status === undefined ? yield* Timestamp.now : undefined)
      const language = yield* asked(query.language)
      return {
        ...page,
        items: page.items.map((collection): CollectionSummary => {
          const { id, image, name, position, publishedFrom, publishedUntil, slug, status, updatedAt } = inLanguage(collection, language)
          return { id, name, slug, image, status, publishedFrom, publishedUntil, position, updatedAt }
        })
      }
    }),

    get: Effect.fn("Collections.get")(function*(idOrSlug, input = {}) {
      const { language } = yield* decodeLanguage(input)
      const collection = yield* find(idOrSlug)
      if (!isShown(collection, yield* Timestamp.now) && !(yield* Permission.check("catalog:read"))) {
        return yield* new CollectionNotFound({ collection: idOrSlug })
      }
      return inLanguage(collection, yield* asked(language))
    }),

    preview: Effect.fn("Collections.preview")(function*(input) {
      yield* Permission.require("catalog:read")
      const { limit = 12, rule, sort = "-createdAt" } = yield* decodePreview(input)
      yield* check({ rule, sort, publishedFrom: null, publishedUntil: null })
      // it stands for a collection that is not there yet, of which only the rule is asked
      const open = yield* understood(attributes, { id: unmade, rule })
      const { count, published } = yield* repository.countProducts(open, yield* Timestamp.now, countedByRule + 1)
      const { items } = yield* products.list({ status: "any", sort, limit }, undefined, open)
      return { count: Math.min(count, countedByRule), published: Math.min(published, countedByRule), more: count > countedByRule, items }
    }),

    create: Effect.fn("Collections.create")(function*(input) {
      yield* Permission.require("catalog:write")
      const decoded = yield* decodeCreate(input)
      const image = yield* images.one(decoded.image, null)
      const made = Slug.fromText(decoded.name)
      const rule = decoded.rule ?? null
      return yield* transaction(Effect.gen(function*() {
        const now = yield* Timestamp.now
        const collection: Collection = {
          id: yield* CollectionId.generate,
          name: decoded.name.trim(),
          slug: decoded.slug ?? Slug.unused(made, yield* repository.slugsLike(made)),
          description: decoded.description ?? "",
          image,
          seo: decoded.seo ?? untold,
          translations: decoded.translations ?? {},
          rule,
          sort: decoded.sort ?? (rule === null ? "manual" : "-createdAt"),
          status: decoded.status ?? "active",
          publishedFrom: decoded.publishedFrom ?? null,
          publishedUntil: decoded.publishedUntil ?? null,
          position: decoded.position ?? 0,
          version: 1,
          createdAt: now,
          updatedAt: now
        }
        yield* check(collection)
        yield* repository.insert(collection)
        yield* events.publish([CollectionCreated.make(collection.id, summary(collection))])
        yield* audit.record({ action: "collection.create", subject: collection.id, details: { slug: collection.slug } })
        return collection
      })).pipe(
        Effect.retry({ times: retries, while: (error) => error._tag === "SlugTaken" && decoded.slug === undefined })
      )
    }),

    update: Effect.fn("Collections.update")(function*(id, input) {
      yield* Permission.require("catalog:write")
      const { version, ...fields } = yield* decodeUpdate(input)
      return yield* transaction(Effect.gen(function*() {
        const collection = yield* findForChange(id, version)
        const changed: Collection = {
          ...collection,
          ...fields,
          name: fields.name?.trim() ?? collection.name,
          image: yield* images.one(fields.image, collection.image)
        }
        yield* check(changed)
        return yield* replace(changed, "collection.update", { fields: Object.keys(fields) }, { renamed: changed.name !== collection.name })
      }))
    }),

    delete: Effect.fn("Collections.delete")(function*(id, options = {}) {
      yield* Permission.require("catalog:write")
      const { version } = yield* decodeAtVersion(options)
      yield* transaction(Effect.gen(function*() {
        const collection = yield* find(id)
        if (!(yield* repository.delete(collection.id, version))) {
          return yield* version === undefined
            ? new CollectionNotFound({ collection: id })
            : new VersionConflict({ id: collection.id, expected: version })
        }
        yield* events.publish([CollectionDeleted.make(collection.id, { slug: collection.slug, name: collection.name })])
        yield* audit.record({
          action: "collection.delete",
          subject: collection.id,
          details: { slug: collection.slug, name: collection.name }
        })
      }))
    }),

    placeProducts: Effect.fn("Collections.placeProducts")(function*(id, input) {
      yield* Permission.require("catalog:write")
      const { before = null, productIds, version } = yield* decodePlace(input)
      const wanted = [...new Set(productIds)]
      if (before !== null && wanted.includes(before)) {
        return yield* InvalidInput.at(["before"], "is one of the products that are placed", "itself")
      }
      return yield* choose(id, version, "collection.place-products", wanted, (collection) =>
        Effect.flatMap(repository.place(collection.id, wanted, before), (missing): Effect.Effect<
          void,
          InvalidInput | ProductNotFound
        > => {
          if (missing === "before") return Effect.fail(InvalidInput.at(["before"], "is not in the collection", "not_in_collection"))
          const unknown = wanted.find((productId) => missing.has(productId))
          return unknown === undefined ? Effect.void : Effect.fail(new ProductNotFound({ product: unknown }))
        }))
    }),

    removeProducts: Effect.fn("Collections.removeProducts")(function*(id, input) {
      yield* Permission.require("catalog:write")
      const { productIds, version } = yield* decodeRemove(input)
      return yield* choose(
        id,
        version,
        "collection.remove-products",
        productIds,
        (collection) => repository.remove(collection.id, productIds)
      )
    })
  }))
})

export const layer: Layer.Layer<
  Collections,
  never,
  | AttributeRepository
  | AuditLog
  | BrandRepository
  | CategoryRepository
  | CollectionRepository
  | Events
  | MediaRepository
  | ProductRepository
  | Transactor
> = Layer.effect(Collections, make)
