import type { Ddl } from "../Dialect.ts"

/**
 * What staff find orders by. The words of an order and its tags have a row each, which triggers write, so that they can
 * never differ from what the order says.
 */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE orders ADD COLUMN fulfilment_status ${d.text} NOT NULL DEFAULT 'unfulfilled'`,
  `ALTER TABLE orders ADD COLUMN tags ${d.json} NOT NULL DEFAULT '[]'`,
  `ALTER TABLE orders ADD COLUMN words ${d.json} NOT NULL DEFAULT '[]'`,
  `CREATE TABLE order_words (
    store_id ${d.text} NOT NULL,
    word ${d.text} NOT NULL,
    order_id ${d.text} NOT NULL REFERENCES orders (id),
    PRIMARY KEY (store_id, word, order_id)
  )${d.onDialect({ sqlite: " STRICT, WITHOUT ROWID", pg: "" })}`,
  ...d.onDialect({
    sqlite: [
      `CREATE TRIGGER order_words_placed AFTER INSERT ON orders BEGIN
        INSERT OR IGNORE INTO order_words (store_id, word, order_id)
        SELECT NEW.store_id, value, NEW.id FROM json_each(NEW.words)
        UNION ALL SELECT NEW.store_id, CAST(NEW.number AS TEXT), NEW.id
        UNION ALL SELECT NEW.store_id, 'tag:' || value, NEW.id FROM json_each(NEW.tags);
      END`,
      `CREATE TRIGGER order_words_changed AFTER UPDATE OF words, tags ON orders BEGIN
        DELETE FROM order_words WHERE store_id = OLD.store_id AND order_id = OLD.id AND word IN (
          SELECT value FROM json_each(OLD.words) UNION ALL SELECT 'tag:' || value FROM json_each(OLD.tags));
        INSERT OR IGNORE INTO order_words (store_id, word, order_id)
        SELECT NEW.store_id, value, NEW.id FROM json_each(NEW.words)
        UNION ALL SELECT NEW.store_id, CAST(NEW.number AS TEXT), NEW.id
        UNION ALL SELECT NEW.store_id, 'tag:' || value, NEW.id FROM json_each(NEW.tags);
      END`,
      // orders from before are found by their number, SKUs and names, as far as SQL can write these in small letters
      `INSERT OR IGNORE INTO order_words (store_id, word, order_id) SELECT store_id, CAST(number AS TEXT), id FROM orders`,
      `UPDATE orders SET words = (
        SELECT json_group_array(DISTINCT value) FROM (
          SELECT lower(l.sku) AS value FROM order_lines l WHERE l.order_id = orders.id AND l.sku IS NOT NULL
          UNION SELECT value FROM json_each('["' || replace(lower(json_extract(shipping_address, '$.name')), ' ', '","') || '"]')
            WHERE json_valid('["' || replace(lower(json_extract(shipping_address, '$.name')), ' ', '","') || '"]')
          UNION SELECT value FROM json_each('["' || replace(lower(json_extract(billing_address, '$.name')), ' ', '","') || '"]')
            WHERE json_valid('["' || replace(lower(json_extract(billing_address, '$.name')), ' ', '","') || '"]')
        ) WHERE value <> '')`
    ],
    pg: [
      `CREATE FUNCTION stoa_order_words() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          DELETE FROM order_words WHERE store_id = OLD.store_id AND order_id = OLD.id AND word IN (
            SELECT json_array_elements_text(OLD.words::json) UNION ALL SELECT 'tag:' || json_array_elements_text(OLD.tags::json));
        END IF;
        INSERT INTO order_words (store_id, word, order_id)
        SELECT NEW.store_id, json_array_elements_text(NEW.words::json), NEW.id
        UNION SELECT NEW.store_id, NEW.number::text, NEW.id
        UNION SELECT NEW.store_id, 'tag:' || json_array_elements_text(NEW.tags::json), NEW.id
        ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$`,
      `CREATE TRIGGER order_words_placed AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION stoa_order_words()`,
      `CREATE TRIGGER order_words_changed AFTER UPDATE OF words, tags ON orders
        FOR EACH ROW EXECUTE FUNCTION stoa_order_words()`,
      `UPDATE orders SET words = (
        SELECT coalesce(json_agg(DISTINCT value), '[]'::json)::text FROM (
          SELECT lower(l.sku) AS value FROM order_lines l WHERE l.order_id = orders.id AND l.sku IS NOT NULL
          UNION ALL SELECT unnest(string_to_array(lower(shipping_address::json ->> 'name'), ' '))
          UNION ALL SELECT unnest(string_to_array(lower(billing_address::json ->> 'name'), ' '))
        ) AS found WHERE value <> '')`
    ]
  }),
  `UPDATE orders SET fulfilment_status = 'delivered' WHERE status = 'delivered'`,
  `UPDATE orders SET fulfilment_status = 'shipped' WHERE status = 'shipped'`,
  `UPDATE orders SET fulfilment_status = 'partially_shipped' WHERE status IN ('processing', 'on_hold') AND EXISTS (
    SELECT 1 FROM fulfilments f WHERE f.store_id = orders.store_id AND f.order_id = orders.id AND f.status IN ('shipped', 'delivered'))`,
  // what most orders come to be is found soon enough by time
  "CREATE INDEX orders_by_payment ON orders (store_id, payment_status, placed_at, id) WHERE payment_status <> 'paid'",
  "CREATE INDEX orders_by_fulfilment ON orders (store_id, fulfilment_status, placed_at, id) WHERE fulfilment_status <> 'delivered'"
]
