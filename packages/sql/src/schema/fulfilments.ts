import type { Ddl } from "../Dialect.ts"

/** Parts of orders on their way, and how many pieces of each line are in one. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE order_lines ADD COLUMN fulfilled ${d.int} NOT NULL DEFAULT 0
    CHECK (fulfilled >= 0 AND fulfilled <= quantity)`,
  `CREATE TABLE fulfilments (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    order_id ${d.text} NOT NULL REFERENCES orders (id),
    kind ${d.text} NOT NULL CHECK (kind IN ('ship', 'pickup')),
    status ${d.text} NOT NULL,
    location_id ${d.text},
    lines ${d.json} NOT NULL,
    tracking ${d.json} NOT NULL,
    proof ${d.json},
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    shipped_at ${d.text},
    delivered_at ${d.text}
  )${d.strict}`,
  "CREATE INDEX fulfilments_by_order ON fulfilments (store_id, order_id, id)",
  "CREATE INDEX fulfilments_by_status ON fulfilments (store_id, status, id)"
]
