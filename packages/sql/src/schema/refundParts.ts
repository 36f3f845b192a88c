import type { Ddl } from "../Dialect.ts"

/** What of a refund is for which line. */
export const up = (d: Ddl): ReadonlyArray<string> => [`ALTER TABLE refunds ADD COLUMN parts ${d.json}`]
