import type { Ddl } from "../Dialect.ts"

/** Carts by when they were begun, and what figures know of those that were thrown away: nothing of whose they were. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  "CREATE INDEX carts_by_time ON carts (store_id, created_at)",
  `CREATE TABLE left_carts (
    id ${d.serial},
    store_id ${d.text} NOT NULL,
    created_at ${d.text} NOT NULL,
    checkout ${d.bool} NOT NULL
  )${d.strict}`,
  "CREATE INDEX left_carts_by_time ON left_carts (store_id, created_at)"
]
