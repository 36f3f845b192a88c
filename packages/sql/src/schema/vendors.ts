import type { Ddl } from "../Dialect.ts"

/** Vendors, who works for them, and which products, lines of orders and fulfilments are theirs. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE vendors (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    sort_name ${d.text} NOT NULL,
    slug ${d.text} NOT NULL,
    description ${d.text} NOT NULL,
    email ${d.text},
    status ${d.text} NOT NULL CHECK (status IN ('active', 'suspended')),
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    UNIQUE (store_id, slug),
    UNIQUE (store_id, sort_name)
  )${d.strict}`,
  `CREATE TABLE vendor_members (
    user_id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    vendor_id ${d.text} NOT NULL REFERENCES vendors (id),
    since ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX vendor_members_by_vendor ON vendor_members (vendor_id, since)",
  `ALTER TABLE products ADD COLUMN vendor_id ${d.text} REFERENCES vendors (id)`,
  // whether it was for sale when its vendor was suspended
  `ALTER TABLE products ADD COLUMN vendor_held ${d.bool} NOT NULL DEFAULT 0`,
  "CREATE INDEX products_by_vendor_id ON products (vendor_id, created_at, id) WHERE vendor_id IS NOT NULL",
  `ALTER TABLE order_lines ADD COLUMN vendor_id ${d.text}`,
  "CREATE INDEX order_lines_by_vendor ON order_lines (store_id, vendor_id, order_id) WHERE vendor_id IS NOT NULL",
  `ALTER TABLE fulfilments ADD COLUMN vendor_id ${d.text}`,
  "CREATE INDEX fulfilments_by_vendor ON fulfilments (store_id, vendor_id, id) WHERE vendor_id IS NOT NULL"
]
