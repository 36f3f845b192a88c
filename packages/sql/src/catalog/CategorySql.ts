/**
 * Categories in SQL. A category's path holds the ids from the root down to itself, so everything below it is one range
 * of an index.
 */
import type { Category } from "@stoa/core/catalog/Category"
import { CategoryRepository } from "@stoa/core/catalog/CategoryRepository"
import { inOrder } from "@stoa/core/catalog/CategoryTree"
import { SlugTaken } from "@stoa/core/catalog/CatalogErrors"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { atVersion } from "../AtVersion.ts"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import { checkTranslated, formerly, isTranslatedSlug, slugsLike } from "./Slugs.ts"
import * as CategoryTreeCache from "./CategoryTreeCache.ts"

interface CategoryRow {
  readonly id: string
  readonly parent_id: string | null
  readonly name: string
  readonly slug: string
  readonly description: string
  readonly seo: string
  readonly translations: string
  readonly position: number
  readonly path: string
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const fromRow = (row: CategoryRow): Category => ({
  id: row.id,
  parentId: row.parent_id,
  name: row.name,
  slug: row.slug,
  description: row.description,
  seo: Row.json(row.seo),
  translations: row.translations === "{}" ? {} : Row.json(row.translations),
  position: row.position,
  path: row.path.split("/") as ReadonlyArray<string> as Category["path"],
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as Category)

const columns = {
  place: "int",
  id: "text",
  parent_id: "text",
  name: "text",
  slug: "text",
  description: "text",
  seo: "json",
  translations: "json",
  position: "int",
  path: "text",
  version: "int",
  created_at: "text",
  updated_at: "text"
} as const

const toRow = (category: Category, place: number) => ({
  place,
  id: category.id,
  parent_id: category.parentId,
  name: category.name,
  slug: category.slug,
  description: category.description,
  seo: category.seo,
  translations: category.translations,
  position: category.position,
  path: category.path.join("/"),
  version: category.version,
  created_at: category.createdAt,
  updated_at: category.updatedAt
})

export const isId = (idOrSlug: string): boolean => idOrSlug.startsWith("cat_")

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  // one statement, so that the version is that of the rows
  const read = (storeId: string) =>
    Effect.map(
      sql<CategoryRow & { readonly tree_version: number }>`
        SELECT categories.*, (SELECT version FROM category_trees WHERE store_id = ${storeId}) AS tree_version
        FROM categories WHERE store_id = ${storeId}`,
      (rows) => ({ version: Number(rows[0]?.tree_version ?? 0), tree: inOrder(rows.map(fromRow)) })
    )
  const list = Effect.flatMap(CurrentStore, CategoryTreeCache.make(sql, read))

  /** The slug among `categories` that another category has. */
  const takenSlug = Effect.fnUntraced(function*(categories: ReadonlyArray<Category>) {
    const rows = yield* sql<{ readonly slug: string }>`
      SELECT taken.slug FROM categories AS taken
      JOIN ${Dialect.jsonRows(sql, categories.map(toRow), columns)} ON taken.slug = input.slug AND taken.id <> input.id
      WHERE taken.store_id = ${yield* CurrentStore}`
    return new SlugTaken({ slug: rows[0]?.slug ?? categories[0]?.slug ?? "" })
  })

  return CategoryRepository.of({
    list: storage("Categories.list")(list),
    listForChange: storage("Categories.listForChange")(Effect.flatMap(CurrentStore, (storeId) =>
      Effect.andThen(Dialect.lockTransaction(sql, `categories of ${storeId}`), list))),
    find: Effect.fnUntraced(function*(idOrSlug) {
      const storeId = yield* CurrentStore
      const byId = (id: string) => sql<CategoryRow>`SELECT * FROM categories WHERE id = ${id} AND store_id = ${storeId}`
      if (isId(idOrSlug)) return Row.first(yield* byId(idOrSlug), fromRow)
      const rows = yield* sql<CategoryRow>`SELECT * FROM categories WHERE store_id = ${storeId} AND slug = ${idOrSlug}`
      const id = rows.length > 0 ? undefined : yield* formerly(sql, "category", storeId, idOrSlug)
      return Row.first(id === undefined ? rows : yield* byId(id), fromRow)
    }, storage("Categories.find")),
    slugsLike: Effect.fnUntraced(function*(slug) {
      return yield* slugsLike(sql, "category", yield* CurrentStore, slug)
    }, storage("Categories.slugsLike")),
    insertMany: Effect.fnUntraced(function*(categories) {
      const storeId = yield* CurrentStore
      yield* checkTranslated(sql, "category", storeId, categories)
      const rows = yield* sql`
        INSERT INTO categories (
          id, store_id, parent_id, name, slug, description, seo, translations, position, path, version, created_at, updated_at
        )
        SELECT
          id, ${storeId}, parent_id, name, slug, description, seo, translations, position, path, version, created_at, updated_at
        FROM ${Dialect.jsonRows(sql, categories.map(toRow), columns)}
        WHERE NOT ${isTranslatedSlug(sql, "category", storeId)}
        ON CONFLICT (store_id, slug) DO NOTHING
        RETURNING categories.id`
      if (rows.length < categories.length) return yield* yield* takenSlug(categories)
    }, storage("Categories.insertMany")),
    replaceMany: Effect.fnUntraced(function*(categories) {
      const storeId = yield* CurrentStore
      yield* checkTranslated(sql, "category", storeId, categories.slice(0, 1))
      const rows = yield* sql<{ readonly id: string }>`
        UPDATE categories SET parent_id = input.parent_id, name = input.name, slug = input.slug,
          description = input.description, seo = input.seo, translations = input.translations, position = input.position, path = input.path, version = input.version,
          updated_at = input.updated_at
        FROM ${Dialect.jsonRows(sql, categories.map(toRow), columns)}
        WHERE categories.id = input.id AND ${Dialect.unindexed(sql, "categories.store_id")} = ${storeId}
          AND (input.place > 0 OR categories.version = input.version - 1)
          AND NOT EXISTS (
            SELECT 1 FROM categories AS taken
            WHERE taken.store_id = ${storeId} AND taken.slug = input.slug AND taken.id <> input.id
          )
          AND NOT ${isTranslatedSlug(sql, "category", storeId)}
        RETURNING categories.id`
      if (rows.length === categories.length) return
      const [first] = categories
      if (first === undefined) return
      const current = yield* sql<{ readonly version: number }>`
        SELECT version FROM categories WHERE id = ${first.id} AND store_id = ${storeId}`
      if (current[0]?.version !== first.version - 1) {
        return yield* new VersionConflict({ id: first.id, expected: first.version - 1 })
      }
      return yield* yield* takenSlug(categories)
    }, storage("Categories.replaceMany")),
    delete: Effect.fnUntraced(function*(id, at, version) {
      const storeId = yield* CurrentStore
      const below = sql`
        SELECT c.id FROM categories AS root
        JOIN categories AS c ON c.store_id = root.store_id AND c.path >= root.path AND c.path < root.path || '0'
        WHERE root.id = ${id} AND root.store_id = ${storeId}`
      yield* sql`
        UPDATE products SET version = version + 1, updated_at = ${at}
        WHERE ${Dialect.unindexed(sql, "store_id")} = ${storeId} AND id IN (
          SELECT product_id FROM product_categories WHERE category_id IN (${below})
        )`
      const rows = yield* sql`
        DELETE FROM categories WHERE id = ${id} AND store_id = ${storeId} ${atVersion(sql, version)} RETURNING id`
      return rows.length > 0
    }, storage("Categories.delete"))
  })
})

export const layer: Layer.Layer<CategoryRepository, never, SqlClient.SqlClient> = Layer.effect(CategoryRepository, make)
