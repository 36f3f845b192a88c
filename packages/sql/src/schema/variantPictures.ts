import type { Ddl } from "../Dialect.ts"

/** The picture of a product that shows a variant of it. */
export const up = (d: Ddl): ReadonlyArray<string> => [`ALTER TABLE variants ADD COLUMN image ${d.json}`]
