import type { Ddl } from "../Dialect.ts"

/** What products are sorted by in the lists of a filter, each as the product says it, with the index of the order. */
export const orders = { created: "created_at", price: "price_from", title: "sort_title", popularity: "popularity", rating: "rating_score" }

const keys = Object.values(orders)

/** A row of a filter: what is written, and what that is of the filter `f` and the product `p`. */
export interface ListedRow {
  readonly written: string
  readonly read: string
}

export const row: ListedRow = {
  written: `listed_products (filter_id, product_id, store_id, ${keys.join(", ")})`,
  read: `f.id, p.id, p.store_id, ${keys.map((key) => `p.${key}`).join(", ")}`
}

/** A trigger by which the rows of a product say what the product says, once some of these columns change. */
export const copies = (name: string, columns: ReadonlyArray<string>, differs: string): string =>
  `CREATE TRIGGER ${name} AFTER UPDATE OF ${columns.join(", ")} ON products WHEN ${columns.map((column) => `OLD.${column} ${differs} NEW.${column}`).join(" OR ")} BEGIN
      UPDATE listed_products SET ${columns.map((column) => `${column} = NEW.${column}`).join(", ")} WHERE product_id = NEW.id;
    END`

/** Filters by a column of the product itself. */
export const columns = [["brand", "brand_id"], ["vendor", "vendor"], ["seller", "vendor_id"]] as const

const ofColumns = columns.map(([, column]) => `NEW.${column} IS NOT NULL`).join(" OR ")

/** A category and those above it, on SQLite. */
export const above = (path: string): string => `json_each('["' || replace(${path}, '/', '","') || '"]') AS up`

/** The triggers by which SQLite writes down what comes to pass a filter, and takes out what is no longer for sale. */
export const sqlite = ({ read, written }: ListedRow, copied: ReadonlyArray<string>): ReadonlyArray<string> => {
  const adds = (from: string, store: string, kind: string, value: string, product: string) =>
    `INSERT INTO ${written} SELECT ${read} FROM ${from}listed_filters AS f CROSS JOIN products AS p
        WHERE f.store_id = ${store} AND f.kind = '${kind}' AND f.value = ${value} AND p.id = ${product} AND p.status = 'active'
        ON CONFLICT (product_id, filter_id) DO NOTHING`
  const own = columns.map(([kind, column]) => adds("", "NEW.store_id", kind, `NEW.${column}`, "NEW.id"))
  return [
    `CREATE TRIGGER products_listed_added AFTER INSERT ON products WHEN NEW.status = 'active' AND (${ofColumns}) BEGIN
      ${own.join(";\n      ")};
    END`,
    `CREATE TRIGGER products_listed_moved AFTER UPDATE OF ${columns.map(([, column]) => column).join(", ")} ON products
      WHEN NEW.status = 'active' AND (${columns.map(([, column]) => `OLD.${column} IS NOT NEW.${column}`).join(" OR ")}) BEGIN
      ${own.join(";\n      ")};
    END`,
    `CREATE TRIGGER products_listed_opened AFTER UPDATE OF status ON products WHEN NEW.status = 'active' AND OLD.status <> 'active' BEGIN
      ${own.join(";\n      ")};
      ${adds("product_tags AS t CROSS JOIN ", "t.store_id", "tag", "t.tag", "NEW.id").replace("WHERE f.", "WHERE t.product_id = NEW.id AND f.")};
      ${
      adds(`product_categories AS pc CROSS JOIN categories AS c CROSS JOIN ${above("c.path")} CROSS JOIN `, "NEW.store_id", "category", "up.value", "NEW.id")
        .replace("WHERE f.", "WHERE pc.product_id = NEW.id AND c.id = pc.category_id AND f.")
    };
    END`,
    `CREATE TRIGGER products_listed_closed AFTER UPDATE OF status ON products WHEN OLD.status = 'active' AND NEW.status <> 'active' BEGIN
      DELETE FROM listed_products WHERE product_id = NEW.id;
    END`,
    ...copied,
    `CREATE TRIGGER products_listed_removed AFTER DELETE ON products BEGIN
      DELETE FROM listed_products WHERE product_id = OLD.id;
    END`,
    `CREATE TRIGGER product_tags_listed AFTER INSERT ON product_tags BEGIN
      ${adds("", "NEW.store_id", "tag", "NEW.tag", "NEW.product_id")};
    END`,
    `CREATE TRIGGER product_categories_listed AFTER INSERT ON product_categories
      WHEN EXISTS (SELECT 1 FROM listed_filters WHERE store_id = NEW.store_id AND kind = 'category') BEGIN
      ${
      adds(`categories AS c CROSS JOIN ${above("c.path")} CROSS JOIN `, "NEW.store_id", "category", "up.value", "NEW.product_id")
        .replace("WHERE f.", "WHERE c.id = NEW.category_id AND f.")
    };
    END`,
    `CREATE TRIGGER categories_listed_moved AFTER UPDATE OF path ON categories WHEN OLD.path <> NEW.path BEGIN
      UPDATE listed_filters SET ready = 0, since = NULL
        WHERE store_id = NEW.store_id AND kind = 'category' AND value IN (SELECT up.value FROM ${above("NEW.path")});
    END`
  ]
}

