/**
 * Links to wish lists in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import type { WishShare } from "@stoa/core/wishes/SharedWishList"
import { WishShareRepository } from "@stoa/core/wishes/WishShareRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as ShareLinkSql from "../ShareLinkSql.ts"
import { storage } from "../Storage.ts"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const ofCustomer = (customerId: string, storeId: string) => sql`store_id = ${storeId} AND customer_id = ${customerId}`

  return WishShareRepository.of({
    ...ShareLinkSql.make<WishShare, string>(sql, {
      table: "wish_list_shares",
      operation: "WishShares",
      target: "customer_id",
      leadsTo: ofCustomer
    }),

    forget: Effect.fnUntraced(function*(customerId) {
      yield* sql`DELETE FROM wish_list_shares WHERE ${ofCustomer(customerId, yield* CurrentStore)}`
    }, storage("WishShares.forget"))
  })
})

export const layer: Layer.Layer<WishShareRepository, never, SqlClient.SqlClient> = Layer.effect(WishShareRepository, make)
