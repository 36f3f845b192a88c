import type { Ddl } from "../Dialect.ts"

/** From when and until when buyers see a product. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE products ADD COLUMN published_from ${d.text}`,
  `ALTER TABLE products ADD COLUMN published_until ${d.text}`
]
