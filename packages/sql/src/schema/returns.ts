import type { Ddl } from "../Dialect.ts"

/** What buyers give back. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE returns (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    order_id ${d.text} NOT NULL REFERENCES orders (id),
    status ${d.text} NOT NULL,
    lines ${d.json} NOT NULL,
    label ${d.text},
    currency ${d.text} NOT NULL,
    restocking_fee ${d.int} NOT NULL CHECK (restocking_fee >= 0),
    amount ${d.int} CHECK (amount >= 0),
    refund_id ${d.text},
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX returns_by_order ON returns (order_id, id)",
  "CREATE INDEX returns_by_status ON returns (store_id, status, created_at, id)",
  "CREATE INDEX returns_by_time ON returns (store_id, created_at, id)",
  "CREATE UNIQUE INDEX returns_by_refund ON returns (refund_id) WHERE refund_id IS NOT NULL"
]
