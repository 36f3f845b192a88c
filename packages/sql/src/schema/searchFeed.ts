import type { Ddl } from "../Dialect.ts"

/** Products that a search engine outside has to hear of, gone ones among them. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE search_waiting (
    store_id ${d.text} NOT NULL,
    product_id ${d.text} NOT NULL,
    ticket ${d.int} NOT NULL,
    attempts ${d.int} NOT NULL,
    next_attempt_at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, product_id)
  )${d.strict}`,
  "CREATE INDEX search_waiting_due ON search_waiting (store_id, next_attempt_at, product_id)"
]
