import type { Ddl } from "../Dialect.ts"

/** What customers were last told that their wishes cost, in the currency of what they saw. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE wish_list_items ADD COLUMN told_amount ${d.int}`
]
