/**
 * What of a time kept sums of days (UTC) can say: the days that lie in it as a whole.
 */

export interface WholeDays {
  /** The first of them, and the day after the last. */
  readonly first: string
  readonly end: string
  /** What is left of the time before the first and after the last. */
  readonly edges: ReadonlyArray<{ readonly starts: string; readonly ends: string }>
}

/** The day after one. */
const after = (day: string): string => new Date(Date.parse(`${day}T00:00:00.000Z`) + 86_400_000).toISOString().slice(0, 10)

/** @param to the end, excluded */
export const of = ({ from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }): WholeDays => {
  const first = from === undefined ? "" : from.slice(11) === "00:00:00.000Z" ? from.slice(0, 10) : after(from.slice(0, 10))
  const end = to === undefined ? "9999-12-31" : to.slice(0, 10)
  if (first >= end) return { first, end: first, edges: [{ starts: from ?? "", ends: to ?? end }] }
  return {
    first,
    end,
    edges: [
      ...(from === undefined ? [] : [{ starts: from, ends: `${first}T00:00:00.000Z` }]),
      ...(to === undefined ? [] : [{ starts: `${end}T00:00:00.000Z`, ends: to }])
    ]
  }
}
