/**
 * The tree of categories as values: putting one in, moving one with everything below it, keeping siblings counted.
 */
import * as Result from "effect/Result"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { CategoryMoveRefused, CategoryNotFound } from "./CatalogErrors.ts"
import type { Category, CategoryId, UpdateCategory } from "./Category.ts"
import { maximumDepth } from "./Category.ts"

type Tree = ReadonlyArray<Category>

const bySiblings = (a: Category, b: Category): number => a.position - b.position || (a.id < b.id ? -1 : 1)

const childrenOf = (tree: Tree, parentId: CategoryId | null): Tree =>
  tree.filter((category) => category.parentId === parentId).sort(bySiblings)

/** The categories with parents before their children, siblings by position. */
export const inOrder = (categories: Tree): Tree => {
  const children = Map.groupBy([...categories].sort(bySiblings), (category) => category.parentId)
  const ordered: Array<Category> = []
  const waiting = [...(children.get(null) ?? [])].reverse()
  for (let category = waiting.pop(); category !== undefined; category = waiting.pop()) {
    ordered.push(category)
    waiting.push(...[...(children.get(category.id) ?? [])].reverse())
  }
  return ordered
}

/** The path and position of a category that is put last below a parent. */
export const place = (
  tree: Tree,
  id: CategoryId,
  parentId: CategoryId | null
): Result.Result<Pick<Category, "parentId" | "path" | "position">, CategoryNotFound | CategoryMoveRefused> => {
  const parent = tree.find((category) => category.id === parentId)
  if (parentId !== null && parent === undefined) return Result.fail(new CategoryNotFound({ category: parentId }))
  const path = [...(parent?.path ?? []), id]
  return path.length > maximumDepth
    ? Result.fail(new CategoryMoveRefused({ categoryId: id, reason: "too_deep" }))
    : Result.succeed({ parentId, path, position: (childrenOf(tree, parentId).at(-1)?.position ?? -1) + 1 })
}

/**
 * Every category that a change touches, the changed one first: what is below a moved one gets another path, and its
 * siblings, before and after, are counted anew. Only the changed one gets a new version.
 */
export const change = (
  tree: Tree,
  category: Category,
  input: UpdateCategory,
  now: Timestamp
): Result.Result<Tree, CategoryNotFound | CategoryMoveRefused> => {
  const parentId = input.parentId === undefined ? category.parentId : input.parentId
  const parent = tree.find(({ id }) => id === parentId)
  if (parentId !== null && parent === undefined) return Result.fail(new CategoryNotFound({ category: parentId }))
  const refuse = (reason: "below_itself" | "too_deep") =>
    Result.fail(new CategoryMoveRefused({ categoryId: category.id, reason }))
  if (parent?.path.includes(category.id) === true) return refuse("below_itself")

  const moves = parentId !== category.parentId
  const above = parent?.path ?? []
  const below = tree.filter(({ id, path }) => id !== category.id && path.includes(category.id))
  const replanted = (path: Category["path"]) => [...above, ...path.slice(category.path.length - 1)]
  if ([category, ...below].some(({ path }) => replanted(path).length > maximumDepth)) return refuse("too_deep")

  const others = childrenOf(tree, parentId).filter(({ id }) => id !== category.id)
  const position = Math.min(input.position ?? (moves ? others.length : category.position), others.length)
  const changed: Category = {
    ...category,
    parentId,
    name: input.name?.trim() ?? category.name,
    slug: input.slug ?? category.slug,
    description: input.description ?? category.description,
    seo: input.seo ?? category.seo,
    translations: input.translations ?? category.translations,
    position,
    path: replanted(category.path),
    version: category.version + 1,
    updatedAt: now
  }
  const withPath = (one: Category): Category => ({ ...one, path: replanted(one.path) })
  const counted = (siblings: Tree) =>
    siblings.flatMap((sibling, index) => sibling.position === index ? [] : [{ ...sibling, position: index }])
  return Result.succeed([
    changed,
    ...(moves ? below.map(withPath) : []),
    ...counted(others.toSpliced(position, 0, changed)).filter(({ id }) => id !== category.id),
    ...(moves ? counted(childrenOf(tree, category.parentId).filter(({ id }) => id !== category.id)) : [])
  ])
}
