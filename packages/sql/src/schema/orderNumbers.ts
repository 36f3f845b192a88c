import type { Ddl } from "../Dialect.ts"

/**
 * The number of a store's newest order, for whoever gives the next one. Nobody else does until the transaction ends, and who has waited
 * for that sees the order that was waited for, as the function asks anew. SQLite has one writer at a time, and needs none.
 */
export const up = (d: Ddl): ReadonlyArray<string> =>
  d.onDialect({
    sqlite: [],
    pg: [
      `CREATE FUNCTION stoa_newest_order(store TEXT) RETURNS BIGINT LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended('orders of ' || store, 0));
        RETURN (SELECT max(number) FROM orders WHERE store_id = store);
      END $$`
    ]
  })
