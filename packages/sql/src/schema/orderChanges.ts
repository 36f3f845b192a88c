import type { Ddl } from "../Dialect.ts"
import { forgotten, quarterOf, summed } from "./analytics.ts"

/** What of an order any sum is made of: those of sales, of days and states, and what is left without gift cards. */
const counted = [...summed, "paid", "state", "gift_cards"]

const all = (row: string) => `ROW(${counted.map((column) => `${row}.${column}`).join(", ")})`

/**
 * What PostgreSQL does besides when an order is written. It reads the conditions of triggers from their text at every statement, which
 * takes longer than the comparison, so a function compares. And words of orders are written only by the triggers of their order, and
 * orders stay, so nobody has to look for the order of each word.
 */
export const up = (d: Ddl): ReadonlyArray<string> =>
  d.onDialect({
    sqlite: [],
    pg: [
      `CREATE FUNCTION stoa_orders_changed() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF ${all("OLD")} IS NOT DISTINCT FROM ${all("NEW")} THEN
          RETURN NULL;
        END IF;
        INSERT INTO sales_changes (store_id, quarter, buyer) VALUES (NEW.store_id, ${quarterOf("NEW.placed_at")}, NEW.email);
        IF OLD.email <> NEW.email THEN
          -- sums of before are not being worked out meanwhile
          PERFORM pg_advisory_xact_lock(hashtextextended('stoa:analytics:' || OLD.store_id, 0));
          ${forgotten("true")}
        END IF;
        RETURN NULL;
      END $$`,
      "DROP TRIGGER orders_changed ON orders",
      "DROP TRIGGER orders_counted ON orders",
      "DROP TRIGGER orders_gifts_changed ON orders",
      `CREATE TRIGGER orders_changed AFTER UPDATE OF ${counted.join(", ")} ON orders
        FOR EACH ROW EXECUTE FUNCTION stoa_orders_changed()`,
      "ALTER TABLE order_words DROP CONSTRAINT order_words_order_id_fkey"
    ]
  })
