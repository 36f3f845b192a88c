import type { Ddl } from "../Dialect.ts"

/** Why an edit of many products ended before its time. */
export const up = (d: Ddl): ReadonlyArray<string> => [`ALTER TABLE bulk_edits ADD COLUMN reason ${d.text}`]
