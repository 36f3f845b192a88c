import type { Ddl } from "../Dialect.ts"

/** Labels with which returns are sent back, one at a time for a return, and their files. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE return_labels (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    order_id ${d.text} NOT NULL REFERENCES orders (id),
    return_id ${d.text} NOT NULL REFERENCES returns (id),
    status ${d.text} NOT NULL CHECK (status IN ('pending', 'bought', 'failed', 'voiding', 'void')),
    carrier ${d.text} NOT NULL,
    service ${d.text} NOT NULL,
    receiver ${d.json} NOT NULL,
    parcels ${d.json} NOT NULL,
    reference ${d.text},
    tracking ${d.json} NOT NULL,
    price ${d.json},
    media_type ${d.text},
    failure ${d.text},
    tries ${d.int} NOT NULL,
    asked_since ${d.text} NOT NULL,
    next_attempt_at ${d.text},
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  `CREATE UNIQUE INDEX return_labels_open ON return_labels (store_id, return_id)
    WHERE status IN ('pending', 'bought', 'voiding')`,
  "CREATE INDEX return_labels_by_return ON return_labels (store_id, return_id, id)",
  "CREATE INDEX return_labels_by_order ON return_labels (order_id)",
  "CREATE INDEX return_labels_due ON return_labels (next_attempt_at) WHERE next_attempt_at IS NOT NULL",
  `CREATE TABLE return_label_files (
    label_id ${d.text} PRIMARY KEY REFERENCES return_labels (id),
    store_id ${d.text} NOT NULL,
    media_type ${d.text} NOT NULL,
    content ${d.text} NOT NULL,
    created_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX return_label_files_by_time ON return_label_files (created_at)"
]
