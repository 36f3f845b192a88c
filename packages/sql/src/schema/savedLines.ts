import type { Ddl } from "../Dialect.ts"

/** What buyers have taken out of their carts and set aside: customers, or whoever holds the cart of a guest. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE saved_lines (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    customer_id ${d.text},
    cart_id ${d.text} REFERENCES carts (id) ON DELETE CASCADE,
    variant_id ${d.text} NOT NULL REFERENCES variants (id) ON DELETE CASCADE,
    quantity ${d.int} NOT NULL CHECK (quantity > 0),
    gift ${d.json},
    saved_at ${d.text} NOT NULL,
    CHECK ((customer_id IS NULL) <> (cart_id IS NULL))
  )${d.strict}`,
  "CREATE INDEX saved_lines_of_customer ON saved_lines (store_id, customer_id) WHERE customer_id IS NOT NULL",
  "CREATE INDEX saved_lines_of_cart ON saved_lines (cart_id) WHERE cart_id IS NOT NULL",
  "CREATE INDEX saved_lines_by_variant ON saved_lines (variant_id)"
]
