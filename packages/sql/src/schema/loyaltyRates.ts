import type { Ddl } from "../Dialect.ts"

/** What the points of an order are reckoned by, so that what an edit adds gives some as well. */
export const up = (d: Ddl): ReadonlyArray<string> => [`ALTER TABLE loyalty_lots ADD COLUMN rate ${d.int}`]
