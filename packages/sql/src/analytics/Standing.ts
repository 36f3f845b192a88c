/**
 * The segment that a buyer stands in, of the sums of their orders.
 */
import type { SegmentBounds } from "@stoa/core/analytics/Segments"
import type * as Statement from "effect/sql/Statement"

/** For rows with `orders` and `last_at`. */
export const standing = (
  sql: Statement.Constructor,
  { activeSince, lostBefore, newSince }: SegmentBounds
): Statement.Fragment =>
  sql`CASE
            WHEN last_at < ${lostBefore} THEN 'lost'
            WHEN orders = 1 AND last_at >= ${newSince} THEN 'new'
            WHEN orders = 1 THEN 'once'
            WHEN last_at >= ${activeSince} THEN 'active'
            ELSE 'lapsing' END`
