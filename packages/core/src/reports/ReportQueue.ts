/**
 * Reports that wait for being made: each is written down with its job.
 */
import * as Effect from "effect/Effect"
import { AuditLog } from "../audit/AuditLog.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { maximumWaiting, type ReportFile, ReportFileId } from "./Report.ts"
import { TooManyReports } from "./ReportErrors.ts"
import { ReportRepository } from "./ReportRepository.ts"

/** The job that makes a report. */
export const jobName = "reports.make"

/** For so long its file is kept. */
const days = 7

export const make = Effect.gen(function*() {
  const repository = yield* ReportRepository
  const transactor = yield* Transactor
  const audit = yield* AuditLog
  const jobs = yield* Jobs

  /** `mailed`: to whom its saved report says. */
  return Effect.fnUntraced(function*(
    { definition, format, name, savedReportId }: Pick<ReportFile, "definition" | "format" | "name" | "savedReportId">,
    mailed = false
  ) {
    const now = yield* Timestamp.now
    const file: ReportFile = {
      id: yield* ReportFileId.generate,
      savedReportId,
      name,
      definition,
      format,
      status: "waiting",
      progress: 0,
      lines: null,
      bytes: null,
      failure: null,
      createdBy: Actor.describe(yield* Actor.CurrentActor),
      createdAt: now,
      finishedAt: null,
      expiresAt: Timestamp.plus(now, { days })
    }
    yield* transactor.transaction(Effect.gen(function*() {
      if (!(yield* repository.insert(file, maximumWaiting))) {
        return yield* new TooManyReports({ what: "waiting", maximum: maximumWaiting })
      }
      yield* audit.record({ action: "report.make", subject: file.id, details: { figure: definition.figure, format } })
      yield* jobs.enqueue({ name: jobName, payload: { id: file.id, mailed } })
    }))
    return file
  })
})
