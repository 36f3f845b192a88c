import type { Ddl } from "../Dialect.ts"

/** What shipping costs, when it arrives, and where goods are picked up. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE shipping_methods ADD COLUMN zone_id ${d.text} REFERENCES zones (id)`,
  `ALTER TABLE shipping_methods ADD COLUMN rates ${d.json}`,
  `ALTER TABLE shipping_methods ADD COLUMN free_from ${d.int}`,
  `ALTER TABLE shipping_methods ADD COLUMN handling ${d.int} NOT NULL DEFAULT 0`,
  `ALTER TABLE shipping_methods ADD COLUMN parcel_grams ${d.int}`,
  `ALTER TABLE shipping_methods ADD COLUMN delivery ${d.json}`,
  `ALTER TABLE shipping_methods ADD COLUMN pickup ${d.json}`,
  "CREATE INDEX shipping_methods_by_zone ON shipping_methods (zone_id)"
]
