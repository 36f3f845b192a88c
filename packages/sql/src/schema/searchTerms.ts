import type { Ddl } from "../Dialect.ts"

/** What people search for, by day and text. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE search_terms (
    store_id ${d.text} NOT NULL,
    day ${d.text} NOT NULL,
    term ${d.text} NOT NULL,
    searches ${d.int} NOT NULL,
    missed ${d.int} NOT NULL,
    clicks ${d.int} NOT NULL,
    PRIMARY KEY (store_id, day, term)
  )${d.strict}`
]
