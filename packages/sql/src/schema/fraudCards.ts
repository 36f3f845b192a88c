import type { Ddl } from "../Dialect.ts"

/** The cards that orders were paid with, and what was made of orders before their cards were known. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE fraud_cards (
    payment_id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    order_id ${d.text} NOT NULL,
    customer_id ${d.text},
    gateway ${d.text} NOT NULL,
    card ${d.text},
    facts ${d.json} NOT NULL,
    judged ${d.bool} NOT NULL DEFAULT 0 CHECK (judged IN (0, 1)),
    at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX fraud_cards_by_order ON fraud_cards (store_id, order_id)",
  "CREATE INDEX fraud_cards_by_customer ON fraud_cards (store_id, customer_id) WHERE customer_id IS NOT NULL",
  "CREATE INDEX fraud_cards_by_time ON fraud_cards (at)",
  `CREATE TABLE fraud_looks (
    order_id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    customer_id ${d.text},
    score ${d.int} NOT NULL,
    reasons ${d.json} NOT NULL,
    allowed ${d.bool} NOT NULL CHECK (allowed IN (0, 1)),
    network ${d.text},
    at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX fraud_looks_by_customer ON fraud_looks (store_id, customer_id) WHERE customer_id IS NOT NULL",
  "CREATE INDEX fraud_looks_by_time ON fraud_looks (at)"
]
