import type { Ddl } from "../Dialect.ts"

/** Means of payment that gateways keep for customers, which payments are made with them, and which payments keep one. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE saved_methods (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    customer_id ${d.text} NOT NULL,
    gateway ${d.text} NOT NULL,
    status ${d.text} NOT NULL,
    token ${d.text},
    fingerprint ${d.text},
    type ${d.text},
    brand ${d.text},
    last4 ${d.text},
    expires_month ${d.int},
    expires_year ${d.int},
    default_at ${d.text},
    consented_at ${d.text} NOT NULL,
    setup_method ${d.text},
    setup_reference ${d.text},
    return_url ${d.text},
    next_action ${d.json},
    failure ${d.json},
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX saved_methods_of_customer ON saved_methods (store_id, customer_id, id)",
  `CREATE UNIQUE INDEX saved_methods_once ON saved_methods (store_id, customer_id, gateway, token)
    WHERE status = 'active'`,
  `CREATE UNIQUE INDEX saved_methods_by_setup ON saved_methods (store_id, gateway, setup_reference)
    WHERE setup_reference IS NOT NULL`,
  "CREATE INDEX saved_methods_by_token ON saved_methods (store_id, gateway, token) WHERE token IS NOT NULL",
  `CREATE INDEX saved_methods_under_way ON saved_methods (store_id, status, updated_at) WHERE status <> 'active'`,
  `ALTER TABLE payments ADD COLUMN saved_method_id ${d.text}`,
  `ALTER TABLE payments ADD COLUMN keeps_for ${d.text}`,
  "CREATE INDEX payments_keeping ON payments (store_id, keeps_for) WHERE keeps_for IS NOT NULL",
  `ALTER TABLE gateway_events ADD COLUMN setup_reference ${d.text}`,
  `ALTER TABLE sandbox_charges ADD COLUMN keeps ${d.bool} NOT NULL DEFAULT 0`
]
