import type { Ddl } from "../Dialect.ts"

/** How often gateways have refused to take reserved money or to give it up. */
export const up = (d: Ddl): ReadonlyArray<string> => [`ALTER TABLE payments ADD COLUMN refusals ${d.int} NOT NULL DEFAULT 0`]
