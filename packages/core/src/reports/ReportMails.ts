/**
 * Saved reports that are mailed at their time: made once, however many processes look for them, and sent to whom of their
 * recipients may see figures when they are sent.
 */
import { Buffer } from "node:buffer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { AuditLog } from "../audit/AuditLog.ts"
import type { FactorRepository } from "../identity/FactorRepository.ts"
import { PreferencesRepository } from "../identity/PreferencesRepository.ts"
import type { Roles } from "../identity/Roles.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { shopInbox } from "../notifications/InboxMessage.ts"
import { Notifications } from "../notifications/Notifications.ts"
import * as StoreCron from "../stores/StoreCron.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { Stores } from "../stores/Stores.ts"
import type { SavedReport } from "./Report.ts"
import * as ReportQueue from "./ReportQueue.ts"
import * as ReportReaders from "./ReportReaders.ts"
import { ReportRepository } from "./ReportRepository.ts"
import { failedJob, mailJob, Reports } from "./Reports.ts"
import * as ReportSchedule from "./ReportSchedule.ts"

const MailReport = Schema.Struct({ fileId: Schema.String, userId: Schema.String })

/** A file of so many bytes comes with the mail; what is larger is fetched. */
const attached = 2_000_000

/** How many reports of a store are begun at a time: as many as may wait. */
const batch = 20

/** Who has saved a report, if it was a person with an account. */
const ownerOf = ({ createdBy }: Pick<SavedReport, "createdBy">): string | undefined => /user_[0-9a-z]{26}/.exec(createdBy)?.[0]

const asMailer = Actor.as(Actor.system("reports.mail"))

export const layer: Layer.Layer<
  never,
  never,
  | AuditLog
  | FactorRepository
  | Jobs
  | Notifications
  | PreferencesRepository
  | ReportRepository
  | Reports
  | Roles
  | StoreRepository
  | Stores
  | Transactor
  | UserRepository
> = Layer.effectDiscard(Effect.gen(function*() {
  const audit = yield* AuditLog
  const jobs = yield* Jobs
  const notifications = yield* Notifications
  const preferences = yield* PreferencesRepository
  const readers = yield* ReportReaders.make
  const users = yield* UserRepository
  const reports = yield* Reports
  const repository = yield* ReportRepository
  const queue = yield* ReportQueue.make
  const stores = yield* Stores
  const { transaction } = yield* Transactor

  /** The clock of the shop may have become another one: what is not due by it any more is due anew. */
  const align = Effect.fnUntraced(function*(now: Timestamp.Timestamp) {
    const { settings: { timeZone } } = yield* stores.current
    for (const saved of yield* repository.saved) {
      const { nextAt, schedule } = saved
      if (schedule === null || nextAt === null || nextAt <= now || ReportSchedule.isDue(schedule, nextAt, timeZone)) continue
      yield* repository.reschedule(saved, ReportSchedule.next(schedule, now, timeZone))
    }
  })

  const begin = Effect.fnUntraced(function*(saved: SavedReport, now: Timestamp.Timestamp) {
    const { definition, id: savedReportId, name, schedule } = saved
    if (schedule === null) return
    const { settings: { timeZone } } = yield* stores.current
    // what was missed is made up for once
    yield* transaction(Effect.gen(function*() {
      if (!(yield* repository.reschedule(saved, ReportSchedule.next(schedule, now, timeZone)))) return
      yield* queue({ definition, format: schedule.format ?? "csv", name, savedReportId }, true)
    }))
  })

  yield* StoreCron.register(jobs, yield* StoreRepository, {
    name: "reports.schedule",
    cron: "*/5 * * * *",
    run: asMailer(Effect.gen(function*() {
      const now = yield* Timestamp.now
      yield* align(now)
      yield* Effect.forEach(yield* repository.due(now, batch), (saved) =>
        // as many wait as may: it stays due
        Effect.catchTag(begin(saved, now), "TooManyReports", () => Effect.void), { discard: true })
    }))
  })

  const contentOf = Effect.fnUntraced(function*(fileId: string) {
    const { content, contentType, name } = yield* reports.open(fileId)
    const chunks = yield* Stream.runCollect(content)
    return { name, contentType, content: new Uint8Array(Buffer.concat(chunks)) }
  })

  yield* jobs.handle({
    name: mailJob,
    payload: MailReport,
    run: ({ fileId, userId }) =>
      asMailer(Effect.gen(function*() {
        const file = yield* repository.find(fileId)
        const saved = file === undefined || file.savedReportId === null ? undefined : yield* repository.findSaved(file.savedReportId)
        // ended, or not for them any more
        if (file?.status !== "ready" || saved?.schedule?.recipients.some((id) => id === userId) !== true) return
        const { refused, user } = yield* readers.find(userId)
        if (refused !== undefined) {
          yield* audit.record({ action: "report.mail-refused", subject: fileId, details: { savedReportId: saved.id, userId, reason: refused } })
          if (refused === "second_factor") {
            yield* jobs.enqueue({ name: failedJob, payload: { fileId, userId }, id: `${failedJob}:${fileId}:${userId}` })
          }
          return
        }
        const isAttached = (file.bytes ?? 0) <= attached
        const theirs = yield* preferences.find(user.id)
        yield* notifications.deliver(`report:${fileId}:${userId}`, {
          recipient: { channel: "email", address: user.email },
          template: "report",
          ...(theirs === undefined || theirs.language === null ? {} : { locale: theirs.language }),
          data: { report: file.name, attached: isAttached, keptUntil: file.expiresAt }
        }, isAttached ? [yield* contentOf(fileId)] : [])
        yield* audit.record({ action: "report.mail", subject: fileId, details: { savedReportId: file.savedReportId, userId } })
      })).pipe(
        Effect.catchTag("DeliveryFailed", (error) =>
          error.permanent ? Effect.logWarning(`A report cannot be sent: ${error.message}`) : Effect.fail(error)),
        Effect.catchTag("ReportNotFound", () => Effect.void)
      )
  })

  yield* jobs.handle({
    name: failedJob,
    payload: Schema.Struct({ fileId: Schema.String, userId: Schema.NullOr(Schema.String) }),
    run: ({ fileId, userId }) =>
      asMailer(Effect.gen(function*() {
        const file = yield* repository.find(fileId)
        const saved = file === undefined || file.savedReportId === null ? undefined : yield* repository.findSaved(file.savedReportId)
        if (file === undefined || saved === undefined) return
        const { user: owner } = yield* readers.find(ownerOf(saved) ?? "")
        const recipient = userId === null ? undefined : yield* users.find(userId)
        const { settings: { contactEmail } } = yield* stores.current
        const address = owner?.email ?? contactEmail
        yield* notifications.queue([{
          recipient: address === null ? null : { channel: "email", address },
          inbox: shopInbox,
          template: "report-failed",
          id: `report-failed:${fileId}:${userId ?? ""}`,
          data: { report: file.name, recipient: recipient?.email ?? null, reason: file.failure?.message ?? null }
        }])
      }))
  })
}))
