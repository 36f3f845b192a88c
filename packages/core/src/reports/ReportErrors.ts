import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such report, saved or made, or its file was thrown away. */
export class ReportNotFound extends StoaError<ReportNotFound>()("ReportNotFound", {
  code: "report_not_found",
  kind: "not_found"
}, { report: Schema.String }) {
  override get message(): string {
    return `There is no report ${this.report}`
  }
}

/** The file of a report is not there yet, or could not be made. */
export class ReportNotReady extends StoaError<ReportNotReady>()("ReportNotReady", {
  code: "report_not_ready",
  kind: "conflict"
}, { report: Schema.String, status: Schema.String }) {
  override get message(): string {
    return `The report ${this.report} has no file: it is ${this.status}`
  }
}

/** As many reports are saved, or wait for being made, as may. */
export class TooManyReports extends StoaError<TooManyReports>()("TooManyReports", {
  code: "too_many_reports",
  kind: "conflict"
}, { what: Schema.Literals(["saved", "waiting"]), maximum: Schema.Int }) {
  override get message(): string {
    return this.what === "saved" ? `A store has at most ${this.maximum} saved reports` : `At most ${this.maximum} reports wait at once`
  }
}

/** Nothing that writes files of this format is configured. */
export class ReportFormatUnavailable extends StoaError<ReportFormatUnavailable>()("ReportFormatUnavailable", {
  code: "report_format_unavailable",
  kind: "invalid"
}, { format: Schema.String }) {
  override get message(): string {
    return `This shop does not write reports as ${this.format}`
  }
}
