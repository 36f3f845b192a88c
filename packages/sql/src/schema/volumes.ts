import type { Ddl } from "../Dialect.ts"

/** How large goods are, and how heavy a parcel counts for its size. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE variants ADD COLUMN dimensions ${d.json}`,
  `ALTER TABLE shipping_methods ADD COLUMN volumetric_divisor ${d.int}`
]
