/**
 * Where a parcel is by what its carrier tells, of which each piece may come late, twice or in any order.
 */
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { CarrierNews, CarrierStatus } from "../shipping/Carrier.ts"

/** Whatever happened to it before, a parcel that has arrived or come back stays so. */
const isLast = (status: CarrierStatus): boolean => status === "delivered" || status === "returned"

/**
 * What to take up of news that are in the order in which they happened: the one that says where the parcel is after all of
 * them. News from before `lastNewsAt` say nothing any more, unless they say that it has arrived or come back.
 */
export const lastOf = (
  news: ReadonlyArray<CarrierNews>,
  lastNewsAt: Timestamp | null
): { readonly news: CarrierNews | undefined; readonly lastNewsAt: Timestamp | null } => {
  let last: CarrierNews | undefined
  let latest = lastNewsAt
  for (const one of news) {
    const isLate = latest !== null && one.at < latest
    if (!isLate) latest = one.at
    if (isLate && !isLast(one.status)) continue
    if (last === undefined || (!isLast(last.status) && (one.status !== "in_transit" || last.status === "in_transit"))) last = one
  }
  return { news: last, lastNewsAt: latest }
}
