import type { Ddl } from "../Dialect.ts"

/** Price lists, what prices became and when, and the channel of a cart. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE price_lists (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    type ${d.text} NOT NULL,
    status ${d.text} NOT NULL,
    currency ${d.text} NOT NULL,
    countries ${d.json} NOT NULL,
    channel ${d.text},
    customer_group_id ${d.text},
    starts_at ${d.text},
    ends_at ${d.text},
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX price_lists_by_store ON price_lists (store_id, id)",
  `CREATE TABLE list_prices (
    store_id ${d.text} NOT NULL,
    price_list_id ${d.text} NOT NULL REFERENCES price_lists (id) ON DELETE CASCADE,
    variant_id ${d.text} NOT NULL REFERENCES variants (id) ON DELETE CASCADE,
    product_id ${d.text} NOT NULL,
    min_quantity ${d.int} NOT NULL CHECK (min_quantity > 0),
    amount ${d.int} NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (variant_id, price_list_id, min_quantity)
  )${d.strict}`,
  "CREATE INDEX list_prices_by_list ON list_prices (price_list_id, variant_id, min_quantity)",
  "CREATE INDEX list_prices_by_product ON list_prices (product_id)",
  // what a price became; that of the catalog has no list and is here once it has changed, one that was taken out has no
  // amount
  `CREATE TABLE price_history (
    store_id ${d.text} NOT NULL,
    variant_id ${d.text} NOT NULL REFERENCES variants (id) ON DELETE CASCADE,
    price_list_id ${d.text} NOT NULL,
    at ${d.text} NOT NULL,
    amount ${d.int},
    compare_at ${d.int},
    PRIMARY KEY (variant_id, price_list_id, at)
  )${d.strict}`,
  // what the conditions of a list became; none: a draft, or deleted
  `CREATE TABLE price_list_history (
    store_id ${d.text} NOT NULL,
    price_list_id ${d.text} NOT NULL,
    at ${d.text} NOT NULL,
    terms ${d.json},
    PRIMARY KEY (price_list_id, at)
  )${d.strict}`,
  `ALTER TABLE carts ADD COLUMN channel ${d.text}`
]
