import type { Ddl } from "../Dialect.ts"

/** Until when the pieces of an order are kept though a payment of it fails, as they were held for the draft that it was. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE orders ADD COLUMN kept_until ${d.text}`,
  "CREATE INDEX draft_orders_by_email ON draft_orders (store_id, lower(email), id)",
  "CREATE INDEX draft_orders_over ON draft_orders (store_id, expires_at) WHERE status = 'expired'"
]
