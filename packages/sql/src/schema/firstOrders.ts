import type { Ddl } from "../Dialect.ts"
import { quarterOf } from "./analytics.ts"

const named = "store_id, quarter, currency"

/** Of the rows of buyers called `from`, how many ordered first in each quarter of an hour; in one order, so that no two transactions wait for each other. */
const counted = (from: string): string =>
  `SELECT store_id, ${quarterOf("first_at")} AS quarter, currency, count(*) AS buyers FROM ${from} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`

/**
 * How many buyers ordered for the first time in each quarter of an hour: what `sales_by_buyer` says, counted by the database itself, so that a figure of
 * many buyers reads none of them.
 */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE first_orders_by_quarter (
    store_id ${d.text} NOT NULL,
    quarter ${d.text} NOT NULL,
    currency ${d.text} NOT NULL,
    buyers ${d.int} NOT NULL,
    PRIMARY KEY (${named})
  )${d.strict}`,
  ...d.onDialect({
    sqlite: [
      `CREATE TRIGGER sales_by_buyer_added AFTER INSERT ON sales_by_buyer BEGIN
        INSERT INTO first_orders_by_quarter (${named}, buyers) VALUES (NEW.store_id, ${quarterOf("NEW.first_at")}, NEW.currency, 1)
          ON CONFLICT (${named}) DO UPDATE SET buyers = buyers + 1;
      END`,
      `CREATE TRIGGER sales_by_buyer_removed AFTER DELETE ON sales_by_buyer BEGIN
        UPDATE first_orders_by_quarter SET buyers = buyers - 1
          WHERE store_id = OLD.store_id AND quarter = ${quarterOf("OLD.first_at")} AND currency = OLD.currency;
      END`
    ],
    pg: [
      `CREATE FUNCTION stoa_sales_by_buyer_added() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO first_orders_by_quarter AS q (${named}, buyers) ${counted("added")}
          ON CONFLICT (${named}) DO UPDATE SET buyers = q.buyers + excluded.buyers;
        RETURN NULL;
      END $$`,
      `CREATE FUNCTION stoa_sales_by_buyer_removed() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO first_orders_by_quarter AS q (${named}, buyers) ${counted("removed")}
          ON CONFLICT (${named}) DO UPDATE SET buyers = q.buyers - excluded.buyers;
        RETURN NULL;
      END $$`,
      `CREATE TRIGGER sales_by_buyer_added AFTER INSERT ON sales_by_buyer REFERENCING NEW TABLE AS added FOR EACH STATEMENT
        EXECUTE FUNCTION stoa_sales_by_buyer_added()`,
      `CREATE TRIGGER sales_by_buyer_removed AFTER DELETE ON sales_by_buyer REFERENCING OLD TABLE AS removed FOR EACH STATEMENT
        EXECUTE FUNCTION stoa_sales_by_buyer_removed()`
    ]
  }),
  // what is written until the triggers are there is counted now, and what is written afterwards by them
  `INSERT INTO first_orders_by_quarter (${named}, buyers) ${counted("sales_by_buyer")}`,
  "DROP INDEX sales_by_buyer_first"
]
