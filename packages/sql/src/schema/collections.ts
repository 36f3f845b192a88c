import type { Ddl } from "../Dialect.ts"

/** Collections, and the products that were chosen for them by hand, at positions with room between them. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE collections (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    slug ${d.text} NOT NULL,
    description ${d.text} NOT NULL,
    image ${d.json},
    media_id ${d.text},
    seo ${d.json} NOT NULL,
    translations ${d.json} NOT NULL,
    rule ${d.json},
    sort ${d.text} NOT NULL,
    status ${d.text} NOT NULL CHECK (status IN ('active', 'hidden')),
    published_from ${d.text},
    published_until ${d.text},
    position ${d.int} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    UNIQUE (store_id, slug)
  )${d.strict}`,
  "CREATE INDEX collections_by_position ON collections (store_id, position, id)",
  "CREATE INDEX collections_by_media ON collections (media_id) WHERE media_id IS NOT NULL",
  `CREATE TABLE collection_products (
    store_id ${d.text} NOT NULL,
    collection_id ${d.text} NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    product_id ${d.text} NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    position ${d.int} NOT NULL,
    PRIMARY KEY (collection_id, product_id)
  )${d.strict}`,
  "CREATE INDEX collection_products_in_order ON collection_products (collection_id, position, product_id)",
  "CREATE INDEX collection_products_by_product ON collection_products (product_id)"
]
