import type { Ddl } from "../Dialect.ts"

/** Addresses that are told of events, and what they were told. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE webhook_endpoints (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    url ${d.text} NOT NULL,
    description ${d.text},
    events ${d.json} NOT NULL,
    contact ${d.text},
    status ${d.text} NOT NULL CHECK (status IN ('enabled', 'disabled')),
    disabled_reason ${d.text},
    failing_since ${d.text},
    secret ${d.text} NOT NULL,
    previous_secret ${d.text},
    previous_until ${d.text},
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX webhook_endpoints_by_store ON webhook_endpoints (store_id, id)",
  "CREATE INDEX webhook_endpoints_enabled ON webhook_endpoints (store_id) WHERE status = 'enabled'",
  `CREATE TABLE webhook_deliveries (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    endpoint_id ${d.text} NOT NULL REFERENCES webhook_endpoints (id),
    event_id ${d.text} NOT NULL,
    type ${d.text} NOT NULL,
    body ${d.text} NOT NULL,
    status ${d.text} NOT NULL CHECK (status IN ('pending', 'delivered', 'failed', 'cancelled')),
    attempts ${d.json} NOT NULL,
    tried ${d.int} NOT NULL,
    round ${d.int} NOT NULL,
    next_attempt_at ${d.text},
    created_at ${d.text} NOT NULL,
    delivered_at ${d.text},
    UNIQUE (store_id, endpoint_id, event_id)
  )${d.strict}`,
  "CREATE INDEX webhook_deliveries_by_endpoint ON webhook_deliveries (store_id, endpoint_id, id)",
  "CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (store_id, endpoint_id, id) WHERE status = 'failed'",
  "CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_attempt_at) WHERE status = 'pending'",
  "CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (created_at)"
]
