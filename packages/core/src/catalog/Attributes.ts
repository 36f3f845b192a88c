/**
 * The attributes of the shop: what its products can say of themselves.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import { asked } from "../kernel/Language.ts"
import * as Pages from "../kernel/Page.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { type Attribute, AttributeId, CreateAttribute, inLanguage, ListAttributes, UpdateAttribute } from "./Attribute.ts"
import * as AttributeChecks from "./AttributeChecks.ts"
import { AttributeRepository } from "./AttributeRepository.ts"
import * as AttributeSets from "./AttributeSet.ts"
import { type AttributeSet, type LackingProduct, ListLacking, type MissingAttribute, SetAttributes } from "./AttributeSet.ts"
import { AttributeCode } from "./AttributeValues.ts"
import { AttributeChoiceInUse, type AttributeCodeTaken, AttributeInUse, AttributeNotFound, CategoryNotFound, ProductNotFound } from "./CatalogErrors.ts"
import { AttributeCreated, AttributeDeleted, AttributeUpdated, CategoryAttributesChanged } from "./CatalogEvents.ts"
import type { Category } from "./Category.ts"
import { CategoryRepository } from "./CategoryRepository.ts"
import { ProductRepository } from "./ProductRepository.ts"
import { InLanguage } from "./Translations.ts"

/** As many attributes as a store has at most. */
export const maximumAttributes = 1_000

/** As many products may lose their values of an attribute when it is deleted. */
export const maximumEmptied = 10_000

