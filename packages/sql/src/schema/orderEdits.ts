import type { Ddl } from "../Dialect.ts"

/** Edits of orders, what they leave to pay, and their papers. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE orders ADD COLUMN open_amount ${d.int} NOT NULL DEFAULT 0 CHECK (open_amount >= 0)`,
  `ALTER TABLE orders ADD COLUMN edits ${d.int} NOT NULL DEFAULT 0`,
  `CREATE TABLE order_edits (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    order_id ${d.text} NOT NULL REFERENCES orders (id),
    number ${d.int} NOT NULL,
    content ${d.json} NOT NULL,
    created_at ${d.text} NOT NULL,
    UNIQUE (store_id, order_id, number)
  )${d.strict}`,
  `ALTER TABLE documents ADD COLUMN edit_id ${d.text}`,
  "DROP INDEX documents_one_invoice",
  "CREATE UNIQUE INDEX documents_one_invoice ON documents (store_id, order_id) WHERE kind = 'invoice' AND edit_id IS NULL",
  "CREATE UNIQUE INDEX documents_one_of_edit ON documents (store_id, edit_id, kind) WHERE edit_id IS NOT NULL"
]
