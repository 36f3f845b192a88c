import type { Ddl } from "../Dialect.ts"

/** When tax rates are charged. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE tax_rates ADD COLUMN valid_from ${d.text}`,
  `ALTER TABLE tax_rates ADD COLUMN valid_until ${d.text}`,
  "DROP INDEX tax_rates_by_class",
  `CREATE UNIQUE INDEX tax_rates_by_class ON tax_rates (
    store_id, tax_class, COALESCE(country, ''), COALESCE(zone_id, ''), component, COALESCE(valid_from, '')
  )`
]
