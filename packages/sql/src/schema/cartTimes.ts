import type { Ddl } from "../Dialect.ts"

/**
 * Finds carts that expire by the hour. Every change of a cart moves its end, and PostgreSQL writes a row into all indexes of a table again when a
 * column of one of them changes, unless none does and there is room on the page. An hour seldom changes while somebody buys.
 */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE carts ADD COLUMN expires_hour ${d.text} GENERATED ALWAYS AS (substr(expires_at, 1, 13)) ${
    d.onDialect({ sqlite: "VIRTUAL", pg: "STORED" })
  }`,
  "DROP INDEX carts_expiring",
  "CREATE INDEX carts_expiring ON carts (store_id, expires_hour) WHERE status <> 'ordered'",
  ...d.onDialect({ sqlite: [], pg: ["ALTER TABLE carts SET (fillfactor = 60)"] })
]
