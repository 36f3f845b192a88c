/**
 * How popular products are, in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { type Popularity, PopularityRepository } from "@stoa/core/search/PopularityRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { total } from "../analytics/Sold.ts"
import * as Dialect from "../Dialect.ts"
import { storage } from "../Storage.ts"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return PopularityRepository.of({
    outdated: Effect.fnUntraced(function*(since, limit) {
      const storeId = yield* CurrentStore
      const pieces = sql.literal(total("counted.pieces"))
      return yield* sql<Popularity>`
        SELECT p.id AS ${sql("productId")}, ${pieces} AS pieces FROM (
          SELECT v.product_id AS id, sum(s.quantity) AS pieces FROM sales_by_variant AS s CROSS JOIN variants AS v
          WHERE s.store_id = ${storeId} AND s.day >= ${since} AND v.id = s.variant_id GROUP BY v.product_id
          UNION ALL
          SELECT id, 0 FROM products WHERE store_id = ${storeId} AND status IN ('active', 'draft', 'archived') AND popularity > 0
        ) AS counted CROSS JOIN products AS p
        WHERE p.id = counted.id AND ${Dialect.unindexed(sql, "p.store_id")} = ${storeId}
        GROUP BY p.id, p.popularity HAVING ${pieces} <> p.popularity ORDER BY p.id LIMIT ${limit}`
    }, storage("Popularity.outdated")),

    write: Effect.fnUntraced(function*(numbers) {
      yield* sql`UPDATE products SET popularity = input.pieces
        FROM ${Dialect.jsonRows(sql, numbers.map(({ pieces, productId }) => ({ id: productId, pieces })), { id: "text", pieces: "int" })}
        WHERE products.id = input.id AND ${Dialect.unindexed(sql, "products.store_id")} = ${yield* CurrentStore}`
    }, storage("Popularity.write"))
  })
})

export const layer: Layer.Layer<PopularityRepository, never, SqlClient.SqlClient> = Layer.effect(PopularityRepository, make)
