import type { Ddl } from "../Dialect.ts"

/** Attempts to pay that are counted, block and allow lists, orders under review, and payments that wait for a decision. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE payments ADD COLUMN hold ${d.text} CHECK (hold IN ('review', 'released'))`,
  `CREATE TABLE fraud_attempts (
    store_id ${d.text} NOT NULL,
    order_id ${d.text} NOT NULL,
    kind ${d.text} NOT NULL,
    value ${d.text} NOT NULL,
    at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX fraud_attempts_by_value ON fraud_attempts (store_id, kind, value, at)",
  "CREATE INDEX fraud_attempts_by_order ON fraud_attempts (store_id, order_id)",
  "CREATE INDEX fraud_attempts_by_time ON fraud_attempts (at)",
  `CREATE TABLE fraud_entries (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    list ${d.text} NOT NULL CHECK (list IN ('block', 'allow')),
    kind ${d.text} NOT NULL,
    value ${d.text} NOT NULL,
    note ${d.text} NOT NULL,
    created_at ${d.text} NOT NULL,
    UNIQUE (store_id, kind, value, list)
  )${d.strict}`,
  `CREATE TABLE fraud_reviews (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    order_id ${d.text} NOT NULL UNIQUE REFERENCES orders (id),
    status ${d.text} NOT NULL,
    score ${d.int} NOT NULL,
    reasons ${d.json} NOT NULL,
    note ${d.text},
    decided_by ${d.text},
    decided_at ${d.text},
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX fraud_reviews_by_status ON fraud_reviews (store_id, status, id)"
]
