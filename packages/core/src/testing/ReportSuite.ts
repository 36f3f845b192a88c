/**
 * Reports on every storage: made in the background, handed out, and thrown away when their time is over.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { AuditLog } from "../audit/AuditLog.ts"
import { FactorRepository } from "../identity/FactorRepository.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Promotions } from "../promotions/Promotions.ts"
import type { MakeReport } from "../reports/Report.ts"
import { Reports } from "../reports/Reports.ts"
import { Stores } from "../stores/Stores.ts"
import * as Mailbox from "./Mailbox.ts"
import * as MemoryMedia from "./MemoryMedia.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const keeper = Actor.as(Actor.staff("keeper", ["analytics:read", "analytics:write"]))
const analyst = Actor.as(Actor.staff("analyst", ["analytics:read"]))

export const reportSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>, media = true) =>
    it.effect(name, () =>
      Effect.andThen(Shop.ships, body).pipe(
        Effect.provide(Shop.layer(harness.storage(), media ? { media: { storage: MemoryMedia.make().storage } } : {}))
      ))

  const tagOf = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) => Effect.map(Effect.flip(effect), ({ _tag }) => _tag)

  /** Makes a report and reads its lines. */
  const linesOf = Effect.fnUntraced(function*(input: typeof MakeReport.Encoded) {
    const reports = yield* Reports
    const jobs = yield* Jobs
    const { id } = yield* analyst(reports.make(input))
    yield* jobs.drain
    const file = yield* analyst(reports.get(id))
    assert.deepInclude(file, { status: "ready", progress: 100, failure: null })
    const opened = yield* analyst(reports.open(id))
    const content = yield* Stream.mkString(Stream.decodeText(opened.content))
    assert.strictEqual(new TextEncoder().encode(content).length, opened.bytes)
    const lines = content.trimEnd().split("\n")
    assert.strictEqual(lines.length, (file.lines ?? 0) + 1)
    return { file, lines, opened }
  })

  describe(`reports on ${harness.name}`, () => {
    test(
      "are made in the background, of days that are named or that have just gone by, and no cell is a formula",
      Effect.gen(function*() {
        const reports = yield* Reports
        const promotions = yield* Promotions
        const jobs = yield* Jobs
        const { variantId } = yield* Shop.product({ stock: 100 })
        yield* system(promotions.create({
          name: "=HYPERLINK(\"http://evil.example\")",
          action: { type: "percent_off_order", args: { ratePpm: 100_000 } }
        }))
        yield* TestClock.setTime(Date.parse("2026-11-18T12:00:00.000Z"))
        const { order } = yield* Shop.place(yield* Shop.guest([variantId, 2]), undefined, { email: "ada@example.com" })
        yield* TestClock.adjust("7 days")
        const week = { last: 1, unit: "week" } as const
        const waiting = yield* analyst(reports.make({ definition: { figure: "sales", range: week, bucket: "day" }, name: "Last week" }))
        assert.deepInclude(waiting, { status: "waiting", progress: 0, format: "csv" })
        assert.strictEqual(waiting.expiresAt as string, "2026-12-02T12:00:00.000Z")
        assert.strictEqual(yield* tagOf(analyst(reports.open(waiting.id))), "ReportNotReady")
        yield* jobs.drain
        const sales = yield* linesOf({ definition: { figure: "sales", range: week, bucket: "day", compare: true }, name: "Last week" })
        assert.strictEqual(sales.opened.name, "last-week.csv")
        assert.strictEqual(sales.opened.contentType, "text/csv; charset=utf-8")
        const total = (order.total.amount / 100).toFixed(2)
        assert.include(sales.lines[0] ?? "", "period,from,to,currency,placed,cancelled,orders,items,subtotal")
        assert.lengthOf(sales.lines, 2)
        assert.include(sales.lines[1] ?? "", "asked,2026-11-18T00:00:00.000Z,2026-11-19T00:00:00.000Z,USD,1,0,1,2,")
        assert.include(sales.lines[1] ?? "", `,${total},0.00,${total},${total},1`)
        const used = yield* linesOf({ definition: { figure: "promotions", range: { from: "2026-11-01", to: "2026-11-30" } } })
        assert.include(used.lines[1] ?? "", ",\"'=HYPERLINK(\"\"http://evil.example\"\")\",,1,4.00,")
        const best = yield* linesOf({ definition: { figure: "best_products", range: { last: 1, unit: "month", current: true } } })
        assert.include(best.lines[1] ?? "", "asked,2026-11-01T00:00:00.000Z,2026-11-26T00:00:00.000Z,USD,Walnut board,")
        for (const figure of ["buyers", "refunds", "taxes", "codes", "funnel", "worst_products"] as const) {
          yield* linesOf({ definition: { figure, range: { from: "2026-11-01", to: "2026-11-30" } } })
        }
        // what cannot be made says why
        const wide = yield* analyst(reports.make({ definition: { figure: "sales", range: { from: "2020-01-01", to: "2026-11-30" }, bucket: "hour" } }))
        yield* jobs.drain
        assert.deepInclude(yield* analyst(reports.get(wide.id)), { status: "failed" })
        assert.strictEqual((yield* analyst(reports.get(wide.id))).failure?.code, "invalid_input")
        assert.strictEqual(yield* tagOf(analyst(reports.open(wide.id))), "ReportNotReady")
        // and after a week there is nothing left
        assert.lengthOf((yield* analyst(reports.list())).items, 11)
        yield* analyst(reports.remove(wide.id))
        yield* TestClock.adjust("7 days")
        yield* jobs.runCron("reports.collect")
        yield* jobs.drain
        assert.deepStrictEqual((yield* analyst(reports.list())).items, [])
        assert.strictEqual(yield* tagOf(analyst(reports.open(sales.file.id))), "ReportNotFound")
      })
    )

    test(
      "are saved under a name by who may, changed by one at a time, and seen in one store",
      Effect.gen(function*() {
        const reports = yield* Reports
        const stores = yield* Stores
        const definition = { figure: "taxes", range: { last: 1, unit: "quarter" } } as const
        const saved = yield* keeper(reports.save({ name: "Taxes", definition }))
        assert.strictEqual(yield* tagOf(analyst(reports.save({ name: "Taxes", definition }))), "Forbidden")
        const changed = yield* keeper(reports.updateSaved(saved.id, { name: "VAT", version: 1 }))
        assert.deepInclude(changed, { name: "VAT", definition, version: 2 })
        assert.strictEqual(yield* tagOf(keeper(reports.updateSaved(saved.id, { name: "GST", version: 1 }))), "VersionConflict")
        assert.deepStrictEqual(yield* analyst(reports.saved), [changed])
        const { file } = yield* linesOf({ savedReportId: saved.id })
        assert.deepInclude(file, { name: "VAT", savedReportId: saved.id, definition })
        for (
          const wrong of [
            {},
            { savedReportId: saved.id, definition },
            { definition: { figure: "horoscope", range: { last: 1, unit: "day" } } },
            { definition: { figure: "sales", range: { last: 0, unit: "day" } } },
            { definition: { figure: "sales", range: { from: "2026-02-30", to: "2026-03-01" } } }
          ]
        ) {
          assert.strictEqual(yield* tagOf(analyst(reports.make(wrong as never))), "InvalidInput", JSON.stringify(wrong))
        }
        assert.strictEqual(yield* tagOf(analyst(reports.make({ definition, format: "pdf" }))), "ReportFormatUnavailable")
        for (let waiting = 0; waiting < 20; waiting++) yield* analyst(reports.make({ definition }))
        assert.strictEqual(yield* tagOf(analyst(reports.make({ definition }))), "TooManyReports")
        const pat = Actor.as(Actor.staff("pat", ["orders:read"]))
        for (const act of [reports.make({ definition }), reports.get(file.id), reports.open(file.id), reports.list(), reports.saved]) {
          assert.strictEqual(yield* tagOf(pat(act as Effect.Effect<unknown, { readonly _tag: string }>)), "Forbidden")
        }
        const other = yield* system(stores.create({ code: "other", name: "Other", currency: "USD" }))
        yield* within(other.id)(Effect.gen(function*() {
          assert.deepStrictEqual(yield* keeper(reports.saved), [])
          assert.deepStrictEqual((yield* keeper(reports.list())).items, [])
          for (const act of [reports.get(file.id), reports.open(file.id), reports.remove(file.id), reports.deleteSaved(saved.id), reports.make({ savedReportId: saved.id })]) {
            assert.strictEqual(yield* tagOf(keeper(act as Effect.Effect<unknown, { readonly _tag: string }>)), "ReportNotFound")
          }
        }))
        yield* keeper(reports.deleteSaved(saved.id, { version: 2 }))
        assert.strictEqual(yield* tagOf(analyst(reports.make({ savedReportId: saved.id }))), "ReportNotFound")
      })
    )

    const mailbox = Mailbox.make()
    it.effect("are mailed once when they are due, to whom may see figures then, and not after they have ended", () =>
      Effect.gen(function*() {
        const reports = yield* Reports
        const jobs = yield* Jobs
        const users = yield* UserRepository
        yield* system((yield* Stores).update({ settings: { timeZone: "Europe/Berlin" } }))
        yield* TestClock.setTime(Date.parse("2026-11-26T12:00:00.000Z"))
        const [ada, eve, buyer] = [yield* Shop.account("ada@example.com"), yield* Shop.account("eve@example.com"), yield* Shop.account("buyer@example.com")]
        const become = (id: string, roles: ReadonlyArray<string>) =>
          Effect.flatMap(users.find(id), (user) => user === undefined ? Effect.die(id) : users.update({ ...user, roles, version: user.version + 1 }))
        yield* become(ada, ["admin"])
        yield* become(eve, ["admin"])
        const definition = { figure: "sales", range: { last: 1, unit: "week" } } as const
        const weekly = (...recipients: ReadonlyArray<string>) => ({ every: "week" as const, hour: 7, recipients: recipients as never })
        const look = Effect.gen(function*() {
          yield* jobs.runCron("reports.schedule")
          yield* jobs.drain
          return mailbox.mails.splice(0).map(({ attachments = [], subject, to }) => `${to}: ${subject}, ${attachments.map(({ name }) => name)}`).toSorted()
        })
        for (const schedule of [weekly(ada, buyer), weekly(ada, ada), weekly(), { ...weekly(ada), monthDay: 3 }, { ...weekly(ada), hour: 24 }]) {
          assert.strictEqual(yield* tagOf(keeper(reports.save({ name: "Week", definition, schedule }))), "InvalidInput", JSON.stringify(schedule))
        }
        assert.strictEqual(yield* tagOf(keeper(reports.save({ name: "Week", definition, schedule: { ...weekly(ada), format: "pdf" } }))), "ReportFormatUnavailable")
        const saved = yield* keeper(reports.save({ name: "Week", definition, schedule: weekly(ada, eve) }))
        assert.strictEqual(saved.nextAt as string | null, "2026-11-30T06:00:00.000Z")
        assert.deepStrictEqual(yield* look, [])
        yield* TestClock.setTime(Date.parse("2026-11-30T06:00:00.000Z"))
        // two processes at once
        yield* Effect.all([jobs.runCron("reports.schedule"), jobs.runCron("reports.schedule")], { concurrency: 2 })
        assert.deepStrictEqual(yield* look, ["ada@example.com: Week of Main store, week.csv", "eve@example.com: Week of Main store, week.csv"])
        assert.deepStrictEqual(yield* look, [])
        // who is no longer staff gets nothing, and three weeks without any process are made up for once
        yield* become(eve, ["customer"])
        yield* TestClock.setTime(Date.parse("2026-12-21T08:00:00.000Z"))
        assert.deepStrictEqual(yield* look, ["ada@example.com: Week of Main store, week.csv"])
        const [later] = yield* analyst(reports.saved)
        assert.strictEqual(later?.nextAt as string | null, "2026-12-28T06:00:00.000Z")
        const daily = yield* keeper(reports.updateSaved(saved.id, { schedule: { every: "day", hour: 8, recipients: [ada as never] }, version: 1 }))
        assert.strictEqual(daily.nextAt as string | null, "2026-12-22T07:00:00.000Z")
        yield* TestClock.setTime(Date.parse("2026-12-22T07:00:00.000Z"))
        assert.deepStrictEqual(yield* look, ["ada@example.com: Week of Main store, week.csv"])
        // what ends while its file is made is not sent
        yield* TestClock.setTime(Date.parse("2026-12-23T07:00:00.000Z"))
        yield* jobs.runCron("reports.schedule")
        const ended = yield* keeper(reports.updateSaved(saved.id, { schedule: null }))
        assert.deepInclude(ended, { schedule: null, nextAt: null, version: 3 })
        assert.deepStrictEqual(yield* look, [])
        yield* keeper(reports.deleteSaved(saved.id))
        yield* TestClock.setTime(Date.parse("2027-01-23T07:00:00.000Z"))
        assert.deepStrictEqual(yield* look, [])
      }).pipe(
        Effect.provide(
          Shop.layer(harness.storage(), { media: { storage: MemoryMedia.make().storage } }).pipe(Layer.provide(Mailbox.layer(mailbox)))
        )
      ))

    const guarded = Mailbox.make()
    it.effect("go to nobody whose role needs a second factor that they lack, follow the clock of the shop, and tell when they cannot be made", () =>
      Effect.gen(function*() {
        const reports = yield* Reports
        const jobs = yield* Jobs
        const users = yield* UserRepository
        const stores = yield* Stores
        const factors = yield* FactorRepository
        yield* system(stores.update({ settings: { timeZone: "Europe/Berlin", contactEmail: "shop@example.com" } }))
        yield* TestClock.setTime(Date.parse("2026-11-26T12:00:00.000Z"))
        const [ada, eve] = [yield* Shop.account("ada@example.com"), yield* Shop.account("eve@example.com")]
        const become = (id: string, roles: ReadonlyArray<string>) =>
          Effect.flatMap(users.find(id), (user) => user === undefined ? Effect.die(id) : users.update({ ...user, roles, version: user.version + 1 }))
        yield* become(ada, ["admin"])
        yield* become(eve, ["admin"])
        const enrol = (id: string) =>
          Effect.gen(function*() {
            const at = yield* Timestamp.now
            yield* factors.offerTotp(id as never, "secret", at)
            yield* factors.confirmTotp(id as never, { secret: "secret", step: 1, at })
          })
        const definition = { figure: "sales", range: { last: 1, unit: "day" } } as const
        const daily = (...recipients: ReadonlyArray<string>) => ({ every: "day" as const, hour: 7, recipients: recipients as never })
        const refused = yield* Effect.flip(keeper(reports.save({ name: "Day", definition, schedule: daily(ada) })))
        assert.strictEqual(refused.message, "schedule.recipients.0: needs a second factor to see figures, and has none")
        yield* enrol(ada)
        yield* enrol(eve)
        const saved = yield* keeper(reports.save({ name: "Day", definition, schedule: daily(ada, eve) }))
        assert.strictEqual(saved.nextAt as string | null, "2026-11-27T06:00:00.000Z")
        yield* factors.removeTotp(eve as never)
        const look = Effect.gen(function*() {
          yield* jobs.runCron("reports.schedule")
          yield* jobs.drain
          return guarded.mails.splice(0).map(({ subject, to }) => `${to}: ${subject}`).toSorted()
        })
        yield* TestClock.setTime(Date.parse("2026-11-27T06:00:00.000Z"))
        assert.deepStrictEqual(yield* look, [
          "ada@example.com: Day of Main store",
          "shop@example.com: Day was not sent to eve@example.com"
        ])
        const { items } = yield* system(Effect.flatMap(AuditLog, (audit) => audit.list({ action: "report.mail-refused" })))
        assert.deepInclude(items[0]?.details, { userId: eve, reason: "second_factor" })

        yield* system(stores.update({ settings: { timeZone: "America/New_York" } }))
        assert.deepStrictEqual(yield* look, [])
        const [moved] = yield* analyst(reports.saved)
        assert.strictEqual(moved?.nextAt as string | null, "2026-11-27T12:00:00.000Z")

        const hourly = { ...definition, range: { last: 1, unit: "year" as const }, bucket: "hour" as const }
        yield* keeper(reports.updateSaved(saved.id, { definition: hourly, schedule: daily(ada) }))
        yield* TestClock.setTime(Date.parse("2026-11-27T12:00:00.000Z"))
        assert.deepStrictEqual(yield* look, ["shop@example.com: Day could not be made"])

        // who has saved it hears of it, as long as they may see figures
        const own = Actor.as(Actor.staff(eve, ["analytics:read", "analytics:write"]))
        yield* enrol(eve)
        yield* own(reports.save({ name: "Hours", definition: hourly, schedule: daily(ada) }))
        yield* keeper(reports.deleteSaved(saved.id))
        yield* TestClock.setTime(Date.parse("2026-11-28T12:00:00.000Z"))
        assert.deepStrictEqual(yield* look, ["eve@example.com: Hours could not be made"])
        yield* factors.removeTotp(eve as never)
        yield* TestClock.setTime(Date.parse("2026-11-29T12:00:00.000Z"))
        assert.deepStrictEqual(yield* look, ["shop@example.com: Hours could not be made"])
        yield* become(eve, ["customer"])
        yield* TestClock.setTime(Date.parse("2026-11-30T12:00:00.000Z"))
        assert.deepStrictEqual(yield* look, ["shop@example.com: Hours could not be made"])
      }).pipe(
        Effect.provide(
          Shop.layer(harness.storage(), {
            media: { storage: MemoryMedia.make().storage },
            identity: { secondFactorRoles: ["admin"] }
          }).pipe(Layer.provide(Mailbox.layer(guarded)))
        )
      ))

    test(
      "are not made where the shop keeps no files",
      Effect.gen(function*() {
        const reports = yield* Reports
        const definition = { figure: "sales", range: { last: 1, unit: "day" } } as const
        assert.strictEqual(yield* tagOf(analyst(reports.make({ definition }))), "MediaUnavailable")
      }),
      false
    )
  })
}
