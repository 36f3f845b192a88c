import type { Ddl } from "../Dialect.ts"

/**
 * What is left of rate limits. Times in microseconds since 1970, because they are reckoned with. Counters that a crash
 * of the database empties are no loss, so on Postgres they are not written to its log; and as a row is rewritten at
 * every take, there is no index besides the key, and room in the page for the new version.
 */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE ${d.onDialect({ sqlite: "", pg: "UNLOGGED " })}TABLE rate_limits (
    store_id ${d.text} NOT NULL,
    key ${d.text} NOT NULL,
    full_at ${d.int} NOT NULL,
    PRIMARY KEY (store_id, key)
  )${d.onDialect({ sqlite: " STRICT", pg: " WITH (fillfactor = 70)" })}`
]
