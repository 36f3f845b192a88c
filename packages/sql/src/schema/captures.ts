import type { Ddl } from "../Dialect.ts"

/** What of an authorisation is to be taken, or was, where that is less than all of it. */
export const up = (d: Ddl): ReadonlyArray<string> => [`ALTER TABLE payments ADD COLUMN capture_amount ${d.int}`]
