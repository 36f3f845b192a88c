import type { Ddl } from "../Dialect.ts"

/** The quarter of an hour of a column with a time, `2026-11-26T03:15`. */
export const quarterOf = (time: string): string =>
  `(substr(${time}, 1, 14) || CASE WHEN substr(${time}, 15, 2) < '15' THEN '00' WHEN substr(${time}, 15, 2) < '30' THEN '15' `
  + `WHEN substr(${time}, 15, 2) < '45' THEN '30' ELSE '45' END)`

/** What of an order the sums are made of. */
export const summed = ["status", "email", "subtotal", "discount", "shipping_total", "tax", "total", "refunded", "item_count"] as const

const differs = summed.map((column) => `OLD.${column} IS DISTINCT FROM NEW.${column}`).join(" OR ")

/**
 * Statements that leave nothing of a buyer who is called otherwise on an order, unless other orders still say the name: then
 * the sum of these is worked out again.
 */
export const forgotten = (condition: string) => `
        UPDATE sales_changes SET buyer = NEW.email
        WHERE store_id = OLD.store_id AND buyer = OLD.email AND ${condition};
        DELETE FROM sales_by_buyer WHERE store_id = OLD.store_id AND buyer = OLD.email AND ${condition};
        INSERT INTO sales_changes (store_id, quarter, buyer)
        SELECT OLD.store_id, ${quarterOf("OLD.placed_at")}, OLD.email
        WHERE ${condition} AND EXISTS (SELECT 1 FROM orders o WHERE o.store_id = OLD.store_id AND o.email = OLD.email);`

/**
 * Sums of orders, by quarter of an hour, by day and variant, and by buyer. Which of them no longer hold is written down by
 * the database itself, so that nothing that changes an order can forget it.
 */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE sales_changes (
    id ${d.serial},
    store_id ${d.text} NOT NULL,
    quarter ${d.text} NOT NULL,
    buyer ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX sales_changes_by_quarter ON sales_changes (store_id, quarter, buyer)",
  "CREATE INDEX sales_changes_by_buyer ON sales_changes (store_id, buyer)",
  `CREATE TABLE sales_by_quarter (
    store_id ${d.text} NOT NULL,
    quarter ${d.text} NOT NULL,
    currency ${d.text} NOT NULL,
    placed ${d.int} NOT NULL,
    cancelled ${d.int} NOT NULL,
    orders ${d.int} NOT NULL,
    items ${d.int} NOT NULL,
    subtotal ${d.int} NOT NULL,
    discount ${d.int} NOT NULL,
    shipping ${d.int} NOT NULL,
    tax ${d.int} NOT NULL,
    total ${d.int} NOT NULL,
    refunded ${d.int} NOT NULL,
    PRIMARY KEY (store_id, quarter, currency)
  )${d.strict}`,
  `CREATE TABLE sales_by_variant (
    store_id ${d.text} NOT NULL,
    day ${d.text} NOT NULL,
    currency ${d.text} NOT NULL,
    variant_id ${d.text} NOT NULL,
    quantity ${d.int} NOT NULL,
    revenue ${d.int} NOT NULL,
    last_line ${d.text} NOT NULL,
    PRIMARY KEY (store_id, day, currency, variant_id)
  )${d.strict}`,
  `CREATE TABLE sales_by_buyer (
    store_id ${d.text} NOT NULL,
    buyer ${d.text} NOT NULL,
    currency ${d.text} NOT NULL,
    orders ${d.int} NOT NULL,
    kept ${d.int} NOT NULL,
    first_at ${d.text} NOT NULL,
    last_at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, buyer, currency)
  )${d.strict}`,
  "CREATE INDEX sales_by_buyer_first ON sales_by_buyer (store_id, first_at)",
  ...d.onDialect({
    sqlite: [
      `CREATE TRIGGER orders_sold AFTER INSERT ON orders BEGIN
        INSERT INTO sales_changes (store_id, quarter, buyer) VALUES (NEW.store_id, ${quarterOf("NEW.placed_at")}, NEW.email);
      END`,
      `CREATE TRIGGER orders_changed AFTER UPDATE OF ${summed.join(", ")} ON orders WHEN ${differs} BEGIN
        ${forgotten("OLD.email <> NEW.email")}
        INSERT INTO sales_changes (store_id, quarter, buyer) VALUES (NEW.store_id, ${quarterOf("NEW.placed_at")}, NEW.email);
      END`
    ],
    pg: [
      `CREATE FUNCTION stoa_orders_sold() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO sales_changes (store_id, quarter, buyer) VALUES (NEW.store_id, ${quarterOf("NEW.placed_at")}, NEW.email);
        IF TG_OP = 'UPDATE' AND OLD.email <> NEW.email THEN
          -- sums of before are not being worked out meanwhile
          PERFORM pg_advisory_xact_lock(hashtextextended('stoa:analytics:' || OLD.store_id, 0));
          ${forgotten("true")}
        END IF;
        RETURN NULL;
      END $$`,
      "CREATE TRIGGER orders_sold AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION stoa_orders_sold()",
      `CREATE TRIGGER orders_changed AFTER UPDATE OF ${summed.join(", ")} ON orders
        FOR EACH ROW WHEN (${differs}) EXECUTE FUNCTION stoa_orders_sold()`
    ]
  }),
  // what was sold before
  `INSERT INTO sales_changes (store_id, quarter, buyer) SELECT DISTINCT store_id, ${quarterOf("placed_at")}, email FROM orders ORDER BY 1, 2`
]
