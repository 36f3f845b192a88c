/**
 * Attributes that change while somebody says something by them.
 */
import { assert, describe, it } from "@effect/vitest"
import { Attributes } from "@stoa/core/catalog/Attributes"
import { Catalog } from "@stoa/core/catalog/Catalog"
import { merchant } from "@stoa/core/testing/CatalogFixture"
import * as Actor from "@stoa/core/kernel/Actor"
import * as Shop from "@stoa/core/testing/Shop"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import { storageOfRows } from "./conformance/PostgresHarness.ts"
import { whileOpen } from "./testing/WhileOpen.ts"

const choices = [{ code: "oak", label: "Oak" }, { code: "ash", label: "Ash" }]

/** A board of oak that is made at the same time. */
const whileMade = <A, E, R>(meanwhile: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const catalog = yield* Catalog
    const { made: board, result } = yield* whileOpen(
      catalog.createProduct({ title: "Board", attributes: { material: "oak" }, variants: [{ price: Shop.usd(1) }] }),
      meanwhile
    )
    return { board, result, waited: yield* catalog.getProduct(board.id) }
  })

describe("attributes in PostgreSQL", () => {
  const test = (name: string, body: Effect.Effect<void, unknown, Shop.ShopServices | SqlClient.SqlClient>) =>
    it.effect(name, () => Effect.provide(Actor.as(merchant)(body), Shop.layer<SqlClient.SqlClient>(storageOfRows())))

  test("keep a choice that a product is about to make", Effect.gen(function*() {
    const attributes = yield* Attributes
    const { id } = yield* attributes.create({ code: "material", title: "Material", type: "choice", choices })
    const { result } = yield* whileMade(attributes.update(id, { choices: choices.slice(1) }))
    assert.strictEqual(result._tag === "Failure" ? result.failure._tag : "taken away", "AttributeChoiceInUse")
    assert.lengthOf((yield* attributes.get(id)).choices, 2)
  }))

  test("that are deleted give a new version to a product that is about to say something by them", Effect.gen(function*() {
    const attributes = yield* Attributes
    const { id } = yield* attributes.create({ code: "material", title: "Material", type: "choice", choices })
    const { board, result, waited } = yield* whileMade(attributes.delete(id))
    assert.strictEqual(result._tag, "Success")
    assert.deepStrictEqual([waited.version, waited.attributes], [board.version + 1, undefined])
  }))
})
