import type { Ddl } from "../Dialect.ts"

/** Labels, one at a time for a fulfilment, their files, and what carriers tell of them. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE shipping_labels (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    order_id ${d.text} NOT NULL REFERENCES orders (id),
    fulfilment_id ${d.text} NOT NULL REFERENCES fulfilments (id),
    status ${d.text} NOT NULL CHECK (status IN ('pending', 'bought', 'failed', 'voiding', 'void')),
    carrier ${d.text} NOT NULL,
    service ${d.text} NOT NULL,
    sender ${d.json} NOT NULL,
    parcels ${d.json} NOT NULL,
    reference ${d.text},
    tracking ${d.json} NOT NULL,
    price ${d.json},
    media_type ${d.text},
    failure ${d.text},
    tries ${d.int} NOT NULL,
    asked_since ${d.text} NOT NULL,
    next_attempt_at ${d.text},
    last_news_at ${d.text},
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  `CREATE UNIQUE INDEX shipping_labels_open ON shipping_labels (store_id, fulfilment_id)
    WHERE status IN ('pending', 'bought', 'voiding')`,
  "CREATE INDEX shipping_labels_by_fulfilment ON shipping_labels (store_id, fulfilment_id, id)",
  "CREATE INDEX shipping_labels_by_order ON shipping_labels (order_id)",
  "CREATE INDEX shipping_labels_by_reference ON shipping_labels (store_id, carrier, reference)",
  "CREATE INDEX shipping_labels_due ON shipping_labels (next_attempt_at) WHERE next_attempt_at IS NOT NULL",
  `CREATE TABLE shipping_label_files (
    label_id ${d.text} PRIMARY KEY REFERENCES shipping_labels (id),
    store_id ${d.text} NOT NULL,
    media_type ${d.text} NOT NULL,
    content ${d.text} NOT NULL,
    created_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX shipping_label_files_by_time ON shipping_label_files (created_at)",
  `CREATE TABLE carrier_news (
    store_id ${d.text} NOT NULL,
    carrier ${d.text} NOT NULL,
    key ${d.text} NOT NULL,
    reference ${d.text} NOT NULL,
    status ${d.text} NOT NULL,
    at ${d.text} NOT NULL,
    detail ${d.text} NOT NULL,
    received_at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, carrier, key)
  )${d.strict}`,
  "CREATE INDEX carrier_news_by_reference ON carrier_news (store_id, carrier, reference, at)",
  "CREATE INDEX carrier_news_by_time ON carrier_news (received_at)"
]
