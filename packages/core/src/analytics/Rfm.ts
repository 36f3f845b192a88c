/**
 * Which segment scores for recency and frequency make. docs/analytics.md has the table.
 */
import type { RfmSegment } from "./Journey.ts"

export const segmentOf = ({ frequency, recency }: { readonly recency: number; readonly frequency: number }): RfmSegment => {
  if (recency >= 4) return frequency >= 4 ? "champions" : frequency >= 2 ? "loyal" : recency === 5 ? "new" : "promising"
  if (recency === 3) return frequency >= 3 ? "loyal" : "needs_attention"
  return frequency >= 5 ? "cannot_lose" : frequency >= 2 ? "at_risk" : "hibernating"
}
