/**
 * Reports as files, and those that are made again and again.
 *
 * **Details**
 *
 * A file is made by a job, kept in the storage of the shop's files for a week, and then thrown away by a cron job. Making it
 * again puts it in the same place, so a process that dies leaves nothing behind.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Analytics } from "../analytics/Analytics.ts"
import { AuditLog } from "../audit/AuditLog.ts"
import type { FactorRepository } from "../identity/FactorRepository.ts"
import type { Roles } from "../identity/Roles.ts"
import type { UserRepository } from "../identity/UserRepository.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Csv from "../kernel/Csv.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import * as Permission from "../kernel/Permission.ts"
import { isStoaError } from "../kernel/StoaError.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { type MediaStorageFailed, MediaUnavailable } from "../media/MediaErrors.ts"
import { MediaSettings } from "../media/MediaSettings.ts"
import type { Metrics } from "../metrics/Metrics.ts"
import * as StoreCron from "../stores/StoreCron.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { Stores } from "../stores/Stores.ts"
import {
  CreateSavedReport,
  ListReportFiles,
  MakeReport,
  maximumSaved,
  type ReportFile,
  type SavedReport,
  SavedReportId,
  UpdateSavedReport
} from "./Report.ts"
import { ReportFormatUnavailable, ReportNotFound, ReportNotReady, TooManyReports } from "./ReportErrors.ts"
import { ReportRepository } from "./ReportRepository.ts"
import type { ReportFormat } from "./ReportFormat.ts"
import * as ReportFigures from "./ReportFigures.ts"
import * as ReportQueue from "./ReportQueue.ts"
import * as ReportReaders from "./ReportReaders.ts"
import * as ReportSchedule from "./ReportSchedule.ts"
import type * as ReportTable from "./ReportTable.ts"
import { ReportWriters } from "./ReportWriter.ts"

type Denied = Permission.Denied

/** A file to be handed out. */
export interface OpenedReport {
  readonly name: string
  readonly contentType: string
  readonly bytes: number
  readonly content: Stream.Stream<Uint8Array, MediaStorageFailed>
}

