import type { Ddl } from "../Dialect.ts"

/** Brands, and which of them each product is of. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE brands (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    sort_name ${d.text} NOT NULL,
    slug ${d.text} NOT NULL,
    description ${d.text} NOT NULL,
    logo ${d.json},
    media_id ${d.text},
    seo ${d.json} NOT NULL,
    translations ${d.json} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    UNIQUE (store_id, slug)
  )${d.strict}`,
  "CREATE INDEX brands_by_name ON brands (store_id, sort_name, id)",
  "CREATE INDEX brands_by_media ON brands (media_id) WHERE media_id IS NOT NULL",
  `ALTER TABLE products ADD COLUMN brand_id ${d.text} REFERENCES brands (id) ON DELETE SET NULL`,
  "CREATE INDEX products_by_brand ON products (brand_id, created_at, id) WHERE brand_id IS NOT NULL"
]
