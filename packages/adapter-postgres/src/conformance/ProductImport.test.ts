import { assert, describe, it } from "@effect/vitest"
import { CatalogFiles } from "@stoa/core/catalog/CatalogFiles"
import { productImportFaultsSuite } from "@stoa/core/testing/ProductImportFaultsSuite"
import { productImportBudgets, productImportSuite } from "@stoa/core/testing/ProductImportSuite"
import * as Shop from "@stoa/core/testing/Shop"
import * as Effect from "effect/Effect"
import { createReadStream } from "node:fs"
import * as PostgresHarness from "./PostgresHarness.ts"

productImportSuite(PostgresHarness.postgres)
productImportFaultsSuite(PostgresHarness.postgres)
productImportBudgets(PostgresHarness.counting)

describe("the demo catalogue", () => {
  it.effect("lands whole, and a second time changes nothing", () =>
    Effect.gen(function*() {
      const files = yield* CatalogFiles
      const catalogue = new URL("../../../cli/demo/products.csv", import.meta.url)
      const imported = Effect.suspend(() => files.importProducts(createReadStream(catalogue), { format: "csv" }))
      const { failures, products } = yield* imported
      assert.deepStrictEqual(failures, [])
      assert.isAtLeast(products.created, 60)
      assert.deepStrictEqual((yield* imported).products, { created: 0, updated: 0, unchanged: products.created })
    }).pipe(Effect.provide(Shop.layer(PostgresHarness.postgres.storage()))))
})