export class Reports extends Context.Service<Reports, {
  /** Has a report made in the background; `get` says how far it is. Needs `analytics:read`. */
  readonly make: (
    input: typeof MakeReport.Encoded
  ) => Effect.Effect<
    ReportFile,
    InvalidInput | ReportNotFound | ReportFormatUnavailable | TooManyReports | MediaUnavailable | StorageError | Denied
  >
  /** Reports that were made or are being made, the newest first. Needs `analytics:read`. */
  readonly list: (
    query?: typeof ListReportFiles.Encoded
  ) => Effect.Effect<Page<ReportFile>, InvalidInput | StorageError | Denied>
  /** How far a report is, and what it holds. Needs `analytics:read`. */
  readonly get: (id: string) => Effect.Effect<ReportFile, InvalidInput | ReportNotFound | StorageError | Denied>
  /** The file of a report that is ready. Needs `analytics:read`. */
  readonly open: (
    id: string
  ) => Effect.Effect<
    OpenedReport,
    InvalidInput | ReportNotFound | ReportNotReady | MediaUnavailable | MediaStorageFailed | StorageError | Denied
  >
  /** Throws a file away before its time. Needs `analytics:read`. */
  readonly remove: (
    id: string
  ) => Effect.Effect<void, InvalidInput | ReportNotFound | MediaStorageFailed | StorageError | Denied>
  /** The saved reports of the store, by name. Needs `analytics:read`. */
  readonly saved: Effect.Effect<ReadonlyArray<SavedReport>, StorageError | Denied>
  /** Saves a report under a name. With a `schedule` it is made and mailed by itself. Needs `analytics:write`. */
  readonly save: (
    input: typeof CreateSavedReport.Encoded
  ) => Effect.Effect<
    SavedReport,
    InvalidInput | TooManyReports | ReportFormatUnavailable | MediaUnavailable | StorageError | Denied
  >
  /**
   * Changes a saved report. Fields that are left out stay as they are. Fails with `VersionConflict` if `version` is
   * not the current one. Needs `analytics:write`.
   */
  readonly updateSaved: (
    id: string,
    input: typeof UpdateSavedReport.Encoded
  ) => Effect.Effect<
    SavedReport,
    InvalidInput | ReportNotFound | ReportFormatUnavailable | MediaUnavailable | VersionConflict | StorageError | Denied
  >
  /** Files that were made of it stay. Needs `analytics:write`. */
  readonly deleteSaved: (
    id: string,
    at?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | ReportNotFound | VersionConflict | StorageError | Denied>
}>()("@stoa/core/reports/Reports") {}

const decodeMake = Input.decoder(MakeReport)
const decodeList = Input.decoder(ListReportFiles)
const decodeSave = Input.decoder(CreateSavedReport)
const decodeUpdate = Input.decoder(UpdateSavedReport)

const checked = Input.textParameters<Reports["Service"]>({
  get: ["id"],
  open: ["id"],
  remove: ["id"],
  updateSaved: ["id"],
  deleteSaved: ["id"]
})

/** The job that sends a report to one of its recipients. */
export const mailJob = "reports.mail"

/** The job that tells whose report it is that it was not made, or not sent to one of its recipients. */
export const failedJob = "reports.mail-failed"

/** A job that failed as often leaves the report failed. */
const attempts = 5
/** How many files are thrown away at once. */
const collected = 100

const fileNameOf = ({ format, name }: Pick<ReportFile, "format" | "name">): string =>
  `${name.normalize("NFKD").replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "").toLowerCase() || "report"}.${format}`

export const make = Effect.gen(function*() {
  const repository = yield* ReportRepository
  const tableOf = yield* ReportFigures.make
  const stores = yield* Stores
  const storeRepository = yield* StoreRepository
  const transactor = yield* Transactor
  const audit = yield* AuditLog
  const jobs = yield* Jobs
  const media = yield* MediaSettings
  const writers = yield* ReportWriters
  const readers = yield* ReportReaders.make
  const queue = yield* ReportQueue.make
  const read = Permission.require("analytics:read")
  const write = Permission.require("analytics:write")
  const storage = media === undefined ? Effect.fail(new MediaUnavailable()) : Effect.succeed(media.storage)
  const keyOf = (id: string, format: string) => Effect.map(CurrentStore, (storeId) => `${storeId}/reports/${id}.${format}`)

  const find = Effect.fnUntraced(function*(id: string) {
    return (yield* repository.find(id)) ?? (yield* new ReportNotFound({ report: id }))
  })

  const findSaved = Effect.fnUntraced(function*(id: string) {
    return (yield* repository.findSaved(id)) ?? (yield* new ReportNotFound({ report: id }))
  })

  const savedAt = Effect.fnUntraced(function*(id: string, version: number | undefined) {
    const found = yield* findSaved(id)
    if (version !== undefined && version !== found.version) return yield* new VersionConflict({ id, expected: version })
    return found
  })

  /** What was written, and as how many bytes. */
  const stored = Effect.fnUntraced(function*(file: ReportFile, table: ReportTable.ReportTable) {
    const to = yield* storage
    const key = yield* keyOf(file.id, file.format)
    const writer = writers.find(({ format }) => format === file.format)
    if (file.format !== "csv" && writer === undefined) return yield* new ReportFormatUnavailable({ format: file.format })
    const content = writer === undefined || file.format === "csv"
      ? Stream.fromIterable([table.columns.map(({ name }) => name), ...table.rows]).pipe(
        Stream.map((cells) => Csv.line(cells.map((cell) => typeof cell === "number" ? String(cell) : Csv.fromText(cell)))),
        Stream.encodeText
      )
      : Stream.make(yield* writer.write(table))
    let bytes = 0
    yield* to.put(key, Stream.tap(content, (chunk) => Effect.sync(() => void (bytes += chunk.length))), {
      contentType: writer === undefined ? "text/csv; charset=utf-8" : writer.contentType
    })
    return bytes
  })

  const discard = Effect.fnUntraced(function*({ format, id }: ReportFile) {
    if (media !== undefined) yield* media.storage.remove([yield* keyOf(id, format)])
  })

  /** Sends a file to whom its saved report says, each by a job of its own. */
  const mail = Effect.fnUntraced(function*({ id, savedReportId }: ReportFile) {
    const saved = savedReportId === null ? undefined : yield* repository.findSaved(savedReportId)
    yield* Effect.forEach(
      saved?.schedule?.recipients ?? [],
      (userId) => jobs.enqueue({ name: mailJob, payload: { fileId: id, userId }, id: `${mailJob}:${id}:${userId}` }),
      { discard: true }
    )
  })

  const canWrite = Effect.fnUntraced(function*(format: ReportFormat) {
    if (format !== "csv" && !writers.some((writer) => writer.format === format)) return yield* new ReportFormatUnavailable({ format })
  })

  /** When a report is due by a schedule that is given anew, which must be one that can be kept. */
  const firstDue = Effect.fnUntraced(function*(schedule: ReportSchedule.ReportSchedule | null) {
    if (schedule === null) return null
    yield* storage
    yield* canWrite(schedule.format ?? "csv")
    for (const [index, id] of schedule.recipients.entries()) {
      const { refused } = yield* readers.find(id)
      if (refused !== undefined) {
        return yield* InvalidInput.at(
          ["schedule", "recipients", index],
          refused === "second_factor" ? "needs a second factor to see figures, and has none" : "is nobody who may see figures",
          refused === "second_factor" ? "needs_second_factor" : "not_allowed"
        )
      }
    }
    return ReportSchedule.next(schedule, yield* Timestamp.now, (yield* stores.current).settings.timeZone)
  })

  const recorded = (action: string, { definition, id, name, schedule }: SavedReport) =>
    audit.record({ action, subject: id, details: { name, figure: definition.figure, schedule: schedule === null ? null : { ...schedule } } })

  yield* jobs.handle({
    name: ReportQueue.jobName,
    // `mailed` is left out by jobs that are older than schedules
    payload: Schema.Struct({ id: Schema.String, mailed: Schema.optionalKey(Schema.Boolean) }),
    run: Effect.fnUntraced(function*({ id, mailed = false }, { attempt }) {
      const file = yield* repository.find(id)
      if (file === undefined || file.status === "ready" || file.status === "failed") return
      const state = (changes: Partial<ReportFile>) => repository.replace({ ...file, status: "working", ...changes })
      yield* Effect.gen(function*() {
        yield* state({ progress: 10 })
        const table = yield* tableOf(file.name, file.definition)
        yield* state({ progress: 60 })
        const bytes = yield* stored(file, table)
        // thrown away meanwhile
        if ((yield* repository.find(id)) === undefined) return yield* discard(file)
        const finishedAt = yield* Timestamp.now
        yield* transactor.transaction(Effect.gen(function*() {
          yield* state({ status: "ready", progress: 100, lines: table.rows.length, bytes, finishedAt })
          if (mailed) yield* mail(file)
        }))
      }).pipe(
        Effect.catchCause((cause) =>
          Effect.gen(function*() {
            const error = Cause.squash(cause)
            const known = isStoaError(error) && error.kind !== "unavailable"
            if (Cause.hasInterrupts(cause) || (!known && attempt < attempts)) return yield* Effect.failCause(cause)
            yield* state({
              status: "failed",
              failure: known
                ? { code: error.code, message: error.message }
                : { code: "report_failed", message: "The report could not be made" },
              finishedAt: yield* Timestamp.now
            })
            // whoever has it made by hand looks at how far it is
            if (mailed) yield* jobs.enqueue({ name: failedJob, payload: { fileId: id, userId: null }, id: `${failedJob}:${id}` })
          })
        )
      )
    })
  })

  yield* StoreCron.register(jobs, storeRepository, {
    name: "reports.collect",
    cron: "41 * * * *",
    run: Effect.gen(function*() {
      if (media === undefined) return
      for (let some = collected; some >= collected;) {
        const files = yield* repository.expired(yield* Timestamp.now, collected)
        yield* media.storage.remove(yield* Effect.forEach(files, ({ format, id }) => keyOf(id, format)))
        yield* Effect.forEach(files, ({ id }) => repository.remove(id), { discard: true })
        some = files.length
      }
    })
  })

  return checked(Reports.of({
    make: Effect.fn("Reports.make")(function*(input) {
      yield* read
      const { definition, format = "csv", name, savedReportId = null } = yield* decodeMake(input)
      yield* storage
      yield* canWrite(format)
      const saved = savedReportId === null ? undefined : yield* findSaved(savedReportId)
      const about = definition ?? saved?.definition
      if (about === undefined) return yield* InvalidInput.at(["definition"], "is missing", "missing")
      return yield* queue({ definition: about, format, name: name ?? saved?.name ?? about.figure.replaceAll("_", " "), savedReportId })
    }),

    list: Effect.fn("Reports.list")(function*(query = {}) {
      yield* read
      return yield* repository.list(yield* decodeList(query))
    }),

    get: Effect.fn("Reports.get")(function*(id) {
      yield* read
      return yield* find(id)
    }),

    open: Effect.fn("Reports.open")(function*(id) {
      yield* read
      const file = yield* find(id)
      if (file.status !== "ready") return yield* new ReportNotReady({ report: id, status: file.status })
      const content = yield* (yield* storage).get(yield* keyOf(file.id, file.format)).pipe(
        Effect.catchTag("MediaFileMissing", () => Effect.fail(new ReportNotFound({ report: id })))
      )
      return {
        name: fileNameOf(file),
        contentType: writers.find(({ format }) => format === file.format)?.contentType ?? "text/csv; charset=utf-8",
        bytes: file.bytes ?? 0,
        content
      }
    }),

    remove: Effect.fn("Reports.remove")(function*(id) {
      yield* read
      const file = yield* find(id)
      yield* discard(file)
      yield* repository.remove(id)
    }),

    saved: Effect.andThen(read, repository.saved).pipe(Effect.withSpan("Reports.saved")),

    save: Effect.fn("Reports.save")(function*(input) {
      yield* write
      const { schedule = null, ...decoded } = yield* decodeSave(input)
      const now = yield* Timestamp.now
      const report: SavedReport = {
        id: yield* SavedReportId.generate,
        ...decoded,
        schedule,
        nextAt: yield* firstDue(schedule),
        createdBy: Actor.describe(yield* Actor.CurrentActor),
        version: 1,
        createdAt: now,
        updatedAt: now
      }
      return yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* repository.save(report, maximumSaved))) {
          return yield* new TooManyReports({ what: "saved", maximum: maximumSaved })
        }
        yield* recorded("report.save", report)
        return report
      }))
    }),

    updateSaved: Effect.fn("Reports.updateSaved")(function*(id, input) {
      yield* write
      const { version, ...changes } = yield* decodeUpdate(input)
      const before = yield* savedAt(id, version)
      const after: SavedReport = {
        ...before,
        ...changes,
        ...(changes.schedule === undefined ? {} : { nextAt: yield* firstDue(changes.schedule) }),
        version: before.version + 1,
        updatedAt: yield* Timestamp.now
      }
      return yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* repository.replaceSaved(after))) return yield* new VersionConflict({ id, expected: before.version })
        yield* recorded("report.change", after)
        return after
      }))
    }),

    deleteSaved: Effect.fn("Reports.deleteSaved")(function*(id, at = {}) {
      yield* write
      const { version } = yield* decodeAtVersion(at)
      const before = yield* savedAt(id, version)
      yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* repository.removeSaved(before))) return yield* new VersionConflict({ id, expected: before.version })
        yield* recorded("report.forget", before)
      }))
    })
  }))
})

export const layer: Layer.Layer<
  Reports,
  never,
  Analytics | AuditLog | FactorRepository | Jobs | Metrics | ReportRepository | Roles | StoreRepository | Stores | Transactor | UserRepository
> = Layer.effect(Reports, make)
