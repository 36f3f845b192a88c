import type { Ddl } from "../Dialect.ts"

/** By what the pieces of returns are replaced. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE returns ADD COLUMN exchange ${d.json}`
]
