/**
 * From when on a buyer is new, active or lost. docs/analytics.md defines the segments.
 */
import * as Timestamp from "../kernel/Timestamp.ts"

export interface SegmentBounds {
  /** One order since then is a new buyer's. */
  readonly newSince: Timestamp.Timestamp
  readonly activeSince: Timestamp.Timestamp
  /** The last order before it is a lost buyer's. */
  readonly lostBefore: Timestamp.Timestamp
}

export const bounds = (at: Timestamp.Timestamp): SegmentBounds => ({
  newSince: Timestamp.minus(at, "60 days"),
  activeSince: Timestamp.minus(at, "120 days"),
  lostBefore: Timestamp.minus(at, "365 days")
})
