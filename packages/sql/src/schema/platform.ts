import type { Ddl } from "../Dialect.ts"

/** Events and the answers that were given already. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE events (
    sequence ${d.serial},
    id ${d.text} NOT NULL UNIQUE,
    store_id ${d.text} NOT NULL,
    type ${d.text} NOT NULL,
    subject ${d.text} NOT NULL,
    actor ${d.text} NOT NULL,
    request_id ${d.text},
    data ${d.json} NOT NULL,
    at ${d.text} NOT NULL,
    relayed ${d.bool} NOT NULL
  )${d.strict}`,
  "CREATE INDEX events_by_subject ON events (store_id, subject, sequence)",
  "CREATE INDEX events_waiting ON events (sequence) WHERE relayed = 0",
  `CREATE TABLE idempotency_keys (
    store_id ${d.text} NOT NULL,
    scope ${d.text} NOT NULL,
    key ${d.text} NOT NULL,
    fingerprint ${d.text} NOT NULL,
    status ${d.int},
    headers ${d.json},
    body ${d.text},
    created_at ${d.text} NOT NULL,
    lease_until ${d.text} NOT NULL,
    PRIMARY KEY (store_id, scope, key)
  )${d.strict}`,
  "CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at)"
]
