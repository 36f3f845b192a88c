import type { Ddl } from "../Dialect.ts"

/** Paths of the shop that lead somewhere else. `to_path`: of what leads to a path of the shop, the path without what is behind it. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE redirects (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    from_path ${d.text} NOT NULL,
    target ${d.text} NOT NULL,
    to_path ${d.text},
    status ${d.int} NOT NULL,
    hits ${d.int} NOT NULL,
    last_hit_at ${d.text},
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    UNIQUE (store_id, from_path)
  )${d.strict}`,
  "CREATE INDEX redirects_by_target ON redirects (store_id, to_path) WHERE to_path IS NOT NULL"
]
