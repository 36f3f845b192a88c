import type { Ddl } from "../Dialect.ts"

/** For which subdivisions of countries price lists are, besides countries: ISO 3166-2 codes. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE price_lists ADD COLUMN subdivisions ${d.json} NOT NULL DEFAULT '[]'`
]
