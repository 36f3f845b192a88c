/**
 * The times that a report is about: the days that were asked for, their pieces, and the time they are compared with.
 */
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { InvalidInput } from "../kernel/Input.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Stores } from "../stores/Stores.ts"
import * as Calendar from "./Calendar.ts"
import type { Bucket, Comparison } from "./SalesFigures.ts"

export const maximumPieces = 1_000
const maximumDays = 3_660

/** Days that were asked for, whose, and how they are cut. */
export interface Asked {
  readonly from: string
  readonly to: string
  readonly timeZone?: string
  readonly bucket?: Bucket
  readonly compare?: typeof Comparison.Type
}

export interface ReportTimes {
  readonly timeZone: string
  readonly whole: Calendar.Span
  /** The whole where nothing was said of pieces. */
  readonly pieces: ReadonlyArray<Calendar.Span>
  readonly previous: Calendar.Span | undefined
}

/** A zone by its name, or the store's own. */
export const zoneOf = (stores: Stores["Service"], named: string | undefined): Effect.Effect<
  { readonly name: string; readonly zone: DateTime.TimeZone },
  InvalidInput | StorageError
> =>
  Effect.gen(function*() {
    const name = named ?? (yield* stores.current).settings.timeZone
    const zone = Calendar.zone(name)
    return zone === undefined
      ? yield* InvalidInput.at(["timeZone"], "Expected a time zone such as Europe/Berlin", "not_a_time_zone")
      : { name, zone }
  })

/** The time of some days. At most ten years. */
export const spanOf = (
  { from, to }: Pick<Asked, "from" | "to">,
  zone: DateTime.TimeZone
): Effect.Effect<Calendar.Span, InvalidInput> => {
  if (to < from) return Effect.fail(InvalidInput.at(["to"], "is before the first day", "before_start"))
  return Calendar.daysBetween(from, to) > maximumDays
    ? Effect.fail(InvalidInput.at(["to"], "is more than ten years later", "outside_period"))
    : Effect.succeed(Calendar.days(from, to, zone))
}

/** As many days just before, or the same days of the year before. */
const before = ({ compare, from, to }: Asked, zone: DateTime.TimeZone): Calendar.Span | undefined => {
  if (compare === undefined || compare === false) return undefined
  if (compare === "year") return Calendar.days(Calendar.yearBefore(from), Calendar.yearBefore(to), zone)
  return Calendar.days(Calendar.plusDays(from, -Calendar.daysBetween(from, to)), Calendar.plusDays(from, -1), zone)
}

export const of = (stores: Stores["Service"], asked: Asked): Effect.Effect<ReportTimes, InvalidInput | StorageError> =>
  Effect.gen(function*() {
    const { name, zone } = yield* zoneOf(stores, asked.timeZone)
    const whole = yield* spanOf(asked, zone)
    const pieces = asked.bucket === undefined ? [whole] : Calendar.pieces(whole, asked.bucket, zone, maximumPieces)
    if (pieces === undefined) return yield* InvalidInput.at(["bucket"], "cuts this time into more than 1,000 pieces", { code: "too_many", params: { maximum: 1_000 } })
    return { timeZone: name, whole, pieces, previous: before(asked, zone) }
  })
