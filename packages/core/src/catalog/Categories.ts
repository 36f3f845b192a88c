/**
 * The part of the catalog service that is about categories.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import * as Input from "../kernel/Input.ts"
import { asked } from "../kernel/Language.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Permission from "../kernel/Permission.ts"
import * as RichText from "../kernel/RichText.ts"
import * as Slug from "../kernel/Slug.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { CategoryNotFound } from "./CatalogErrors.ts"
import { CategoryCreated, CategoryDeleted, CategoryUpdated } from "./CatalogEvents.ts"
import { type Category, CategoryId, CreateCategory, maximumCategories, UpdateCategory } from "./Category.ts"
import { CategoryRepository } from "./CategoryRepository.ts"
import * as CategoryTree from "./CategoryTree.ts"
import { untold } from "./Seo.ts"
import { inLanguage, InLanguage, isTranslated } from "./Translations.ts"
import { maximumDescription } from "./ShopPage.ts"

const decodeCreate = RichText.cleaning(Input.decoder(CreateCategory), maximumDescription)
const decodeUpdate = RichText.cleaning(Input.decoder(UpdateCategory), maximumDescription)

const decodeLanguage = Input.decoder(InLanguage)

const isCategoryKey = Schema.is(Schema.Union([CategoryId, Slug.Slug]))

export const make = Effect.gen(function*() {
  const repository = yield* CategoryRepository
  const transactor = yield* Transactor
  const audit = yield* AuditLog
  const events = yield* Events

  const find = Effect.fnUntraced(function*(idOrSlug: string) {
    const found = isCategoryKey(idOrSlug) ? yield* repository.find(idOrSlug) : undefined
    return found ?? (yield* new CategoryNotFound({ category: idOrSlug }))
  })

  /** How the caller sees categories: in one language, or as staff in all. */
  const shownIn = (language: string | undefined) =>
    Effect.zipWith(asked(language), Permission.check("catalog:read"), (language, isStaff) => (category: Category): Category => {
      const shown = inLanguage(category, language)
      return isStaff ? shown : { ...shown, translations: {} }
    })

  const summary = ({ parentId, slug }: Category) => ({ parentId, slug })

  return {
    listCategories: Effect.flatMap(repository.list, (tree) =>
      tree.some(isTranslated)
        ? Effect.map(shownIn(undefined), (shown) => tree.map(shown))
        : Effect.succeed(tree)),

    getCategory: Effect.fn("Catalog.getCategory")(function*(idOrSlug: string, input: typeof InLanguage.Encoded = {}) {
      const { language } = yield* decodeLanguage(input)
      return (yield* shownIn(language))(yield* find(idOrSlug))
    }),

    createCategory: Effect.fn("Catalog.createCategory")(function*(input: typeof CreateCategory.Encoded) {
      yield* Permission.require("catalog:write")
      const decoded = yield* decodeCreate(input)
      const made = Slug.fromText(decoded.name)
      return yield* transactor.transaction(Effect.gen(function*() {
        const tree = yield* repository.listForChange
        if (tree.length >= maximumCategories) {
          return yield* InvalidInput.at([], `a store has at most ${maximumCategories} categories`, { code: "too_many", params: { maximum: maximumCategories } })
        }
        const id = yield* CategoryId.generate
        const now = yield* Timestamp.now
        const category: Category = {
          id,
          ...(yield* Effect.fromResult(CategoryTree.place(tree, id, decoded.parentId ?? null))),
          name: decoded.name.trim(),
          slug: decoded.slug ?? Slug.unused(made, yield* repository.slugsLike(made)),
          description: decoded.description ?? "",
          seo: decoded.seo ?? untold,
          translations: decoded.translations ?? {},
          version: 1,
          createdAt: now,
          updatedAt: now
        }
        yield* repository.insertMany([category])
        yield* events.publish([CategoryCreated.make(id, summary(category))])
        yield* audit.record({ action: "category.create", subject: id, details: { slug: category.slug } })
        return category
      }))
    }),

    updateCategory: Effect.fn("Catalog.updateCategory")(function*(id: string, input: typeof UpdateCategory.Encoded) {
      yield* Permission.require("catalog:write")
      const { version, ...fields } = yield* decodeUpdate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const tree = yield* repository.listForChange
        const category = tree.find((one) => one.id === id || one.slug === id)
        if (category === undefined) return yield* new CategoryNotFound({ category: id })
        if (version !== undefined && version !== category.version) {
          return yield* new VersionConflict({ id: category.id, expected: version })
        }
        const changed = yield* Effect.fromResult(
          CategoryTree.change(tree, category, fields, yield* Timestamp.now)
        )
        const updated = changed[0] ?? category
        yield* repository.replaceMany(changed)
        yield* events.publish([CategoryUpdated.make(updated.id, {
          ...summary(updated),
          renamed: updated.name !== category.name || updated.parentId !== category.parentId
        })])
        yield* audit.record({
          action: "category.update",
          subject: updated.id,
          details: { version: updated.version, fields: Object.keys(fields) }
        })
        return updated
      }))
    }),

    deleteCategory: Effect.fn("Catalog.deleteCategory")(function*(id: string, options: typeof AtVersion.Encoded = {}) {
      yield* Permission.require("catalog:write")
      const { version } = yield* decodeAtVersion(options)
      yield* transactor.transaction(Effect.gen(function*() {
        const category = yield* find(id)
        const names = (yield* repository.list).filter(({ path }) => path.includes(category.id)).map(({ name }) => name)
        if (!(yield* repository.delete(category.id, yield* Timestamp.now, version))) {
          return yield* version === undefined
            ? new CategoryNotFound({ category: id })
            : new VersionConflict({ id: category.id, expected: version })
        }
        yield* events.publish([CategoryDeleted.make(category.id, { slug: category.slug, names })])
        yield* audit.record({
          action: "category.delete",
          subject: category.id,
          details: { slug: category.slug, name: category.name }
        })
      }))
    })
  }
})
