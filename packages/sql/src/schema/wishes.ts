import type { Ddl } from "../Dialect.ts"

/** Wish lists of customers. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE wish_list_items (
    store_id ${d.text} NOT NULL,
    customer_id ${d.text} NOT NULL,
    variant_id ${d.text} NOT NULL REFERENCES variants (id) ON DELETE CASCADE,
    seen_amount ${d.int} NOT NULL,
    seen_currency ${d.text} NOT NULL,
    added_at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, customer_id, variant_id)
  )${d.strict}`,
  "CREATE INDEX wish_list_items_by_variant ON wish_list_items (variant_id)",
  "CREATE INDEX wish_list_items_wanted ON wish_list_items (store_id, variant_id)"
]
