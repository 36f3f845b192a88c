import type { Ddl } from "../Dialect.ts"

/** Where prices contain tax, and where not. */
export const up = (d: Ddl): ReadonlyArray<string> => [`ALTER TABLE zones ADD COLUMN prices_include_tax ${d.bool}`]
