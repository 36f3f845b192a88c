import type { Ddl } from "../Dialect.ts"

/** How many pieces of a line were cancelled: a piece is cancelled or in a fulfilment, and never both. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE order_lines ADD COLUMN cancelled ${d.int} NOT NULL DEFAULT 0
    CHECK (cancelled >= 0 AND cancelled + fulfilled <= quantity)`
]
