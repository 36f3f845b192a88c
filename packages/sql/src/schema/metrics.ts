import type { Ddl } from "../Dialect.ts"

/** Figures of a store's own. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE metrics (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    formula ${d.text} NOT NULL,
    unit ${d.text} NOT NULL CHECK (unit IN ('number', 'percent', 'money')),
    created_by ${d.text} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX metrics_by_name ON metrics (store_id, name, id)"
]
