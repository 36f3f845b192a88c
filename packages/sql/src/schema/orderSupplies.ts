import type { Ddl } from "../Dialect.ts"

/** Which vendors have parts in the bundles of orders that others sell. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE order_supplies (
    store_id ${d.text} NOT NULL,
    vendor_id ${d.text} NOT NULL,
    order_id ${d.text} NOT NULL REFERENCES orders (id),
    line_id ${d.text} NOT NULL REFERENCES order_lines (id),
    PRIMARY KEY (store_id, vendor_id, order_id, line_id)
  )${d.strict}`,
  "CREATE INDEX order_supplies_by_line ON order_supplies (line_id)"
]