export class Attributes extends Context.Service<Attributes, {
  /** In their order; those that buyers do not see, and what is said in all languages, only for `catalog:read`. */
  readonly list: (
    input?: typeof ListAttributes.Encoded
  ) => Effect.Effect<Page<Attribute>, InvalidInput | StorageError>
  /** An attribute by id or code. One that buyers do not see is found with `catalog:read` only. */
  readonly get: (
    idOrCode: string,
    input?: typeof InLanguage.Encoded
  ) => Effect.Effect<Attribute, InvalidInput | AttributeNotFound | StorageError>
  /** Creates an attribute that products, or their variants, can have values of. Needs `catalog:write`. */
  readonly create: (
    input: typeof CreateAttribute.Encoded
  ) => Effect.Effect<Attribute, InvalidInput | AttributeCodeTaken | StorageError | Denied>
  /** A choice that a product has made cannot be taken away. Needs `catalog:write`. */
  readonly update: (
    id: string,
    input: typeof UpdateAttribute.Encoded
  ) => Effect.Effect<
    Attribute,
    InvalidInput | AttributeNotFound | AttributeChoiceInUse | VersionConflict | StorageError | Denied
  >
  /** What the products of a category, by its id or slug, are to say, by its own set and those above it. Needs `catalog:read`. */
  readonly setOf: (category: string) => Effect.Effect<AttributeSet, InvalidInput | CategoryNotFound | StorageError | Denied>
  /**
   * Puts a set in place of a category's own. Products that are on sale stay so, and `lacking` names those that do not say what is required
   * now. Needs `catalog:write`.
   */
  readonly setFor: (
    category: string,
    input: typeof SetAttributes.Encoded
  ) => Effect.Effect<AttributeSet, InvalidInput | CategoryNotFound | StorageError | Denied>
  /** What a product, by its id or slug, does not say of what its categories ask, whatever its status. Needs `catalog:read`. */
  readonly missing: (
    product: string
  ) => Effect.Effect<ReadonlyArray<MissingAttribute>, InvalidInput | ProductNotFound | StorageError | Denied>
  /** Products that are on sale and lack what their categories require, by ascending id. Needs `catalog:read`. */
  readonly lacking: (
    input?: typeof ListLacking.Encoded
  ) => Effect.Effect<Page<LackingProduct>, InvalidInput | CategoryNotFound | StorageError | Denied>
  /** Up to 10,000 products lose their values of it; from more, these are to be taken before. Needs `catalog:write`. */
  readonly delete: (
    id: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | AttributeNotFound | AttributeInUse | VersionConflict | StorageError | Denied>
}>()("@stoa/core/catalog/Attributes") {}

const decodeList = Input.decoder(ListAttributes)
const decodeLanguage = Input.decoder(InLanguage)
const decodeCreate = Input.decoder(CreateAttribute)
const decodeUpdate = Input.decoder(UpdateAttribute)

const decodeSet = Input.decoder(SetAttributes)
const decodeLacking = Input.decoder(ListLacking)

const isKey = Schema.is(Schema.Union([AttributeId, AttributeCode]))

const checked = Input.textParameters<Attributes["Service"]>({ get: ["idOrCode"], update: ["id"], delete: ["id"], setOf: ["category"], setFor: ["category"], missing: ["product"] })

/** Whether a search finds products by other words after a change. */
const isRenamed = (before: Attribute, after: Attribute): boolean =>
  before.searchable !== after.searchable
  || (after.searchable && !(Equal.equals(before.choices, after.choices) && Equal.equals(before.translations, after.translations)))

/** Choices that are at another place after a change. */
const movedOf = (before: Attribute, after: Attribute) =>
  after.choices.flatMap(({ code }, place) => {
    const was = before.choices.findIndex((choice) => choice.code === code)
    return was < 0 || was === place ? [] : [{ code, place }]
  })

export const make = Effect.gen(function*() {
  const repository = yield* AttributeRepository
  const categories = yield* CategoryRepository
  const products = yield* ProductRepository
  const { transaction } = yield* Transactor
  const audit = yield* AuditLog
  const events = yield* Events

  const find = Effect.fnUntraced(function*(idOrCode: string) {
    const attribute = isKey(idOrCode) ? yield* repository.find(idOrCode) : undefined
    return attribute ?? (yield* new AttributeNotFound({ attribute: idOrCode }))
  })

  const show = (staff: boolean, language: string | undefined) => (attribute: Attribute): Attribute => {
    const said = inLanguage(attribute, language)
    return staff ? said : { ...said, translations: {} }
  }

  const followsRules = (attribute: Attribute) => {
    const faults = AttributeChecks.faults(attribute)
    return faults.length === 0 ? Effect.void : Effect.fail(new InvalidInput({ faults }))
  }

  const categoryOf = Effect.fnUntraced(function*(idOrSlug: string) {
    return (yield* categories.find(idOrSlug)) ?? (yield* new CategoryNotFound({ category: idOrSlug }))
  })

  const setOf = Effect.fnUntraced(function*({ id }: Category) {
    const found = new Map<string, AttributeSets.ExpectedAttribute>()
    for (const { attribute, categoryId, of, required, title } of yield* repository.expected([id])) {
      const above = found.get(attribute)
      if (above === undefined || (required && !above.required)) found.set(attribute, { attribute, title, of, required, categoryId })
    }
    return { categoryId: id, attributes: [...found.values()] }
  })

  const summary = ({ code, version }: Attribute) => ({ code, version })

  return checked(Attributes.of({
    list: Effect.fn("Attributes.list")(function*(input = {}) {
      const query = yield* decodeList(input)
      const staff = yield* Permission.check("catalog:read")
      const page = yield* repository.list(query, !staff)
      return { ...page, items: page.items.map(show(staff, yield* asked(query.language))) }
    }),

    get: Effect.fn("Attributes.get")(function*(idOrCode, input = {}) {
      const { language } = yield* decodeLanguage(input)
      const attribute = yield* find(idOrCode)
      const staff = yield* Permission.check("catalog:read")
      if (!attribute.shown && !staff) return yield* new AttributeNotFound({ attribute: idOrCode })
      return show(staff, yield* asked(language))(attribute)
    }),

    create: Effect.fn("Attributes.create")(function*(input) {
      yield* Permission.require("catalog:write")
      const decoded = yield* decodeCreate(input)
      return yield* transaction(Effect.gen(function*() {
        if ((yield* repository.count) >= maximumAttributes) {
          return yield* InvalidInput.at([], `a store has at most ${maximumAttributes} attributes`, { code: "too_many", params: { maximum: maximumAttributes } })
        }
        const now = yield* Timestamp.now
        const attribute: Attribute = {
          id: yield* AttributeId.generate,
          code: decoded.code,
          title: decoded.title.trim(),
          type: decoded.type,
          of: decoded.of ?? "product",
          unitFamily: decoded.unitFamily ?? null,
          unit: decoded.unit ?? null,
          choices: decoded.choices ?? [],
          required: decoded.required ?? false,
          filterable: decoded.filterable ?? false,
          searchable: decoded.searchable ?? false,
          shown: decoded.shown ?? true,
          position: decoded.position ?? 0,
          translations: decoded.translations ?? {},
          version: 1,
          createdAt: now,
          updatedAt: now
        }
        yield* followsRules(attribute)
        yield* repository.insert(attribute)
        yield* events.publish([AttributeCreated.make(attribute.id, summary(attribute))])
        yield* audit.record({ action: "attribute.create", subject: attribute.id, details: { code: attribute.code } })
        return attribute
      }))
    }),

    update: Effect.fn("Attributes.update")(function*(id, input) {
      yield* Permission.require("catalog:write")
      const { version, ...fields } = yield* decodeUpdate(input)
      return yield* transaction(Effect.gen(function*() {
        const attribute = yield* find(id)
        if (version !== undefined && version !== attribute.version) {
          return yield* new VersionConflict({ id: attribute.id, expected: version })
        }
        const changed: Attribute = {
          ...attribute,
          ...fields,
          title: fields.title?.trim() ?? attribute.title,
          version: attribute.version + 1,
          updatedAt: yield* Timestamp.now
        }
        yield* followsRules(changed)
        const kept = new Set(changed.choices.map(({ code }) => code))
        const gone = attribute.choices.flatMap(({ code }) => kept.has(code) ? [] : [code])
        yield* repository.replace(changed)
        const chosen = gone.length === 0 ? undefined : yield* repository.chosen(attribute.id, gone)
        if (chosen !== undefined) return yield* new AttributeChoiceInUse({ attribute: attribute.code, choice: chosen })
        const moved = attribute.type === "choice" ? movedOf(attribute, changed) : []
        if (moved.length > 0) yield* repository.place(attribute.id, moved)
        yield* events.publish([AttributeUpdated.make(changed.id, { ...summary(changed), renamed: isRenamed(attribute, changed) })])
        yield* audit.record({
          action: "attribute.update",
          subject: changed.id,
          details: { version: changed.version, fields: Object.keys(fields) }
        })
        return changed
      }))
    }),

    setOf: Effect.fn("Attributes.setOf")(function*(category) {
      yield* Permission.require("catalog:read")
      return yield* setOf(yield* categoryOf(category))
    }),

    setFor: Effect.fn("Attributes.setFor")(function*(idOrSlug, input) {
      yield* Permission.require("catalog:write")
      const { attributes } = yield* decodeSet(input)
      const codes = attributes.map(({ attribute }) => attribute)
      const twice = codes.findIndex((code, index) => codes.indexOf(code) < index)
      if (twice >= 0) return yield* InvalidInput.at(["attributes", twice, "attribute"], "is there twice", "duplicate")
      return yield* transaction(Effect.gen(function*() {
        const category = yield* categoryOf(idOrSlug)
        const unknown = new Set(yield* repository.assign(category.id, attributes.map(({ attribute, required = false }) => ({ attribute, required }))))
        if (unknown.size > 0) {
          return yield* new InvalidInput({
            faults: codes.flatMap((code, index) => unknown.has(code) ? [{ path: ["attributes", index, "attribute"], message: "is no attribute", code: "unknown" }] : [])
          })
        }
        yield* events.publish([CategoryAttributesChanged.make(category.id, { count: codes.length })])
        yield* audit.record({ action: "category.attributes.set", subject: category.id, details: { attributes: codes } })
        return yield* setOf(category)
      }))
    }),

    missing: Effect.fn("Attributes.missing")(function*(idOrSlug) {
      yield* Permission.require("catalog:read")
      const product = (yield* products.find(idOrSlug)) ?? (yield* new ProductNotFound({ product: idOrSlug }))
      return AttributeSets.missing(product, yield* repository.expected(product.categoryIds))
    }),

    lacking: Effect.fn("Attributes.lacking")(function*(input = {}) {
      yield* Permission.require("catalog:read")
      const { after, category, limit = Pages.defaultLimit } = yield* decodeLacking(input)
      const [begin = ""] = after === undefined ? [] : yield* Pages.decodeCursor("lacking", ["string"], after)
      const within = category === undefined ? undefined : (yield* categoryOf(category)).id
      const page = Pages.fromRows(yield* repository.lacking(within, begin, limit + 1), limit, "lacking", (id) => [id])
      const found = page.items.length === 0 ? [] : yield* products.findManyById(page.items)
      const expected = yield* repository.expected([...new Set(found.flatMap(({ categoryIds }) => categoryIds))])
      const byId = new Map(found.map((product) => [product.id, product]))
      return {
        ...page,
        items: page.items.flatMap((id): ReadonlyArray<LackingProduct> => {
          const product = byId.get(id)
          if (product === undefined) return []
          const missing = AttributeSets.missing(product, expected).filter(({ required }) => required)
          return [{ productId: id, title: product.title, slug: product.slug, missing }]
        })
      }
    }),

    delete: Effect.fn("Attributes.delete")(function*(id, options = {}) {
      yield* Permission.require("catalog:write")
      const { version } = yield* decodeAtVersion(options)
      yield* transaction(Effect.gen(function*() {
        const attribute = yield* find(id)
        if ((yield* repository.describedBy(attribute.id, maximumEmptied + 1)) > maximumEmptied) {
          return yield* new AttributeInUse({ attribute: attribute.code, limit: maximumEmptied })
        }
        if (!(yield* repository.delete(attribute.id, yield* Timestamp.now, version))) {
          return yield* version === undefined
            ? new AttributeNotFound({ attribute: id })
            : new VersionConflict({ id: attribute.id, expected: version })
        }
        yield* events.publish([AttributeDeleted.make(attribute.id, { code: attribute.code, searchable: attribute.searchable })])
        yield* audit.record({ action: "attribute.delete", subject: attribute.id, details: { code: attribute.code } })
      }))
    })
  }))
})

export const layer: Layer.Layer<Attributes, never, AttributeRepository | AuditLog | CategoryRepository | Events | ProductRepository | Transactor> = Layer.effect(
  Attributes,
  make
)
