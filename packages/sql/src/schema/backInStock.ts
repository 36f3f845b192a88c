import type { Ddl } from "../Dialect.ts"

/** Who waits for what to be in stock again. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE back_in_stock (
    store_id ${d.text} NOT NULL,
    variant_id ${d.text} NOT NULL REFERENCES variants (id) ON DELETE CASCADE,
    address ${d.text} NOT NULL,
    user_id ${d.text},
    created_at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, variant_id, address)
  )${d.strict}`,
  "CREATE INDEX back_in_stock_by_variant ON back_in_stock (variant_id)",
  "CREATE INDEX back_in_stock_by_time ON back_in_stock (created_at)",
  "CREATE INDEX back_in_stock_longest ON back_in_stock (store_id, variant_id, created_at)",
  "CREATE INDEX back_in_stock_by_address ON back_in_stock (store_id, address)",
  "CREATE INDEX back_in_stock_of_user ON back_in_stock (store_id, user_id)"
]
