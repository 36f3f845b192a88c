/**
 * Reports: figures of some days as a table that is handed out as a file, once or again and again.
 */
import * as Schema from "effect/Schema"
import { Bucket, Comparison, Day, range } from "../analytics/SalesFigures.ts"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { MetricId } from "../metrics/Metric.ts"
import { ReportFormat } from "./ReportFormat.ts"
import { ReportSchedule } from "./ReportSchedule.ts"

export const SavedReportId = Id.define("rep", "SavedReportId")
export type SavedReportId = typeof SavedReportId.Type

export const ReportFileId = Id.define("repfile", "ReportFileId")
export type ReportFileId = typeof ReportFileId.Type

/** Which figures; docs/analytics.md defines them. */
export const ReportFigure = Schema.Literals([
  "sales",
  "buyers",
  "refunds",
  "taxes",
  "invoiced_taxes",
  "promotions",
  "codes",
  "vendors",
  "funnel",
  "best_products",
  "worst_products",
  "metric"
])
export type ReportFigure = typeof ReportFigure.Type

/** Days that are named, or those that have just gone by when the report is made. */
export const ReportRange = Schema.Union([
  Schema.Struct({ from: Day, to: Day }),
  Schema.Struct({
    last: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000 })),
    unit: Schema.Literals(["day", "week", "month", "quarter", "year"]),
    /** Whether the one of now counts, as far as it has gone; whole ones only if it is left out. */
    current: Schema.optionalKey(Schema.Boolean)
  })
])
export type ReportRange = typeof ReportRange.Type

export const ReportDefinition = Schema.Struct({
  figure: ReportFigure,
  /** Which one, of `"metric"` alone. */
  metricId: Schema.optionalKey(MetricId),
  range: ReportRange,
  /** Not for products. */
  bucket: Schema.optionalKey(Bucket),
  /** Not for products. */
  compare: Schema.optionalKey(Comparison),
  timeZone: range.timeZone
}).check(
  Schema.makeFilter(({ figure, metricId }) =>
    (figure === "metric") === (metricId !== undefined) || "Expected a metric with the figure of a metric, and with no other")
).annotate({ identifier: "ReportDefinition" })
export interface ReportDefinition extends Schema.Schema.Type<typeof ReportDefinition> {}

/** A report under a name, for all staff who see figures. */
export const SavedReport = Schema.Struct({
  id: SavedReportId,
  name: Schema.String,
  definition: ReportDefinition,
  /** When it is made and mailed by itself, and to whom; `null` if it is not. */
  schedule: Schema.NullOr(ReportSchedule),
  /** When that is next. */
  nextAt: Schema.NullOr(Timestamp),
  createdBy: Schema.String,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "SavedReport" })
export interface SavedReport extends Schema.Schema.Type<typeof SavedReport> {}

export const CreateSavedReport = Schema.Struct({
  name: name(100),
  definition: ReportDefinition,
  schedule: Schema.optionalKey(Schema.NullOr(ReportSchedule))
}).annotate({ identifier: "CreateSavedReport" })

/** What is left out stays. */
export const UpdateSavedReport = Schema.Struct({
  name: Schema.optionalKey(name(100)),
  definition: Schema.optionalKey(ReportDefinition),
  /** `null` ends it. */
  schedule: Schema.optionalKey(Schema.NullOr(ReportSchedule)),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateSavedReport" })

/** So many reports may be saved in a store. */
export const maximumSaved = 100

/** So many files may wait for being made in a store. */
export const maximumWaiting = 20

/** A report to be made: a saved one, or one that is defined here. */
export const MakeReport = Schema.Struct({
  savedReportId: Schema.optionalKey(SavedReportId),
  definition: Schema.optionalKey(ReportDefinition),
  /** What the report is called; the name of the saved one, or that of the figures, if it is left out. */
  name: Schema.optionalKey(name(100)),
  /** `"csv"` if it is left out. */
  format: Schema.optionalKey(ReportFormat)
}).check(
  Schema.makeFilter(({ definition, savedReportId }) =>
    (definition === undefined) !== (savedReportId === undefined) || "Expected either a definition or a saved report")
).annotate({ identifier: "MakeReport" })

/** A report as a file, which is made in the background and kept for a week. */
export const ReportFile = Schema.Struct({
  id: ReportFileId,
  savedReportId: Schema.NullOr(SavedReportId),
  name: Schema.String,
  definition: ReportDefinition,
  format: ReportFormat,
  status: Schema.Literals(["waiting", "working", "ready", "failed"]),
  /** How far it is, in percent. */
  progress: Schema.Int,
  /** Lines of the table, without its header. */
  lines: Schema.NullOr(Schema.Int),
  bytes: Schema.NullOr(Schema.Int),
  /** Why it could not be made: the code of an error and what it says. */
  failure: Schema.NullOr(Schema.Struct({ code: Schema.String, message: Schema.String })),
  createdBy: Schema.String,
  createdAt: Timestamp,
  finishedAt: Schema.NullOr(Timestamp),
  /** When the file is thrown away. */
  expiresAt: Timestamp
}).annotate({ identifier: "ReportFile" })
export interface ReportFile extends Schema.Schema.Type<typeof ReportFile> {}

export const ListReportFiles = Schema.Struct(Page.PageRequest).annotate({ identifier: "ListReportFiles" })
export interface ListReportFiles extends Schema.Schema.Type<typeof ListReportFiles> {}
