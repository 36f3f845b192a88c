import type { Ddl } from "../Dialect.ts"

/** Zones, and tax rates for them and of several components. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE zones (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    kind ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    areas ${d.json} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX zones_by_name ON zones (store_id, kind, name, id)",
  `ALTER TABLE tax_rates ADD COLUMN zone_id ${d.text} REFERENCES zones (id)`,
  `ALTER TABLE tax_rates ADD COLUMN component ${d.text} NOT NULL DEFAULT 'tax'`,
  `ALTER TABLE tax_rates ADD COLUMN compound ${d.bool} NOT NULL DEFAULT 0`,
  `ALTER TABLE tax_rates ADD COLUMN position ${d.int} NOT NULL DEFAULT 0`,
  "DROP INDEX tax_rates_by_class",
  `CREATE UNIQUE INDEX tax_rates_by_class
    ON tax_rates (store_id, tax_class, COALESCE(country, ''), COALESCE(zone_id, ''), component)`,
  "CREATE INDEX tax_rates_by_zone ON tax_rates (zone_id)"
]
