import type { Ddl } from "../Dialect.ts"

/** Edits of many products, and which products wait for each. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE bulk_edits (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    changes ${d.json} NOT NULL,
    status ${d.text} NOT NULL,
    total ${d.int} NOT NULL,
    changed ${d.int} NOT NULL,
    unchanged ${d.int} NOT NULL,
    failed ${d.int} NOT NULL,
    errors ${d.json} NOT NULL,
    created_by ${d.text} NOT NULL,
    created_at ${d.text} NOT NULL,
    finished_at ${d.text}
  )${d.strict}`,
  "CREATE INDEX bulk_edits_by_age ON bulk_edits (store_id, created_at, id)",
  "CREATE INDEX bulk_edits_working ON bulk_edits (store_id) WHERE status = 'working'",
  `CREATE TABLE bulk_edit_products (
    store_id ${d.text} NOT NULL,
    bulk_edit_id ${d.text} NOT NULL REFERENCES bulk_edits (id) ON DELETE CASCADE,
    product_id ${d.text} NOT NULL,
    PRIMARY KEY (bulk_edit_id, product_id)
  )${d.strict}`
]
