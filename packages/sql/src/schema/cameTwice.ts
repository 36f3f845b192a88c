import { quarterOf } from "./analytics.ts"

/** Sums in which money that came twice and went back once counts as given back of its order are worked out again. */
export const up = (): ReadonlyArray<string> => [
  `INSERT INTO sales_changes (store_id, quarter, buyer)
    SELECT DISTINCT store_id, ${quarterOf("placed_at")}, email FROM orders
    WHERE refunded > 0 AND paid + open_amount > total ORDER BY 1, 2`
]
