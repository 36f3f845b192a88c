import type { Ddl } from "../Dialect.ts"

export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE categories (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    parent_id ${d.text} REFERENCES categories (id) ON DELETE CASCADE,
    name ${d.text} NOT NULL,
    slug ${d.text} NOT NULL,
    description ${d.text} NOT NULL,
    position ${d.int} NOT NULL,
    path ${d.text} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    UNIQUE (store_id, slug)
  )${d.strict}`,
  "CREATE INDEX categories_by_parent ON categories (parent_id)",
  "CREATE INDEX categories_by_path ON categories (store_id, path)",
  // sort_title, image, price_from, price_to, compare_at and variant_count repeat what other columns and the variants
  // say, so that a list reads one short row for each product and sorts by an index. Long texts come last: SQLite keeps
  // them on pages of their own, which a list then never touches.
  `CREATE TABLE products (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    status ${d.text} NOT NULL,
    slug ${d.text} NOT NULL,
    title ${d.text} NOT NULL,
    sort_title ${d.text} NOT NULL,
    vendor ${d.text},
    currency ${d.text} NOT NULL,
    price_from ${d.int} NOT NULL CHECK (price_from >= 0),
    price_to ${d.int} NOT NULL CHECK (price_to >= price_from),
    compare_at ${d.int},
    variant_count ${d.int} NOT NULL,
    tax_class ${d.text} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    image ${d.json},
    tags ${d.json} NOT NULL,
    options ${d.json} NOT NULL,
    seo ${d.json} NOT NULL,
    images ${d.json} NOT NULL,
    description ${d.text} NOT NULL,
    UNIQUE (store_id, slug)
  )${d.strict}`,
  "CREATE INDEX products_by_created ON products (store_id, status, created_at, id)",
  "CREATE INDEX products_by_updated ON products (store_id, status, updated_at, id)",
  "CREATE INDEX products_by_price ON products (store_id, status, price_from, id)",
  "CREATE INDEX products_by_title ON products (store_id, status, sort_title, id)",
  "CREATE INDEX products_by_vendor ON products (store_id, vendor, created_at, id)",
  // what staff see, whatever the status
  "CREATE INDEX products_by_age ON products (store_id, created_at, id)",
  `CREATE TABLE variants (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    product_id ${d.text} NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    position ${d.int} NOT NULL,
    title ${d.text} NOT NULL,
    sku ${d.text},
    barcode ${d.text},
    option_values ${d.json} NOT NULL,
    price ${d.int} NOT NULL CHECK (price >= 0),
    compare_at ${d.int},
    cost ${d.int},
    weight_grams ${d.int} NOT NULL,
    requires_shipping ${d.bool} NOT NULL,
    taxable ${d.bool} NOT NULL,
    track_stock ${d.bool} NOT NULL,
    backorder_limit ${d.int} NOT NULL,
    UNIQUE (store_id, sku)
  )${d.strict}`,
  "CREATE INDEX variants_by_product ON variants (product_id, position)",
  `CREATE TABLE product_categories (
    store_id ${d.text} NOT NULL,
    product_id ${d.text} NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    category_id ${d.text} NOT NULL REFERENCES categories (id) ON DELETE CASCADE,
    position ${d.int} NOT NULL,
    PRIMARY KEY (product_id, category_id)
  )${d.strict}`,
  "CREATE INDEX product_categories_by_category ON product_categories (category_id, product_id)",
  `CREATE TABLE product_tags (
    store_id ${d.text} NOT NULL,
    product_id ${d.text} NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    tag ${d.text} NOT NULL,
    PRIMARY KEY (product_id, tag)
  )${d.strict}`,
  "CREATE INDEX product_tags_by_tag ON product_tags (store_id, tag, product_id)"
]
