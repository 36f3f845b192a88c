import type { Ddl } from "../Dialect.ts"

/** Invoices and credit notes, and the last number of each kind and year. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE document_numbers (
    store_id ${d.text} NOT NULL,
    kind ${d.text} NOT NULL,
    year ${d.int} NOT NULL,
    last ${d.int} NOT NULL,
    PRIMARY KEY (store_id, kind, year)
  )${d.strict}`,
  `CREATE TABLE documents (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    kind ${d.text} NOT NULL CHECK (kind IN ('invoice', 'credit_note')),
    year ${d.int} NOT NULL,
    count ${d.int} NOT NULL,
    number ${d.text} NOT NULL,
    order_id ${d.text} NOT NULL REFERENCES orders (id),
    refund_id ${d.text},
    content ${d.json} NOT NULL,
    issued_at ${d.text} NOT NULL,
    UNIQUE (store_id, kind, year, count)
  )${d.strict}`,
  "CREATE INDEX documents_by_order ON documents (store_id, order_id, id)",
  "CREATE UNIQUE INDEX documents_one_invoice ON documents (store_id, order_id) WHERE kind = 'invoice'",
  "CREATE UNIQUE INDEX documents_one_credit_note ON documents (store_id, refund_id) WHERE kind = 'credit_note'",
  "CREATE INDEX documents_by_time ON documents (store_id, issued_at, id)"
]