/** Each row by its own key, one after the other, whatever PostgreSQL expects of how many there are. */
const pg = ({ read, written }: ListedRow): ReadonlyArray<string> => {
  const filter = (kind: string, store: string, value: string) =>
    `CROSS JOIN LATERAL (SELECT id FROM listed_filters WHERE store_id = ${store} AND kind = '${kind}' AND value = ${value} OFFSET 0) AS f`
  // locked, so that what it is sorted by does not change meanwhile
  const product = (id: string) => `CROSS JOIN LATERAL (SELECT * FROM products WHERE id = ${id} AND status = 'active' OFFSET 0 FOR SHARE) AS p`
  const end = "ON CONFLICT (product_id, filter_id) DO NOTHING"
  const ofTags = (from: string) => `INSERT INTO ${written} SELECT ${read} FROM ${from} AS n ${filter("tag", "n.store_id", "n.tag")} ${product("n.product_id")} ${end}`
  const ofCategories = (from: string) =>
    `INSERT INTO ${written} SELECT ${read} FROM ${from} AS n
        CROSS JOIN LATERAL (SELECT path FROM categories WHERE id = n.category_id OFFSET 0) AS c
        CROSS JOIN LATERAL unnest(string_to_array(c.path, '/')) AS up(id) ${filter("category", "n.store_id", "up.id")} ${product("n.product_id")} ${end}`
  const ofOwn = (from: string) =>
    columns.map(([kind, column]) => `INSERT INTO ${written} SELECT ${read} FROM ${from} AS n ${filter(kind, "n.store_id", `n.${column}`)} ${product("n.id")} ${end}`)
  const one = "(SELECT NEW.*)"
  const body = (name: string, statements: ReadonlyArray<string>) =>
    `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      ${statements.join(";\n      ")};
      RETURN NULL;
    END $$`
  // where nothing is kept, which is so in all but large stores, nothing is looked up
  const whereKept = (statements: ReadonlyArray<string>) => [`IF NOT EXISTS (SELECT 1 FROM listed_filters) THEN RETURN NULL; END IF`, ...statements]
  return [
    body("stoa_products_listed_added", whereKept(ofOwn("added"))),
    `CREATE TRIGGER products_listed_added AFTER INSERT ON products REFERENCING NEW TABLE AS added FOR EACH STATEMENT
      EXECUTE FUNCTION stoa_products_listed_added()`,
    body("stoa_products_listed_moved", whereKept(ofOwn(one))),
    `CREATE TRIGGER products_listed_moved AFTER UPDATE ON products FOR EACH ROW
      WHEN (NEW.status = 'active' AND (${columns.map(([, column]) => `OLD.${column} IS DISTINCT FROM NEW.${column}`).join(" OR ")}))
      EXECUTE FUNCTION stoa_products_listed_moved()`,
    body(
      "stoa_products_listed_opened",
      whereKept([
        ...ofOwn(one),
        ofTags("(SELECT * FROM product_tags WHERE product_id = NEW.id)"),
        ofCategories("(SELECT * FROM product_categories WHERE product_id = NEW.id)")
      ])
    ),
    `CREATE TRIGGER products_listed_opened AFTER UPDATE ON products FOR EACH ROW WHEN (NEW.status = 'active' AND OLD.status <> 'active')
      EXECUTE FUNCTION stoa_products_listed_opened()`,
    body("stoa_products_listed_closed", ["DELETE FROM listed_products WHERE product_id = OLD.id"]),
    `CREATE TRIGGER products_listed_closed AFTER UPDATE ON products FOR EACH ROW WHEN (OLD.status = 'active' AND NEW.status <> 'active')
      EXECUTE FUNCTION stoa_products_listed_closed()`,
    `CREATE TRIGGER products_listed_removed AFTER DELETE ON products FOR EACH ROW EXECUTE FUNCTION stoa_products_listed_closed()`,
    body("stoa_products_listed_changed", [
      `UPDATE listed_products SET ${keys.map((key) => `${key} = NEW.${key}`).join(", ")} WHERE product_id = NEW.id`
    ]),
    `CREATE TRIGGER products_listed_changed AFTER UPDATE ON products FOR EACH ROW WHEN (${keys.map((key) => `OLD.${key} <> NEW.${key}`).join(" OR ")}) EXECUTE FUNCTION stoa_products_listed_changed()`,
    body("stoa_product_tags_listed", whereKept([ofTags("added")])),
    `CREATE TRIGGER product_tags_listed AFTER INSERT ON product_tags REFERENCING NEW TABLE AS added FOR EACH STATEMENT
      EXECUTE FUNCTION stoa_product_tags_listed()`,
    body("stoa_product_categories_listed", whereKept([ofCategories("added")])),
    `CREATE TRIGGER product_categories_listed AFTER INSERT ON product_categories REFERENCING NEW TABLE AS added FOR EACH STATEMENT
      EXECUTE FUNCTION stoa_product_categories_listed()`,
    body("stoa_categories_listed_moved", [
      `UPDATE listed_filters SET ready = 0, since = NULL
        WHERE store_id = NEW.store_id AND kind = 'category' AND value = ANY(string_to_array(NEW.path, '/'))`
    ]),
    `CREATE TRIGGER categories_listed_moved AFTER UPDATE ON categories FOR EACH ROW WHEN (OLD.path <> NEW.path)
      EXECUTE FUNCTION stoa_categories_listed_moved()`
  ]
}

