/**
 * The figures of a report as a table, as they are now.
 */
import * as Effect from "effect/Effect"
import { Analytics } from "../analytics/Analytics.ts"
import type { Breakdown, Period } from "../analytics/Breakdown.ts"
import * as Calendar from "../analytics/Calendar.ts"
import * as ReportTimes from "../analytics/ReportTimes.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import type * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { MetricFigures } from "../metrics/Metric.ts"
import type { MetricNotFound } from "../metrics/MetricErrors.ts"
import { Metrics } from "../metrics/Metrics.ts"
import { Stores } from "../stores/Stores.ts"
import type { ReportDefinition } from "./Report.ts"
import * as ReportDays from "./ReportDays.ts"
import * as ReportTable from "./ReportTable.ts"

type Failure = InvalidInput | MetricNotFound | StorageError | Permission.Denied

/** Money as money, so that it is written as such. */
const asMoney = ({ figures, ...period }: Period<MetricFigures>): Period<object> => ({
  ...period,
  figures: figures.map(({ currency, value }) => ({ currency, value: value === null ? null : Money.make(value, currency) }))
})

export const make = Effect.gen(function*() {
  const analytics = yield* Analytics
  const metrics = yield* Metrics
  const stores = yield* Stores

  return Effect.fnUntraced(function*(
    title: string,
    { bucket, compare, figure, metricId, range, timeZone }: ReportDefinition
  ): Effect.fn.Return<ReportTable.ReportTable, Failure> {
    const { name, zone } = yield* ReportTimes.zoneOf(stores, timeZone)
    const asked = ReportDays.of(range, Calendar.dayOf(yield* Timestamp.now, zone))
    const query = {
      ...asked,
      timeZone: name,
      ...bucket === undefined ? {} : { bucket },
      ...compare === undefined ? {} : { compare }
    }
    const days = Calendar.days(asked.from, asked.to, zone)
    const products = (order: "best" | "worst") =>
      Effect.map(analytics.topProducts({ ...asked, timeZone: name, order, limit: 100 }), (figures) => ({
        timeZone: name,
        whole: { ...days, figures },
        periods: [],
        previous: null
      }))
    const metric = metricId === undefined ? undefined : yield* metrics.get(metricId)
    const ofMetric = Effect.fnUntraced(function*() {
      if (metric === undefined) return yield* InvalidInput.at(["metricId"], "is missing", "missing")
      const report = yield* metrics.values(metric.id, query)
      if (metric.unit !== "money") return report
      const { periods, previous, timeZone, whole } = report
      return { timeZone, whole: asMoney(whole), periods: periods.map(asMoney), previous: previous === null ? null : asMoney(previous) }
    })
    const report = yield* Effect.suspend((): Effect.Effect<Breakdown<object>, Failure> => {
      switch (figure) {
        case "invoiced_taxes":
          return analytics.invoicedTaxes(query)
        case "codes":
          return analytics.promotions({ ...query, by: "code" })
        case "best_products":
          return products("best")
        case "worst_products":
          return products("worst")
        case "metric":
          return ofMetric()
        default:
          return analytics[figure](query)
      }
    })
    const inTime = report.periods.length === 0 ? [report.whole] : report.periods
    const of = ({ figures, from, to }: typeof report.whole, previous: boolean): ReportTable.ReportPeriod => ({
      from,
      to,
      previous,
      figures
    })
    return ReportTable.make(figure, { title, ...asked, timeZone: name }, [
      ...inTime.map((period) => of(period, false)),
      ...report.previous === null ? [] : [of(report.previous, true)]
    ], metric?.unit)
  })
})
