import type { Ddl } from "../Dialect.ts"

/** Disputes that gateways tell of and stores cannot place. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE unmatched_disputes (
    store_id ${d.text} NOT NULL,
    gateway ${d.text} NOT NULL,
    reference ${d.text} NOT NULL,
    attempts ${d.int} NOT NULL CHECK (attempts > 0),
    next_attempt_at ${d.text},
    first_seen_at ${d.text} NOT NULL,
    asked_at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, gateway, reference)
  )${d.strict}`
]
