import type { Ddl } from "../Dialect.ts"

/** Which carrier is asked for the rates of a shipping method. */
export const up = (d: Ddl): ReadonlyArray<string> => [`ALTER TABLE shipping_methods ADD COLUMN carrier ${d.json}`]
