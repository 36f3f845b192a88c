/**
 * Links to carts in SQL.
 */
import type { CartId } from "@stoa/core/cart/Cart"
import { CartShareRepository } from "@stoa/core/cart/CartShareRepository"
import type { CartShare } from "@stoa/core/cart/SharedCart"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as ShareLinkSql from "../ShareLinkSql.ts"

export const make = Effect.map(SqlClient.SqlClient, (sql) =>
  CartShareRepository.of(ShareLinkSql.make<CartShare, CartId>(sql, {
    table: "cart_shares",
    operation: "CartShares",
    target: "cart_id",
    fields: ["mode"],
    leadsTo: (cartId, storeId) => sql`cart_id = ${cartId} AND ${Dialect.unindexed(sql, "store_id")} = ${storeId}`
  })))

export const layer: Layer.Layer<CartShareRepository, never, SqlClient.SqlClient> = Layer.effect(CartShareRepository, make)
