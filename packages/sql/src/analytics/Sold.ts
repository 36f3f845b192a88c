/**
 * What figures of orders have in common in SQL.
 */

/** Which orders count as sold. */
export const sold = (order: string): string => `${order}.status NOT IN ('pending', 'failed', 'cancelled')`

/** Whose orders are no person's any more; see the erasure of orders. */
export const nobody = "forgotten@erased.invalid"

/** A sum as a whole number, 0 of nothing. */
export const total = (column: string): string => `CAST(coalesce(sum(${column}), 0) AS BIGINT)`
