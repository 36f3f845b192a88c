import type { Ddl } from "../Dialect.ts"

/**
 * The values of every product's options, so that products are found and counted by them. The database keeps them with the
 * products by itself, so writing a product takes no further statement.
 */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE product_options (
    store_id ${d.text} NOT NULL,
    product_id ${d.text} NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    name ${d.text} NOT NULL,
    value ${d.text} NOT NULL,
    PRIMARY KEY (product_id, name, value)
  )${d.strict}`,
  "CREATE INDEX product_options_by_value ON product_options (store_id, name, value, product_id)",
  ...d.onDialect({
    sqlite: [
      `CREATE TRIGGER products_options_added AFTER INSERT ON products WHEN NEW.options <> '[]' BEGIN
        ${values.sqlite("NEW")};
      END`,
      `CREATE TRIGGER products_options_changed AFTER UPDATE OF options ON products WHEN NEW.options <> OLD.options BEGIN
        DELETE FROM product_options WHERE product_id = OLD.id;
        ${values.sqlite("NEW")};
      END`,
      `INSERT INTO product_options (store_id, product_id, name, value)
        SELECT p.store_id, p.id, o.value ->> 'name', v.value
        FROM products AS p, json_each(p.options) AS o, json_each(o.value -> 'values') AS v WHERE true
        ON CONFLICT DO NOTHING`
    ],
    pg: [
      `CREATE FUNCTION stoa_product_options() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          DELETE FROM product_options WHERE product_id = OLD.id;
        END IF;
        ${values.pg("NEW")};
        RETURN NULL;
      END $$`,
      `CREATE TRIGGER products_options_added AFTER INSERT ON products
        FOR EACH ROW WHEN (NEW.options <> '[]') EXECUTE FUNCTION stoa_product_options()`,
      `CREATE TRIGGER products_options_changed AFTER UPDATE OF options ON products
        FOR EACH ROW WHEN (NEW.options <> OLD.options) EXECUTE FUNCTION stoa_product_options()`,
      `INSERT INTO product_options (store_id, product_id, name, value)
        SELECT p.store_id, p.id, o ->> 'name', v
        FROM products AS p, jsonb_array_elements(p.options::jsonb) AS o, jsonb_array_elements_text(o -> 'values') AS v
        ON CONFLICT DO NOTHING`
    ]
  })
]

const values = {
  sqlite: (row: string) =>
    `INSERT INTO product_options (store_id, product_id, name, value)
        SELECT ${row}.store_id, ${row}.id, o.value ->> 'name', v.value
        FROM json_each(${row}.options) AS o, json_each(o.value -> 'values') AS v WHERE true
        ON CONFLICT DO NOTHING`,
  pg: (row: string) =>
    `INSERT INTO product_options (store_id, product_id, name, value)
        SELECT ${row}.store_id, ${row}.id, o ->> 'name', v
        FROM jsonb_array_elements(${row}.options::jsonb) AS o, jsonb_array_elements_text(o -> 'values') AS v
        ON CONFLICT DO NOTHING`
}
