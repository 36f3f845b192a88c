import type { Ddl } from "../Dialect.ts"

/** Who pays no tax. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE tax_exemptions (
    store_id ${d.text} NOT NULL,
    subject_id ${d.text} NOT NULL,
    customer_id ${d.text} REFERENCES users (id),
    group_id ${d.text} REFERENCES customer_groups (id) ON DELETE CASCADE,
    reason ${d.text} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, subject_id)
  )${d.strict}`,
  "CREATE INDEX tax_exemptions_by_group ON tax_exemptions (group_id)",
  `CREATE TABLE vat_ids (
    store_id ${d.text} NOT NULL,
    customer_id ${d.text} NOT NULL REFERENCES users (id),
    number ${d.text} NOT NULL,
    status ${d.text} NOT NULL,
    checked_at ${d.text},
    updated_at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, customer_id)
  )${d.strict}`,
  "CREATE INDEX vat_ids_by_update ON vat_ids (store_id, updated_at, customer_id)"
]
