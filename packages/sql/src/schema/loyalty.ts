import type { Ddl } from "../Dialect.ts"

/** Loyalty programs, and the points of orders. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE loyalty_programs (
    store_id ${d.text} PRIMARY KEY,
    program ${d.json} NOT NULL,
    version ${d.int} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  `CREATE TABLE loyalty_lots (
    order_id ${d.text} PRIMARY KEY REFERENCES orders (id),
    store_id ${d.text} NOT NULL,
    customer_id ${d.text} NOT NULL,
    state ${d.text} NOT NULL,
    earned ${d.int} NOT NULL CHECK (earned >= 0),
    points ${d.int} NOT NULL CHECK (points >= 0),
    spent ${d.int} NOT NULL CHECK (spent >= 0),
    expires_at ${d.text},
    earned_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX loyalty_lots_by_customer ON loyalty_lots (store_id, customer_id, earned_at)"
]
