import type { Ddl } from "../Dialect.ts"
import { quarterOf } from "./analytics.ts"

/**
 * What PostgreSQL writes of orders that are placed, for all orders of a statement at once: the words they are found by, and which sums no longer
 * hold. Otherwise it begins two statements for each order.
 */
export const up = (d: Ddl): ReadonlyArray<string> =>
  d.onDialect({
    sqlite: [],
    pg: [
      `CREATE FUNCTION stoa_orders_placed() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO order_words (store_id, word, order_id)
        SELECT store_id, json_array_elements_text(words::json), id FROM placed
        UNION ALL SELECT store_id, number::text, id FROM placed
        UNION ALL SELECT store_id, 'tag:' || json_array_elements_text(tags::json), id FROM placed WHERE tags <> '[]'
        ON CONFLICT DO NOTHING;
        INSERT INTO sales_changes (store_id, quarter, buyer) SELECT store_id, ${quarterOf("placed_at")}, email FROM placed;
        RETURN NULL;
      END $$`,
      "DROP TRIGGER order_words_placed ON orders",
      "DROP TRIGGER orders_sold ON orders",
      `CREATE TRIGGER orders_placed AFTER INSERT ON orders REFERENCING NEW TABLE AS placed
        FOR EACH STATEMENT EXECUTE FUNCTION stoa_orders_placed()`,
      "DROP FUNCTION stoa_orders_sold()"
    ]
  })
