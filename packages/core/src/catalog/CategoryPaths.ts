/**
 * Categories by the names on the way down to them, which is how files name them: `Kitchen > Knives`.
 */
import * as Result from "effect/Result"
import * as Slug from "../kernel/Slug.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { Category, CategoryId } from "./Category.ts"
import * as CategoryTree from "./CategoryTree.ts"
import { untold } from "./Seo.ts"
import type { CategoryPath } from "./ProductDraft.ts"

type Tree = ReadonlyArray<Category>

const exactly = (path: CategoryPath): string => JSON.stringify(path)
const folded = (path: CategoryPath): string => JSON.stringify(path.map((name) => name.toLowerCase()))

/** The categories at which these paths end and all above them, each once: goods in `Shoes > Boots` are in `Shoes`. */
export const withThoseAbove = (paths: ReadonlyArray<Category["path"]>): ReadonlyArray<CategoryId> =>
  paths.length === 1 ? paths[0] as Category["path"] : [...new Set(paths.flat())]

/** The path of each category. */
export const pathsOf = (tree: Tree): ReadonlyMap<CategoryId, CategoryPath> => {
  const names = new Map(tree.map(({ id, name }) => [id, name]))
  return new Map(tree.map(({ id, path }) => [id, path.map((one) => names.get(one) ?? "")]))
}

/** Categories by their paths. */
export interface CategoryIndex {
  /** The category with these names; where there is none, one whose names differ in capitals only. */
  readonly find: (path: CategoryPath) => CategoryId | undefined
  readonly add: (path: CategoryPath, id: CategoryId) => void
}

export const index = (tree: Tree): CategoryIndex => {
  const ids = new Map<string, CategoryId>()
  const foldedIds = new Map<string, CategoryId>()
  const add = (path: CategoryPath, id: CategoryId): void => {
    if (!ids.has(exactly(path))) ids.set(exactly(path), id)
    if (!foldedIds.has(folded(path))) foldedIds.set(folded(path), id)
  }
  for (const [id, path] of pathsOf(tree)) add(path, id)
  return { find: (path) => ids.get(exactly(path)) ?? foldedIds.get(folded(path)), add }
}

/** The paths that have no category yet, parents before children, each once. */
export const missing = ({ find }: CategoryIndex, paths: ReadonlyArray<CategoryPath>): ReadonlyArray<CategoryPath> => {
  const found = new Map<string, CategoryPath>()
  for (const path of paths) {
    for (let depth = 1; depth <= path.length; depth++) {
      const part = path.slice(0, depth)
      if (find(part) === undefined && !found.has(folded(part))) found.set(folded(part), part)
    }
  }
  return [...found.values()]
}

/** New categories for paths that have none, given as `missing` gives them, each with an id. Adds them to the index. */
export const create = (
  tree: Tree,
  { add, find }: CategoryIndex,
  paths: ReadonlyArray<CategoryPath>,
  ids: ReadonlyArray<CategoryId>,
  now: Timestamp
): Tree => {
  const grown = [...tree]
  const slugs = new Set(
    tree.flatMap(({ slug, translations }) => [slug, ...Object.values(translations).flatMap((said) => said.slug ?? [])])
  )
  for (const [place, path] of paths.entries()) {
    const id = ids[place] as CategoryId
    const name = path.at(-1) as string
    const placed = CategoryTree.place(grown, id, find(path.slice(0, -1)) ?? null)
    // paths are no longer than the tree may be deep
    if (Result.isFailure(placed)) continue
    const slug = Slug.unused(Slug.fromText(name), slugs)
    slugs.add(slug)
    add(path, id)
    grown.push({ id, ...placed.success, name, slug, description: "", seo: untold, translations: {}, version: 1, createdAt: now, updatedAt: now })
  }
  return grown.slice(tree.length)
}
