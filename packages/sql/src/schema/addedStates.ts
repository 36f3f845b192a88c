import type { Ddl } from "../Dialect.ts"

/** States of orders and fulfilments that plug-ins have added. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE orders ADD COLUMN state ${d.text}`,
  "CREATE INDEX orders_by_state ON orders (store_id, state, placed_at, id) WHERE state IS NOT NULL",
  `ALTER TABLE fulfilments ADD COLUMN state ${d.text}`
]
