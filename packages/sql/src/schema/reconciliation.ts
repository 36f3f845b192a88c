import type { Ddl } from "../Dialect.ts"

/** What differs between the gateways and the shop. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE payment_differences (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    gateway ${d.text} NOT NULL,
    reference ${d.text} NOT NULL,
    payment_id ${d.text},
    kind ${d.text} NOT NULL,
    status ${d.text} NOT NULL,
    here ${d.json},
    there ${d.json},
    first_seen_at ${d.text} NOT NULL,
    last_seen_at ${d.text} NOT NULL,
    UNIQUE (store_id, gateway, reference, kind)
  )${d.strict}`,
  "CREATE INDEX payment_differences_by_time ON payment_differences (store_id, id)",
  "CREATE INDEX payment_differences_open ON payment_differences (store_id, id) WHERE status = 'open'",
  "CREATE INDEX payments_taken ON payments (store_id, gateway, id) WHERE captured > 0"
]
