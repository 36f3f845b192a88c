import type { Ddl } from "../Dialect.ts"

/** What staff write at orders, and the lists of orders that they look at again. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE order_notes (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    order_id ${d.text} NOT NULL REFERENCES orders (id),
    text ${d.text} NOT NULL,
    for_customer ${d.bool} NOT NULL,
    author ${d.text} NOT NULL,
    created_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX order_notes_by_order ON order_notes (store_id, order_id, id)",
  `CREATE TABLE order_views (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    filters ${d.json} NOT NULL,
    shared ${d.bool} NOT NULL,
    owner ${d.text} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX order_views_by_owner ON order_views (store_id, owner)",
  "CREATE INDEX order_views_shared ON order_views (store_id) WHERE shared = 1"
]
