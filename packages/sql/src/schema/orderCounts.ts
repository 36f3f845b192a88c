import type { Ddl } from "../Dialect.ts"
import { quarterOf } from "./analytics.ts"

/** Neither is in the sums of sales, which say so of every other change themselves. */
const differs = "OLD.status = NEW.status AND (OLD.paid <> NEW.paid OR OLD.state IS DISTINCT FROM NEW.state)"

/** How many orders of each day (UTC) are in each state, and what they brought; `''` where no plug-in has added the state. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE orders_by_day (
    store_id ${d.text} NOT NULL,
    day ${d.text} NOT NULL,
    currency ${d.text} NOT NULL,
    status ${d.text} NOT NULL,
    state ${d.text} NOT NULL,
    orders ${d.int} NOT NULL,
    paid_orders ${d.int} NOT NULL,
    paid ${d.int} NOT NULL,
    refunded ${d.int} NOT NULL,
    PRIMARY KEY (store_id, day, currency, status, state)
  )${d.strict}`,
  ...d.onDialect({
    sqlite: [
      `CREATE TRIGGER orders_counted AFTER UPDATE OF paid, state ON orders WHEN ${differs} BEGIN
        INSERT INTO sales_changes (store_id, quarter, buyer) VALUES (NEW.store_id, ${quarterOf("NEW.placed_at")}, NEW.email);
      END`
    ],
    pg: [
      `CREATE TRIGGER orders_counted AFTER UPDATE OF paid, state ON orders
        FOR EACH ROW WHEN (${differs}) EXECUTE FUNCTION stoa_orders_sold()`
    ]
  }),
  `INSERT INTO orders_by_day (store_id, day, currency, status, state, orders, paid_orders, paid, refunded)
    SELECT store_id, substr(placed_at, 1, 10), currency, status, coalesce(state, ''), count(*), sum(CASE WHEN paid > 0 THEN 1 ELSE 0 END), sum(paid), sum(refunded)
    FROM orders GROUP BY 1, 2, 3, 4, 5`
]
