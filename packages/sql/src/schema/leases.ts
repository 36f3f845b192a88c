import type { Ddl } from "../Dialect.ts"

/** What one process at a time may do. Times in milliseconds since 1970. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE leases (
    store_id ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    holder ${d.text} NOT NULL,
    fence ${d.int} NOT NULL,
    held_until ${d.int} NOT NULL,
    PRIMARY KEY (store_id, name)
  )${d.strict}`
]
