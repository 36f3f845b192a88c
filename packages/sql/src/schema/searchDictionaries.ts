import type { Ddl } from "../Dialect.ts"

/** Synonyms and stop words of each store, as one document with a version that searches compare. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE search_dictionaries (
    store_id ${d.text} PRIMARY KEY,
    version ${d.int} NOT NULL,
    content ${d.json} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`
]
