import type { Ddl } from "../Dialect.ts"

/** Switches for parts of a shop that not everybody sees yet. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE feature_flags (
    store_id ${d.text} NOT NULL,
    key ${d.text} NOT NULL,
    description ${d.text} NOT NULL,
    enabled ${d.bool} NOT NULL,
    percentage ${d.int} NOT NULL CHECK (percentage BETWEEN 0 AND 100),
    customer_groups ${d.json} NOT NULL,
    starts_at ${d.text},
    ends_at ${d.text},
    exposed ${d.bool} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, key)
  )${d.strict}`
]
