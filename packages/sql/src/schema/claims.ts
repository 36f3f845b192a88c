import type { Ddl } from "../Dialect.ts"

/** What was lost, broken, wrong or missing. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE claims (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    order_id ${d.text} NOT NULL REFERENCES orders (id),
    status ${d.text} NOT NULL,
    lines ${d.json} NOT NULL,
    answer ${d.text},
    replacement_id ${d.text} REFERENCES orders (id),
    currency ${d.text},
    amount ${d.int} CHECK (amount > 0),
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX claims_by_order ON claims (order_id, id)",
  "CREATE INDEX claims_by_status ON claims (store_id, status, created_at, id)",
  "CREATE INDEX claims_by_time ON claims (store_id, created_at, id)"
]
