import type { Ddl } from "../Dialect.ts"

/** The address books of customers. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE addresses (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    customer_id ${d.text} NOT NULL REFERENCES users (id),
    label ${d.text},
    address ${d.json} NOT NULL,
    default_shipping ${d.bool} NOT NULL,
    default_billing ${d.bool} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX addresses_by_customer ON addresses (store_id, customer_id, id)",
  `CREATE UNIQUE INDEX addresses_default_shipping ON addresses (store_id, customer_id)
    WHERE default_shipping = 1`,
  "CREATE UNIQUE INDEX addresses_default_billing ON addresses (store_id, customer_id) WHERE default_billing = 1"
]
