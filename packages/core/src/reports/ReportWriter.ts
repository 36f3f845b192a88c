/**
 * The port that writes tables as files. CSV needs none; `@stoa/adapter-pdf` has one for PDF, `@stoa/adapter-xlsx` one for XLSX.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ReportFormat } from "./ReportFormat.ts"
import type { ReportTable } from "./ReportTable.ts"

export interface ReportWriter {
  readonly format: Exclude<ReportFormat, "csv">
  readonly contentType: string
  readonly write: (table: ReportTable) => Effect.Effect<Uint8Array>
}

/** Read when the services are built. */
export const ReportWriters: Context.Reference<ReadonlyArray<ReportWriter>> = Context.Reference<ReadonlyArray<ReportWriter>>(
  "@stoa/core/reports/ReportWriters",
  { defaultValue: () => [] }
)
