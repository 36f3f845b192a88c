import type { Ddl } from "../Dialect.ts"

/** Payments, refunds, the webhook inbox and the books. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE payments (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    order_id ${d.text} NOT NULL REFERENCES orders (id),
    gateway ${d.text} NOT NULL,
    state ${d.text} NOT NULL,
    currency ${d.text} NOT NULL,
    amount ${d.int} NOT NULL CHECK (amount > 0),
    captured ${d.int} NOT NULL CHECK (captured >= 0),
    refunded ${d.int} NOT NULL CHECK (refunded >= 0 AND refunded <= captured),
    gateway_reference ${d.text},
    method ${d.text},
    return_url ${d.text},
    next_action ${d.json},
    failure ${d.json},
    idempotency_key ${d.text} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX payments_by_order ON payments (order_id, id)",
  "CREATE INDEX payments_by_time ON payments (store_id, id)",
  "CREATE UNIQUE INDEX payments_by_reference ON payments (store_id, gateway, gateway_reference)",
  "CREATE INDEX payments_unsettled ON payments (store_id, updated_at) WHERE state IN ('pending', 'requires_action')",
  `CREATE TABLE refunds (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    payment_id ${d.text} NOT NULL REFERENCES payments (id),
    order_id ${d.text} NOT NULL REFERENCES orders (id),
    state ${d.text} NOT NULL,
    currency ${d.text} NOT NULL,
    amount ${d.int} NOT NULL CHECK (amount > 0),
    reason ${d.text} NOT NULL,
    restock ${d.bool} NOT NULL,
    gateway_reference ${d.text},
    failure ${d.json},
    attempts ${d.int} NOT NULL,
    idempotency_key ${d.text} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX refunds_by_payment ON refunds (payment_id, id)",
  "CREATE INDEX refunds_by_order ON refunds (order_id, id)",
  "CREATE INDEX refunds_pending ON refunds (store_id, updated_at) WHERE state = 'pending'",
  `CREATE TABLE gateway_events (
    store_id ${d.text} NOT NULL,
    gateway ${d.text} NOT NULL,
    event_key ${d.text} NOT NULL,
    type ${d.text} NOT NULL,
    gateway_reference ${d.text},
    payment_id ${d.text},
    status ${d.text} NOT NULL,
    received_at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, gateway, event_key)
  )${d.strict}`,
  `CREATE TABLE ledger_entries (
    store_id ${d.text} NOT NULL,
    transaction_key ${d.text} NOT NULL,
    account ${d.text} NOT NULL,
    currency ${d.text} NOT NULL,
    amount ${d.int} NOT NULL,
    order_id ${d.text},
    at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, transaction_key, account, currency)
  )${d.strict}`,
  "CREATE INDEX ledger_entries_by_order ON ledger_entries (store_id, order_id)",
  "CREATE INDEX ledger_entries_by_account ON ledger_entries (store_id, account, currency)"
]
