import type { Ddl } from "../Dialect.ts"

/**
 * Counts, with the terms of a store, also what changes goods in carts without a change of their own rows: where they lie, the categories that they
 * are in, and the first price list that says something of them. Only PostgreSQL is asked whether carts are as they were remembered.
 */
export const up = (d: Ddl): ReadonlyArray<string> =>
  d.onDialect({
    sqlite: [],
    pg: [["locations", "UPDATE"], ["categories", "UPDATE"], ["categories", "DELETE"], ["list_prices", "INSERT"]].map(([table, change]) =>
      `CREATE TRIGGER ${table}_terms_${change?.toLowerCase()} AFTER ${change} ON ${table}
        REFERENCING ${change === "DELETE" ? "OLD" : "NEW"} TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION stoa_terms_changed()`
    )
  })
