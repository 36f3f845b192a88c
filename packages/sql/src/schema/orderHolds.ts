import type { Ddl } from "../Dialect.ts"

/** Why an order rests. One that rested before this was known goes on when staff say so, or when it is approved. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE orders ADD COLUMN holds ${d.json} NOT NULL DEFAULT '[]'`,
  `UPDATE orders SET holds = CASE
    WHEN EXISTS (
      SELECT 1 FROM fraud_reviews r WHERE r.store_id = orders.store_id AND r.order_id = orders.id AND r.status = 'open'
    ) THEN '["review"]' ELSE '["staff"]' END
    WHERE status = 'on_hold'`
]
