import type { Ddl } from "../Dialect.ts"
import { quarterOf } from "./analytics.ts"

/** Gift cards as products: what is one, who it is for, and the cards that an order's pieces became. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE variants ADD COLUMN gift_card ${d.bool} NOT NULL DEFAULT 0`,
  `ALTER TABLE order_lines ADD COLUMN gift_card ${d.json}`,
  "CREATE INDEX order_lines_gifts ON order_lines (store_id, order_id) WHERE gift_card IS NOT NULL",
  // what of an order the shop owes on cards, and so has not sold
  `ALTER TABLE orders ADD COLUMN gift_cards ${d.int} NOT NULL DEFAULT 0`,
  `ALTER TABLE stored_values ADD COLUMN order_id ${d.text}`,
  `ALTER TABLE stored_values ADD COLUMN line_id ${d.text}`,
  `ALTER TABLE stored_values ADD COLUMN piece ${d.int}`,
  `ALTER TABLE stored_values ADD COLUMN gift_name ${d.text}`,
  `ALTER TABLE stored_values ADD COLUMN gift_message ${d.text}`,
  `ALTER TABLE stored_values ADD COLUMN send_at ${d.text}`,
  "CREATE UNIQUE INDEX stored_values_by_piece ON stored_values (store_id, line_id, piece) WHERE line_id IS NOT NULL",
  "CREATE INDEX stored_values_by_order ON stored_values (store_id, order_id) WHERE order_id IS NOT NULL",
  "CREATE INDEX stored_values_to_send ON stored_values (store_id, send_at) WHERE send_at IS NOT NULL",
  ...d.onDialect({
    sqlite: [
      `CREATE TRIGGER orders_gifts_changed AFTER UPDATE OF gift_cards ON orders WHEN OLD.gift_cards <> NEW.gift_cards BEGIN
        INSERT INTO sales_changes (store_id, quarter, buyer) VALUES (NEW.store_id, ${quarterOf("NEW.placed_at")}, NEW.email);
      END`
    ],
    pg: [
      `CREATE TRIGGER orders_gifts_changed AFTER UPDATE OF gift_cards ON orders
        FOR EACH ROW WHEN (OLD.gift_cards <> NEW.gift_cards) EXECUTE FUNCTION stoa_orders_sold()`
    ]
  })
]
