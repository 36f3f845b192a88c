import { VersionConflict } from "@stoa/core/kernel/Version"
import { MediaStorageFailed, MediaUnavailable } from "@stoa/core/media/MediaErrors"
import { CreateSavedReport, ListReportFiles, MakeReport, ReportFile, SavedReport, UpdateSavedReport } from "@stoa/core/reports/Report"
import { ReportFormatUnavailable, ReportNotFound, ReportNotReady, TooManyReports } from "@stoa/core/reports/ReportErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "analytics:read" }
const writes: Traits = { access: "staff", permission: "analytics:write" }

export const ReportFilePage = page("ReportFilePage", ReportFile)
export const SavedReportPage = page("SavedReportPage", SavedReport)

/** Figures as files, and reports that are made again and again. */
export class ReportsGroup extends HttpApiGroup.make("reports").add(
  HttpApiEndpoint.get("list", "/admin/reports", { query: ListReportFiles, success: ReportFilePage }).annotateMerge(
    operation("List the files of reports, newest first", reads)
  ),
  HttpApiEndpoint.post("make", "/admin/reports", {
    payload: MakeReport,
    success: ReportFile.pipe(HttpApiSchema.status(202)),
    error: problems(ReportNotFound, ReportFormatUnavailable, TooManyReports, MediaUnavailable)
  }).middleware(Idempotent).annotateMerge(
    operation("Have a report made in the background, as CSV, PDF or XLSX", { ...reads, idempotent: true })
  ),
  HttpApiEndpoint.get("get", "/admin/reports/:id", {
    params: byId,
    success: ReportFile,
    error: problems(ReportNotFound)
  }).annotateMerge(operation("See how far a report is", reads)),
  HttpApiEndpoint.get("file", "/admin/reports/:id/file", {
    params: byId,
    success: HttpApiSchema.StreamUint8Array({
      contentType: ["text/csv", "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]
    }),
    error: problems(ReportNotFound, ReportNotReady, MediaUnavailable, MediaStorageFailed)
  }).annotateMerge(operation("Read the file of a report that is ready", reads)),
  HttpApiEndpoint.delete("delete", "/admin/reports/:id", { params: byId, error: problems(ReportNotFound, MediaStorageFailed) }).annotateMerge(
    operation("Throw the file of a report away before its time", reads)
  ),
  HttpApiEndpoint.get("saved", "/admin/saved-reports", { success: SavedReportPage }).annotateMerge(
    operation("List saved reports, by name", reads)
  ),
  HttpApiEndpoint.post("save", "/admin/saved-reports", {
    payload: CreateSavedReport,
    success: SavedReport.pipe(HttpApiSchema.status(201)),
    error: problems(TooManyReports, ReportFormatUnavailable, MediaUnavailable)
  }).middleware(Idempotent).annotateMerge(operation("Save a report under a name, to be mailed at its time where that is said", { ...writes, idempotent: true, tagged: true })),
  HttpApiEndpoint.patch("updateSaved", "/admin/saved-reports/:id", {
    params: byId,
    payload: UpdateSavedReport,
    success: SavedReport,
    error: problems(ReportNotFound, ReportFormatUnavailable, MediaUnavailable, VersionConflict)
  }).annotateMerge(operation("Change a saved report; what is left out stays", { ...writes, conditional: true, tagged: true })),
  HttpApiEndpoint.delete("deleteSaved", "/admin/saved-reports/:id", {
    params: byId,
    error: problems(ReportNotFound, VersionConflict)
  }).annotateMerge(operation("Forget a saved report; files that were made of it stay", { ...writes, conditional: true }))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Reports (staff)", description: "Figures as files, and reports that are made again and again" })
) {}
