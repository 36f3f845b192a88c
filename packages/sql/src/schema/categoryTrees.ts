import type { Ddl } from "../Dialect.ts"

/** Counts the changes of each store's categories, so that whoever has read the tree can tell whether it still is so. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE category_trees (
    store_id ${d.text} PRIMARY KEY,
    version ${d.int} NOT NULL
  )${d.strict}`,
  ...d.onDialect({
    sqlite: (["INSERT", "UPDATE", "DELETE"] as const).map((change) =>
      `CREATE TRIGGER categories_${change.toLowerCase()} AFTER ${change} ON categories BEGIN
        INSERT INTO category_trees (store_id, version) VALUES (${change === "DELETE" ? "OLD" : "NEW"}.store_id, 1)
        ON CONFLICT (store_id) DO UPDATE SET version = category_trees.version + 1;
      END`
    ),
    pg: [
      `CREATE FUNCTION stoa_categories_changed() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO category_trees (store_id, version) SELECT DISTINCT store_id, 1 FROM changed ORDER BY store_id
        ON CONFLICT (store_id) DO UPDATE SET version = category_trees.version + 1;
        RETURN NULL;
      END $$`,
      ...(["INSERT", "UPDATE", "DELETE"] as const).map((change) =>
        `CREATE TRIGGER categories_${change.toLowerCase()} AFTER ${change} ON categories
          REFERENCING ${change === "DELETE" ? "OLD" : "NEW"} TABLE AS changed
          FOR EACH STATEMENT EXECUTE FUNCTION stoa_categories_changed()`
      )
    ]
  })
]
