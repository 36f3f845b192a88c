/**
 * Reports in SQL: saved ones, and what is known of their files.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import type { ReportFile, SavedReport } from "@stoa/core/reports/Report"
import { ReportRepository } from "@stoa/core/reports/ReportRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage, transactionOf } from "../Storage.ts"

interface SavedRow {
  readonly id: SavedReport["id"]
  readonly name: string
  readonly definition: string
  readonly schedule: string | null
  readonly next_at: SavedReport["nextAt"]
  readonly created_by: string
  readonly version: number
  readonly created_at: SavedReport["createdAt"]
  readonly updated_at: SavedReport["updatedAt"]
}

interface FileRow {
  readonly id: ReportFile["id"]
  readonly saved_report_id: ReportFile["savedReportId"]
  readonly name: string
  readonly definition: string
  readonly format: ReportFile["format"]
  readonly status: ReportFile["status"]
  readonly progress: number
  readonly line_count: number | null
  readonly bytes: number | null
  readonly failure: string | null
  readonly created_by: string
  readonly created_at: ReportFile["createdAt"]
  readonly finished_at: ReportFile["finishedAt"]
  readonly expires_at: ReportFile["expiresAt"]
}

const fromSaved = (row: SavedRow): SavedReport => ({
  id: row.id,
  name: row.name,
  definition: Row.json(row.definition),
  schedule: Row.jsonOrNull(row.schedule),
  nextAt: row.next_at,
  createdBy: row.created_by,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
})

const fromFile = (row: FileRow): ReportFile => ({
  id: row.id,
  savedReportId: row.saved_report_id,
  name: row.name,
  definition: Row.json(row.definition),
  format: row.format,
  status: row.status,
  progress: row.progress,
  lines: row.line_count,
  bytes: row.bytes,
  failure: Row.jsonOrNull(row.failure),
  createdBy: row.created_by,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
  expiresAt: row.expires_at
})

const sort = "-id"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  return ReportRepository.of({
    save: Effect.fnUntraced(function*(report, maximum) {
      const storeId = yield* CurrentStore
      // whoever saves one at the same time counts this one
      yield* Dialect.lockTransaction(sql, `stoa:reports:${storeId}`)
      const [count] = yield* sql<{ readonly reports: number }>`
        SELECT count(*) AS reports FROM saved_reports WHERE store_id = ${storeId}`
      if ((count?.reports ?? 0) >= maximum) return false
      yield* sql`INSERT INTO saved_reports ${
        sql.insert({
          id: report.id,
          store_id: storeId,
          name: report.name,
          definition: JSON.stringify(report.definition),
          schedule: Row.toJson(report.schedule),
          next_at: report.nextAt,
          created_by: report.createdBy,
          version: report.version,
          created_at: report.createdAt,
          updated_at: report.updatedAt
        })
      }`
      return true
    }, transactionOf(sql), storage("Reports.save")),

    saved: Effect.gen(function*() {
      const rows = yield* sql<SavedRow>`
        SELECT * FROM saved_reports WHERE store_id = ${yield* CurrentStore} ORDER BY name, id LIMIT 1000`
      return rows.map(fromSaved)
    }).pipe(storage("Reports.saved")),

    findSaved: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<SavedRow>`SELECT * FROM saved_reports WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromSaved)
    }, storage("Reports.findSaved")),

    replaceSaved: Effect.fnUntraced(function*(report) {
      const rows = yield* sql`
        UPDATE saved_reports SET name = ${report.name}, definition = ${JSON.stringify(report.definition)}, version = ${report.version},
          schedule = ${Row.toJson(report.schedule)}, next_at = ${report.nextAt}, updated_at = ${report.updatedAt}
        WHERE id = ${report.id} AND store_id = ${yield* CurrentStore} AND version = ${report.version - 1} RETURNING id`
      return rows.length > 0
    }, storage("Reports.replaceSaved")),

    removeSaved: Effect.fnUntraced(function*({ id, version }) {
      const rows = yield* sql`
        DELETE FROM saved_reports WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND version = ${version} RETURNING id`
      return rows.length > 0
    }, storage("Reports.removeSaved")),

    due: Effect.fnUntraced(function*(now, limit) {
      const rows = yield* sql<SavedRow>`
        SELECT * FROM saved_reports WHERE store_id = ${yield* CurrentStore} AND next_at <= ${now} ORDER BY next_at, id LIMIT ${limit}`
      return rows.map(fromSaved)
    }, storage("Reports.due")),

    reschedule: Effect.fnUntraced(function*({ id, nextAt: due, version }, nextAt) {
      const rows = yield* sql`
        UPDATE saved_reports SET next_at = ${nextAt}
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND version = ${version} AND next_at = ${due} RETURNING id`
      return rows.length > 0
    }, storage("Reports.reschedule")),

    insert: Effect.fnUntraced(function*(file, maximum) {
      const storeId = yield* CurrentStore
      yield* Dialect.lockTransaction(sql, `stoa:reports:${storeId}`)
      const [count] = yield* sql<{ readonly files: number }>`
        SELECT count(*) AS files FROM report_files WHERE store_id = ${storeId} AND status IN ('waiting', 'working')`
      if ((count?.files ?? 0) >= maximum) return false
      yield* sql`INSERT INTO report_files ${
        sql.insert({
          id: file.id,
          store_id: storeId,
          saved_report_id: file.savedReportId,
          name: file.name,
          definition: JSON.stringify(file.definition),
          format: file.format,
          status: file.status,
          progress: file.progress,
          created_by: file.createdBy,
          created_at: file.createdAt,
          expires_at: file.expiresAt
        })
      }`
      return true
    }, transactionOf(sql), storage("Reports.insert")),

    list: Effect.fnUntraced(function*({ after, limit = Page.defaultLimit }) {
      const conditions = [sql`store_id = ${yield* CurrentStore}`]
      if (after !== undefined) {
        const [id] = yield* Page.decodeCursor(sort, ["string"], after)
        conditions.push(sql`id < ${id}`)
      }
      const rows = yield* sql<FileRow>`SELECT * FROM report_files WHERE ${sql.and(conditions)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(fromFile), limit, sort, (file) => [file.id])
    }, storage("Reports.list")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<FileRow>`SELECT * FROM report_files WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromFile)
    }, storage("Reports.find")),

    replace: Effect.fnUntraced(function*(file) {
      yield* sql`
        UPDATE report_files SET status = ${file.status}, progress = ${file.progress}, line_count = ${file.lines}, bytes = ${file.bytes},
          failure = ${Row.toJson(file.failure)}, finished_at = ${file.finishedAt}
        WHERE id = ${file.id} AND store_id = ${yield* CurrentStore}`
    }, storage("Reports.replace")),

    expired: Effect.fnUntraced(function*(now, limit) {
      const rows = yield* sql<FileRow>`
        SELECT * FROM report_files WHERE store_id = ${yield* CurrentStore} AND expires_at <= ${now} ORDER BY expires_at LIMIT ${limit}`
      return rows.map(fromFile)
    }, storage("Reports.expired")),

    remove: Effect.fnUntraced(function*(id) {
      yield* sql`DELETE FROM report_files WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
    }, storage("Reports.remove"))
  })
})

export const layer: Layer.Layer<ReportRepository, never, SqlClient.SqlClient> = Layer.effect(ReportRepository, make)
