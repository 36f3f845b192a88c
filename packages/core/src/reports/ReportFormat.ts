import * as Schema from "effect/Schema"

/** As what kind of file a report is written. */
export const ReportFormat = Schema.Literals(["csv", "pdf", "xlsx"])
export type ReportFormat = typeof ReportFormat.Type
