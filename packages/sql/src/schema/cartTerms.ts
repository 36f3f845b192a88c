import type { Ddl } from "../Dialect.ts"

const changes = ["INSERT", "UPDATE", "DELETE"] as const
const tables = ["tax_rates", "zones", "shipping_methods", "attributes"]

/**
 * Counts the changes of what all carts of a store have in common, so that whoever has read it can tell whether it still is so. A store that
 * has no row has never changed since it was made.
 */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE cart_terms (
    store_id ${d.text} PRIMARY KEY,
    version ${d.int} NOT NULL
  )${d.strict}`,
  ...d.onDialect({
    sqlite: [
      ...tables.flatMap((table) => changes.map((change) => ({ table, change, id: `${change === "DELETE" ? "OLD" : "NEW"}.store_id` }))),
      { table: "stores", change: "UPDATE", id: "NEW.id" }
    ].map(({ change, id, table }) =>
      `CREATE TRIGGER ${table}_terms_${change.toLowerCase()} AFTER ${change} ON ${table} BEGIN
        INSERT INTO cart_terms (store_id, version) VALUES (${id}, 1)
        ON CONFLICT (store_id) DO UPDATE SET version = cart_terms.version + 1;
      END`
    ),
    pg: [
      ...[{ name: "stoa_terms_changed", id: "store_id" }, { name: "stoa_store_changed", id: "id" }].map(({ id, name }) =>
        `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO cart_terms (store_id, version) SELECT DISTINCT ${id}, 1 FROM changed ORDER BY ${id}
          ON CONFLICT (store_id) DO UPDATE SET version = cart_terms.version + 1;
          RETURN NULL;
        END $$`
      ),
      ...tables.flatMap((table) =>
        changes.map((change) =>
          `CREATE TRIGGER ${table}_terms_${change.toLowerCase()} AFTER ${change} ON ${table}
            REFERENCING ${change === "DELETE" ? "OLD" : "NEW"} TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION stoa_terms_changed()`
        )
      ),
      `CREATE TRIGGER stores_terms_update AFTER UPDATE ON stores REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION stoa_store_changed()`
    ]
  })
]
