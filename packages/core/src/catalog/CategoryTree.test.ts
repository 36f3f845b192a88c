import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { Category, CategoryId, UpdateCategory } from "./Category.ts"
import { maximumDepth } from "./Category.ts"
import * as CategoryTree from "./CategoryTree.ts"

const then = "2026-11-21T08:00:00.000Z" as Timestamp
const now = "2026-11-22T08:00:00.000Z" as Timestamp
const id = (name: string) => `cat_${name}` as CategoryId

const grow = (tree: ReadonlyArray<Category>, name: string, parent: string | null): ReadonlyArray<Category> => {
  const placed = CategoryTree.place(tree, id(name), parent === null ? null : id(parent))
  if (Result.isFailure(placed)) throw placed.failure
  return [...tree, {
    id: id(name),
    name,
    slug: name,
    description: "",
    seo: { title: null, description: null },
    translations: {},
    version: 1,
    createdAt: then,
    updatedAt: then,
    ...placed.success
  }]
}

/** kitchen (boards (round, square), knives), garden */
const tree = ([
  ["kitchen", null],
  ["garden", null],
  ["boards", "kitchen"],
  ["knives", "kitchen"],
  ["round", "boards"],
  ["square", "boards"]
] as const).reduce<ReadonlyArray<Category>>((tree, [name, parent]) => grow(tree, name, parent), [])

const find = (tree: ReadonlyArray<Category>, name: string) => tree.find((category) => category.id === id(name))!

const change = (name: string, input: UpdateCategory) => CategoryTree.change(tree, find(tree, name), input, now)

const after = (changed: Result.Result<ReadonlyArray<Category>, unknown>, before = tree): ReadonlyArray<Category> => {
  const touched = Result.getOrThrow(changed)
  return CategoryTree.inOrder(before.map((category) => touched.find((one) => one.id === category.id) ?? category))
}

const outline = (tree: ReadonlyArray<Category>) =>
  tree.map((category) => `${"  ".repeat(category.path.length - 1)}${category.name}`)

describe("the tree of categories", () => {
  it("is told with parents before their children, siblings by position", () => {
    assert.deepStrictEqual(outline(CategoryTree.inOrder([...tree].reverse())), [
      "kitchen",
      "  boards",
      "    round",
      "    square",
      "  knives",
      "garden"
    ])
  })

  it("moves a category with everything below it, to the end of its new siblings", () => {
    const moved = change("boards", { parentId: id("garden") })
    assert.deepStrictEqual(Result.getOrThrow(moved)[0]?.id, id("boards"))
    assert.deepStrictEqual(outline(after(moved)), ["kitchen", "  knives", "garden", "  boards", "    round", "    square"])
    assert.strictEqual(find(after(moved), "knives").position, 0)
    assert.strictEqual(find(after(moved), "round").version, 1)
    assert.strictEqual(find(after(moved), "boards").version, 2)
  })

  it("moves a category to the top, and to a place among its siblings", () => {
    assert.deepStrictEqual(outline(after(change("boards", { parentId: null, position: 0 }))), [
      "boards",
      "  round",
      "  square",
      "kitchen",
      "  knives",
      "garden"
    ])
    assert.deepStrictEqual(outline(after(change("knives", { position: 0 }))).slice(0, 2), ["kitchen", "  knives"])
    assert.deepStrictEqual(outline(after(change("boards", { position: 99 }))).slice(0, 2), ["kitchen", "  knives"])
  })

  it("touches nothing but the category when only its name changes", () => {
    assert.deepStrictEqual(Result.getOrThrow(change("boards", { name: " Planks " })), [
      { ...find(tree, "boards"), name: "Planks", version: 2, updatedAt: now }
    ])
  })

  it("refuses to put a category below itself", () => {
    for (const parent of ["boards", "square"]) {
      const refused = change("boards", { parentId: id(parent) })
      assert.isTrue(Result.isFailure(refused) && refused.failure._tag === "CategoryMoveRefused"
        && refused.failure.reason === "below_itself")
    }
  })

  it("refuses to grow deeper than it may, by adding and by moving", () => {
    let deep = grow([], "0", null)
    for (let level = 1; level < maximumDepth; level++) deep = grow(deep, `${level}`, `${level - 1}`)
    const added = CategoryTree.place(deep, id("more"), id(`${maximumDepth - 1}`))
    assert.isTrue(Result.isFailure(added) && added.failure._tag === "CategoryMoveRefused")
    const withTwo = grow(grow(deep, "a", null), "b", "a")
    const moved = CategoryTree.change(withTwo, find(withTwo, "a"), { parentId: id(`${maximumDepth - 2}`) }, now)
    assert.isTrue(Result.isFailure(moved) && moved.failure._tag === "CategoryMoveRefused"
      && moved.failure.reason === "too_deep")
  })

  it("knows no parent that is not there", () => {
    assert.isTrue(Result.isFailure(change("boards", { parentId: id("cellar") })))
    assert.isTrue(Result.isFailure(CategoryTree.place(tree, id("new"), id("cellar"))))
  })

  it("stays a tree with counted siblings whatever is moved where", () => {
    const names = tree.map(({ name }) => name)
    const move = fc.record({
      what: fc.constantFrom(...names),
      to: fc.constantFrom(null, ...names),
      position: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined })
    })
    fc.assert(fc.property(fc.array(move, { maxLength: 12 }), (moves) => {
      let current = tree
      for (const { position, to, what } of moves) {
        const changed = CategoryTree.change(current, find(current, what), {
          parentId: to === null ? null : id(to),
          ...(position === undefined ? {} : { position })
        }, now)
        if (Result.isSuccess(changed)) current = after(changed, current)
      }
      assert.strictEqual(current.length, tree.length)
      for (const category of current) {
        const parent = current.find((one) => one.id === category.parentId)
        assert.deepStrictEqual(category.path, [...(parent?.path ?? []), category.id])
      }
      for (const siblings of Map.groupBy(current, (category) => category.parentId).values()) {
        assert.deepStrictEqual(siblings.map(({ position }) => position).sort(), siblings.map((_, index) => index))
      }
    }))
  })
})
