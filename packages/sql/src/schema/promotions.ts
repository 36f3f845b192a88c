import type { Ddl } from "../Dialect.ts"

/**
 * Promotions, their codes and what they were used for, and the lowest prices that they may lead to. A count of changes for
 * each store tells whoever has read the promotions whether they still are so.
 */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE promotions (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    description ${d.text},
    active ${d.bool} NOT NULL,
    trigger_by ${d.text} NOT NULL CHECK (trigger_by IN ('automatic', 'code')),
    code ${d.text},
    class ${d.text} NOT NULL,
    listed ${d.bool} NOT NULL,
    starts_at ${d.text},
    ends_at ${d.text},
    priority ${d.int} NOT NULL,
    exclusive ${d.bool} NOT NULL,
    combines_with ${d.json} NOT NULL,
    conditions ${d.json} NOT NULL,
    action ${d.json} NOT NULL,
    counts_orders ${d.bool} NOT NULL,
    usage_limit ${d.int},
    customer_limit ${d.int},
    budget ${d.int},
    currency ${d.text} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX promotions_by_store ON promotions (store_id, id)",
  "CREATE INDEX promotions_active ON promotions (store_id, ends_at) WHERE active = 1",
  "CREATE INDEX promotions_counting ON promotions (store_id) WHERE active = 1 AND counts_orders = 1",
  `CREATE TABLE promotion_codes (
    store_id ${d.text} NOT NULL,
    code ${d.text} NOT NULL,
    promotion_id ${d.text} NOT NULL REFERENCES promotions (id),
    single_use ${d.bool} NOT NULL,
    created_at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, code)
  )${d.strict}`,
  "CREATE INDEX promotion_codes_by_promotion ON promotion_codes (promotion_id)",
  // one row for each thing that is limited: a promotion, a customer of it, a code
  `CREATE TABLE promotion_counters (
    store_id ${d.text} NOT NULL,
    key ${d.text} NOT NULL,
    promotion_id ${d.text} NOT NULL,
    customer_id ${d.text},
    used ${d.int} NOT NULL CHECK (used >= 0),
    spent ${d.int} NOT NULL CHECK (spent >= 0),
    max_used ${d.int},
    max_spent ${d.int},
    PRIMARY KEY (store_id, key)
  )${d.strict}`,
  "CREATE INDEX promotion_counters_by_promotion ON promotion_counters (promotion_id)",
  "CREATE INDEX promotion_counters_by_customer ON promotion_counters (store_id, customer_id) WHERE customer_id IS NOT NULL",
  `CREATE TABLE promotion_releases (
    order_id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL
  )${d.strict}`,
  `CREATE TABLE price_floors (
    store_id ${d.text} NOT NULL,
    product_id ${d.text} NOT NULL,
    minimum ${d.int} NOT NULL CHECK (minimum > 0),
    PRIMARY KEY (store_id, product_id)
  )${d.strict}`,
  `CREATE TABLE promotion_books (
    store_id ${d.text} PRIMARY KEY,
    version ${d.int} NOT NULL
  )${d.strict}`,
  ...d.onDialect({
    sqlite: ["promotions", "price_floors"].flatMap((table) =>
      (["INSERT", "UPDATE", "DELETE"] as const).map((change) =>
        `CREATE TRIGGER ${table}_${change.toLowerCase()} AFTER ${change} ON ${table} BEGIN
          INSERT INTO promotion_books (store_id, version) VALUES (${change === "DELETE" ? "OLD" : "NEW"}.store_id, 1)
          ON CONFLICT (store_id) DO UPDATE SET version = promotion_books.version + 1;
        END`
      )
    ),
    pg: [
      `CREATE FUNCTION stoa_promotions_changed() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO promotion_books (store_id, version) SELECT DISTINCT store_id, 1 FROM changed ORDER BY store_id
        ON CONFLICT (store_id) DO UPDATE SET version = promotion_books.version + 1;
        RETURN NULL;
      END $$`,
      ...["promotions", "price_floors"].flatMap((table) =>
        (["INSERT", "UPDATE", "DELETE"] as const).map((change) =>
          `CREATE TRIGGER ${table}_${change.toLowerCase()} AFTER ${change} ON ${table}
            REFERENCING ${change === "DELETE" ? "OLD" : "NEW"} TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION stoa_promotions_changed()`
        )
      )
    ]
  }),
  `ALTER TABLE orders ADD COLUMN promotions ${d.json} NOT NULL DEFAULT '[]'`
]
