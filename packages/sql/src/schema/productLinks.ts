import type { Ddl } from "../Dialect.ts"

/**
 * Products that are shown beside something, in an order: `source` is a product, a category, or empty for the whole shop.
 */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE product_links (
    store_id ${d.text} NOT NULL,
    kind ${d.text} NOT NULL,
    source ${d.text} NOT NULL,
    product_id ${d.text} NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    position ${d.int} NOT NULL,
    PRIMARY KEY (store_id, kind, source, product_id)
  )${d.strict}`,
  "CREATE INDEX product_links_in_order ON product_links (store_id, kind, source, position)",
  "CREATE INDEX product_links_by_product ON product_links (product_id)",
  ...["products", "categories"].flatMap((table) =>
    d.onDialect({
      sqlite: [
        `CREATE TRIGGER ${table}_links_gone AFTER DELETE ON ${table} BEGIN
          DELETE FROM product_links WHERE store_id = OLD.store_id AND source = OLD.id;
        END`
      ],
      pg: [
        `CREATE FUNCTION stoa_${table}_links_gone() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          DELETE FROM product_links WHERE store_id = OLD.store_id AND source = OLD.id;
          RETURN NULL;
        END $$`,
        `CREATE TRIGGER ${table}_links_gone AFTER DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION stoa_${table}_links_gone()`
      ]
    })
  ),
  "CREATE INDEX product_links_by_source ON product_links (store_id, source)"
]
