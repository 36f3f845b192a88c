import type { Ddl } from "../Dialect.ts"

/** What a document takes back. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE documents ADD COLUMN takes_back ${d.text}`,
  "CREATE UNIQUE INDEX documents_taken_back_once ON documents (store_id, takes_back) WHERE takes_back IS NOT NULL"
]

/** An invoice that takes a credit note back is besides that of the order, and so is the credit note of an order that is over once more. */
export const built = (): ReadonlyArray<string> => [
  `CREATE UNIQUE INDEX documents_first_invoice ON documents (store_id, order_id)
    WHERE kind = 'invoice' AND edit_id IS NULL AND takes_back IS NULL`,
  `CREATE UNIQUE INDEX documents_first_end ON documents (store_id, order_id)
    WHERE kind = 'credit_note' AND refund_id IS NULL AND edit_id IS NULL AND takes_back IS NULL`
]

export const placed = (): ReadonlyArray<string> => ["DROP INDEX documents_one_invoice", "DROP INDEX documents_one_at_the_end"]
