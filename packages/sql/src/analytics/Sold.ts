/**
 * What figures of orders have in common in SQL.
 */

/** Which orders count as sold. */
export const sold = (order: string): string => `${order}.status NOT IN ('pending', 'failed', 'cancelled')`

/** What went back of what an order costs; money that came beyond that, as when it came twice, and went back again is none of it. */
export const givenBack = (order: string): string =>
  `CASE WHEN ${order}.refunded = 0 OR ${order}.paid + ${order}.open_amount <= ${order}.total THEN ${order}.refunded `
  + `WHEN ${order}.refunded > ${order}.paid + ${order}.open_amount - ${order}.total `
  + `THEN ${order}.refunded - (${order}.paid + ${order}.open_amount - ${order}.total) ELSE 0 END`

/** What the shop keeps of what an order costs, without the gift cards in it. */
export const kept = (order: string): string => `${order}.total - ${order}.gift_cards - (${givenBack(order)})`

/** Whose orders are no person's any more; see the erasure of orders. */
export const nobody = "forgotten@erased.invalid"

/** A sum as a whole number, 0 of nothing. */
export const total = (column: string): string => `CAST(coalesce(sum(${column}), 0) AS BIGINT)`
