import type { Ddl } from "../Dialect.ts"
import { above, columns as own, copies, type ListedRow, orders, sqlite } from "./listedFilters.ts"

/** What lists ask of each product that they walk past. */
const asked = ["price_from", "price_to", "compare_at", "published_from", "published_until", "rating_score"]

const changing = ["created_at", ...asked]

const columns = [...changing, "sort_title", "popularity"]

/** The ids of the filters that the product `p` passes, and of those of which there are rows of it. */
const passed = [
  "SELECT filter_id FROM listed_products WHERE product_id = p.id",
  ...own.map(([kind, column]) => `SELECT k.id FROM listed_filters AS k WHERE k.store_id = p.store_id AND k.kind = '${kind}' AND k.value = p.${column}`),
  "SELECT k.id FROM product_tags AS t CROSS JOIN listed_filters AS k WHERE t.product_id = p.id AND k.store_id = p.store_id AND k.kind = 'tag' AND k.value = t.tag",
  `SELECT k.id FROM product_categories AS pc CROSS JOIN categories AS c CROSS JOIN ${above("c.path")} CROSS JOIN listed_filters AS k
    WHERE pc.product_id = p.id AND c.id = pc.category_id AND k.store_id = p.store_id AND k.kind = 'category' AND k.value = up.value`,
  "SELECT f.id"
].join(" UNION ")

export const row: ListedRow = {
  written: `listed_products (filter_id, product_id, store_id, ${columns.join(", ")}, filters)`,
  // those that are not filled yet as well, so that what is there does not change once they are
  read: `f.id, p.id, p.store_id, ${columns.map((column) => `p.${column}`).join(", ")}, (SELECT ',' || group_concat(filter_id, ',') || ',' FROM (${passed}))`
}

/** Filters of which there is a row of the product that another row of it does not name. */
const unnamed = "(SELECT group_concat(o.filter_id, ',') FROM listed_products AS o WHERE o.product_id = NEW.product_id AND instr(listed_products.filters, ',' || o.filter_id || ',') = 0)"

const written = sqlite(row, [
  copies("products_listed_changed", changing, "IS NOT"),
  // each of these stands in one index alone
  copies("products_listed_titled", ["sort_title"], "<>"),
  copies("products_listed_sold", ["popularity"], "<>")
])

/** The trigger by which other rows of a product name the filter of a new one, too. */
export const together = (unnamed: string, when = ""): string =>
  `CREATE TRIGGER listed_products_together AFTER INSERT ON listed_products ${when}BEGIN
        UPDATE listed_products SET filters = filters || ${unnamed} || ',' WHERE product_id = NEW.product_id AND ${unnamed} IS NOT NULL;
      END`

const nameOf = (trigger: string): string => trigger.split(" ")[2] ?? ""

/** The triggers of SQLite that name filters. */
export const triggers: { readonly dropped: ReadonlyArray<string>; readonly created: ReadonlyArray<string> } = {
  dropped: written.map((trigger) => `DROP TRIGGER IF EXISTS ${nameOf(trigger)}`),
  created: written
}

/**
 * Each row of a product that is kept among those of a filter says of which filters there are rows of it, and what else lists ask of each product. All of this
 * stands in the indexes of the orders, so that one which does not pass is passed by without being looked up anywhere. In SQLite alone,
 * which asks what an index says before it reads the row, and has one writer, so that nobody adds a row that another does not see.
 *
 * `filters` names all filters of which there is a row of the product, and may name more, of which there is none yet or any longer.
 */
export const up = (d: Ddl): ReadonlyArray<string> =>
  d.onDialect({
    sqlite: [
      ...triggers.dropped,
      "ALTER TABLE listed_products RENAME TO listed_before",
      `CREATE TABLE listed_products (
        filter_id INTEGER NOT NULL,
        product_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        created_at TEXT NOT NULL,
        price_from INTEGER NOT NULL,
        price_to INTEGER NOT NULL,
        compare_at INTEGER,
        published_from TEXT,
        published_until TEXT,
        rating_score INTEGER NOT NULL,
        sort_title TEXT NOT NULL,
        popularity INTEGER NOT NULL,
        filters TEXT NOT NULL,
        PRIMARY KEY (product_id, filter_id)
      ) STRICT, WITHOUT ROWID`,
      `INSERT INTO ${row.written}
        SELECT f.filter_id, p.id, p.store_id, ${columns.map((column) => `p.${column}`).join(", ")}, 
          (SELECT ',' || group_concat(o.filter_id, ',') || ',' FROM listed_before AS o WHERE o.product_id = p.id)
        FROM listed_before AS f CROSS JOIN products AS p WHERE p.id = f.product_id ORDER BY f.product_id, f.filter_id`,
      "DROP TABLE listed_before",
      ...Object.entries(orders).map(([name, key]) =>
        `CREATE INDEX listed_products_by_${name} ON listed_products (filter_id, ${[key, "product_id", "filters", ...asked.filter((column) => column !== key)].join(", ")})`),
      ...triggers.created,
      together(unnamed)
    ],
    pg: []
  })