/**
 * Filters that very many products pass, and these products in each order of a list.
 *
 * A filter is `ready` once all active products that pass it are there. One that no longer passes it may be there as well, until it is swept
 * out; so whoever reads them asks each product. What they are sorted by is always what their products say.
 */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE listed_filters (
    id ${d.serial},
    store_id ${d.text} NOT NULL,
    kind ${d.text} NOT NULL CHECK (kind IN ('category', 'tag', 'brand', 'vendor', 'seller')),
    value ${d.text} NOT NULL,
    products ${d.int} NOT NULL,
    ready ${d.bool} NOT NULL DEFAULT 0,
    since ${d.int},
    UNIQUE (store_id, kind, value)
  )${d.strict}`,
  `CREATE TABLE listed_products (
    filter_id ${d.int} NOT NULL,
    product_id ${d.text} NOT NULL,
    store_id ${d.text} NOT NULL,
    created_at ${d.text} NOT NULL,
    price_from ${d.int} NOT NULL,
    sort_title ${d.text} NOT NULL,
    popularity ${d.int} NOT NULL,
    rating_score ${d.int} NOT NULL,
    PRIMARY KEY (product_id, filter_id)
  )${d.strict}`,
  "CREATE INDEX listed_products_by_created ON listed_products (filter_id, created_at, product_id)",
  "CREATE INDEX listed_products_by_price ON listed_products (filter_id, price_from, product_id)",
  "CREATE INDEX listed_products_by_title ON listed_products (filter_id, sort_title, product_id)",
  "CREATE INDEX listed_products_by_popularity ON listed_products (filter_id, popularity, product_id)",
  "CREATE INDEX listed_products_by_rating ON listed_products (filter_id, rating_score, product_id)",
  ...d.onDialect({ sqlite: sqlite(row, [copies("products_listed_changed", keys, "<>")]), pg: pg(row) })
]
