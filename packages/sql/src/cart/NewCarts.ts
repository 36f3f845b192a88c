/**
 * Beginning carts, those that are begun in the same moment by one statement.
 */
import type { StoredCart } from "@stoa/core/cart/CartRepository"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as GroupCommit from "@stoa/core/kernel/GroupCommit"
import type { StorageError } from "@stoa/core/kernel/StorageError"
import type { Store } from "@stoa/core/stores/Store"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import * as CartChangeSql from "./CartChangeSql.ts"

/** A cart that is begun in a store as it was known. */
interface NewCart {
  readonly storeId: StoreId
  readonly store: Store
  readonly cart: StoredCart
}

const columns = {
  id: "text",
  token_hash: "text",
  status: "text",
  customer_id: "text",
  email: "text",
  language: "text",
  currency: "text",
  channel: "text",
  lines: "text",
  note: "text",
  shipping_address: "text",
  billing_address: "text",
  shipping_method_id: "text",
  shipping_choices: "text",
  codes: "text",
  order_id: "text",
  version: "int",
  expires_at: "text",
  created_at: "text",
  updated_at: "text"
} as const

const toRow = ({ cart }: NewCart) => ({
  id: cart.id,
  token_hash: cart.tokenHash,
  status: cart.status,
  customer_id: cart.customerId,
  email: cart.email,
  language: cart.language ?? null,
  currency: cart.currency,
  channel: cart.channel,
  lines: JSON.stringify(cart.lines),
  note: cart.note,
  shipping_address: Row.toJson(cart.shippingAddress),
  billing_address: Row.toJson(cart.billingAddress),
  shipping_method_id: cart.shippingMethodId,
  shipping_choices: JSON.stringify(cart.shippingChoices),
  codes: JSON.stringify(cart.codes),
  order_id: cart.orderId,
  version: cart.version,
  expires_at: cart.expiresAt,
  created_at: cart.createdAt,
  updated_at: cart.updatedAt
})

const names = Object.keys(columns)

/** How many carts a statement begins at most. */
const atOnce = 50

/** A cart that was begun, and which row it is, where the database says so. */
interface Begun {
  readonly mark: string | null
}

/** Begins a cart, if its store is still as it was: if not, there is no such cart. */
export const make = (sql: SqlClient.SqlClient) =>
  GroupCommit.make<NewCart, Begun | undefined, StorageError, never>({
    keyOf: ({ store, storeId }) => `${storeId} ${store.version} ${store.updatedAt}`,
    limit: atOnce,
    run: (wanted) => {
      const [first] = wanted
      return first === undefined ? Effect.succeed([]) : Effect.map(
        sql<Begun & { readonly id: string }>`INSERT INTO carts (store_id, ${sql.literal(names.join(", "))})
          SELECT stores.id, ${sql.literal(names.map((name) => `input.${name}`).join(", "))}
          FROM ${Dialect.jsonRows(sql, wanted.map(toRow), columns)} CROSS JOIN stores
          WHERE stores.id = ${first.storeId} AND stores.version = ${first.store.version} AND stores.updated_at = ${first.store.updatedAt}
          RETURNING id, ${CartChangeSql.markOf(sql)} AS mark`,
        (rows) => wanted.map(({ cart }) => Exit.succeed(rows.find(({ id }) => id === cart.id)))
      ).pipe(storage("Carts.insert"))
    },
    mayBeOfOne: ({ reason }) => reason === "rejected",
    // a transaction may still roll back
    goesAlone: Effect.map(Effect.serviceOption(sql.transactionService), ({ _tag }) => _tag === "Some")
  })
