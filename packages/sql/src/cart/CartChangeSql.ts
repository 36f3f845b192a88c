/**
 * Changing a cart.
 */
import type { StoredCart } from "@stoa/core/cart/CartRepository"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Row from "../Row.ts"

/**
 * Which row of `carts` something is, where the database says so: the transaction that wrote it, and since when the server runs, as one that takes the
 * place of another may count transactions again that the other had counted.
 */
export const markOf = (sql: Constructor, alias = ""): Fragment =>
  sql.literal(sql.onDialectOrElse({
    pg: () => `concat_ws(' ', ${alias}xmin, extract(epoch FROM pg_postmaster_start_time()))`,
    orElse: () => "NULL"
  }))

/** The part of a mark that names the server. */
export const serverOf = (mark: string): string => mark.slice(mark.indexOf(" ") + 1)

/** A statement that replaces a cart which still has the version before and is open. More conditions may follow. */
export const update = (sql: Constructor, cart: StoredCart, storeId: StoreId): Fragment =>
  sql`UPDATE carts SET status = ${cart.status}, customer_id = ${cart.customerId}, email = ${cart.email},
      language = ${cart.language ?? null}, currency = ${cart.currency}, channel = ${cart.channel}, lines = ${JSON.stringify(cart.lines)}, note = ${cart.note},
      shipping_address = ${Row.toJson(cart.shippingAddress)}, billing_address = ${Row.toJson(cart.billingAddress)},
      shipping_method_id = ${cart.shippingMethodId}, shipping_choices = ${JSON.stringify(cart.shippingChoices)}, codes = ${JSON.stringify(cart.codes)},
      order_id = ${cart.orderId}, version = ${cart.version}, expires_at = ${cart.expiresAt},
      updated_at = ${cart.updatedAt}
    WHERE id = ${cart.id} AND store_id = ${storeId} AND version = ${cart.version - 1} AND status = 'open'`
