import type { Ddl } from "../Dialect.ts"

/** Dashboards that people have put together, for themselves or for their store. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE dashboards (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    shared ${d.bool} NOT NULL CHECK (shared IN (0, 1)),
    owner ${d.text} NOT NULL,
    tiles ${d.json} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX dashboards_of_owners ON dashboards (store_id, owner) WHERE shared = 0",
  "CREATE INDEX dashboards_shared ON dashboards (store_id) WHERE shared = 1"
]
