import { assert, describe, it } from "@effect/vitest"
import type { Category } from "@stoa/core/catalog/Category"
import * as CategoryNames from "./CategoryNames.ts"

const treeOf = (...names: ReadonlyArray<string>) => names.map((name) => ({ name })) as unknown as ReadonlyArray<Category>

describe("categories by what somebody types", () => {
  const names = CategoryNames.make()
  const tree = treeOf("Küche", "Küchenmesser", "Messer für die Küche", "Garten")
  const found = (typed: string, limit = 8) => names.find(tree, typed, limit).map(({ name }) => name)

  it("have every word, the last of which may be unfinished, in the order of the tree", () => {
    assert.deepStrictEqual(found("kuch"), ["Küche", "Küchenmesser", "Messer für die Küche"])
    assert.deepStrictEqual(found("kuch", 2), ["Küche", "Küchenmesser"])
    assert.deepStrictEqual(found("messer kü"), ["Messer für die Küche"])
    assert.deepStrictEqual(found("mess kü"), [])
    for (const typed of ["", "!?", "zz", "kücheX"]) assert.deepStrictEqual(found(typed), [], typed)
  })

  it("fold a tree once, however many letters are typed", () => {
    let read = 0
    const counted = [{ get name() { return read++, "Garten" } }] as unknown as ReadonlyArray<Category>
    for (const typed of ["g", "ga", "gar", "gart"]) assert.lengthOf(names.find(counted, typed, 8), 1)
    assert.strictEqual(read, 1)
    assert.deepStrictEqual(names.find(treeOf("Garage"), "gar", 8).map(({ name }) => name), ["Garage"])
  })
})
