import type { Ddl } from "../Dialect.ts"

/** Disputes of payments, and which webhooks are about them. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE disputes (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    payment_id ${d.text} NOT NULL REFERENCES payments (id),
    order_id ${d.text} NOT NULL REFERENCES orders (id),
    gateway ${d.text} NOT NULL,
    gateway_reference ${d.text},
    state ${d.text} NOT NULL,
    currency ${d.text} NOT NULL,
    amount ${d.int} NOT NULL CHECK (amount > 0),
    fee ${d.int} CHECK (fee >= 0),
    withdrawn ${d.bool} NOT NULL,
    reason ${d.text} NOT NULL,
    respond_by ${d.text},
    evidence ${d.json},
    asked_at ${d.text} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    UNIQUE (store_id, gateway, gateway_reference)
  )${d.strict}`,
  "CREATE INDEX disputes_by_time ON disputes (store_id, id)",
  "CREATE INDEX disputes_by_order ON disputes (store_id, order_id)",
  `CREATE INDEX disputes_undecided ON disputes (store_id, gateway, asked_at)
    WHERE state IN ('needs_response', 'under_review')`,
  `ALTER TABLE payments ADD COLUMN disputed ${d.int} NOT NULL DEFAULT 0 CHECK (disputed >= 0)`,
  `ALTER TABLE gateway_events ADD COLUMN dispute_reference ${d.text}`
]
