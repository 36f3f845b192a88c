import type { Ddl } from "../Dialect.ts"

/** What staff have put together for buyers, each one document with its figures. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE draft_orders (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    status ${d.text} NOT NULL CHECK (status IN ('open', 'sent', 'expired', 'ordered')),
    customer_id ${d.text},
    email ${d.text},
    currency ${d.text} NOT NULL,
    total ${d.int} NOT NULL CHECK (total >= 0),
    content ${d.json} NOT NULL,
    expires_at ${d.text} NOT NULL,
    reserved_until ${d.text},
    sent_at ${d.text},
    cart_id ${d.text} NOT NULL,
    order_id ${d.text},
    link_key ${d.text} NOT NULL,
    version ${d.int} NOT NULL,
    created_by ${d.text} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX draft_orders_by_time ON draft_orders (store_id, id)",
  "CREATE INDEX draft_orders_by_customer ON draft_orders (store_id, customer_id, id) WHERE customer_id IS NOT NULL",
  "CREATE INDEX draft_orders_due ON draft_orders (store_id, expires_at) WHERE status IN ('open', 'sent')",
  "CREATE INDEX draft_orders_held ON draft_orders (store_id, reserved_until) WHERE reserved_until IS NOT NULL"
]
