/**
 * Messages that staff send by hand to many people, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Analytics } from "../analytics/Analytics.ts"
import { Campaigns } from "../campaigns/Campaigns.ts"
import { CampaignRepository } from "../campaigns/CampaignRepository.ts"
import { CustomerGroups } from "../customers/CustomerGroups.ts"
import { Preferences, type UpdatePreferences } from "../identity/Preferences.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as TemplateCatalog from "../notifications/TemplateCatalog.ts"
import { Stores } from "../stores/Stores.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)
const system = Actor.as(Actor.system("test"))
const staff = Actor.as(Actor.staff("user_editor", ["notifications:read", "notifications:write"]))

/** What the cron jobs of a minute do. */
const minute = Effect.gen(function*() {
  const jobs = yield* Jobs
  yield* jobs.runCron("campaigns.due")
  yield* jobs.drain
  yield* jobs.runCron("marketing.due")
  yield* jobs.drain
})

/** Somebody with an account, who has agreed to news by mail unless they say otherwise. */
const reader = (email: string, input: typeof UpdatePreferences.Encoded = { marketing: { email: true } }) =>
  Effect.gen(function*() {
    const id = yield* Shop.account(email)
    yield* Actor.as(Actor.customer(id))((yield* Preferences).updateMine(input))
    return id
  })

const addresses = (mailbox: Mailbox.Mailbox) => mailbox.mails.splice(0).map(({ to }) => to).sort()

const autumn = { name: "Autumn", template: "offer", data: { code: "AUTUMN", percent: 20 } } as const

export const campaignSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      const settings = { apiUrl: "https://shop.example.com/api/v1", timeZone: "Europe/Berlin" }
      return Effect.andThen(TestClock.setTime(Date.parse("2026-11-26T11:00:00.000Z")), staff(body(mailbox))).pipe(
        Effect.provide(
          Shop.layer(harness.storage(), { store: { settings } }).pipe(
            Layer.provide(Mailbox.layer(mailbox)),
            Layer.provide(TemplateCatalog.layer({
              en: { offer: { subject: "{{ percent }} % off with {{ code }}", text: "Until Sunday" } },
              de: { offer: { subject: "{{ percent }} % weniger mit {{ code }}", text: "Bis Sonntag" } }
            }))
          )
        )
      )
    })

  describe(`campaigns, on ${harness.name}`, () => {
    test("reach who agreed to news, once each, in their language, and count what became of each message", (mailbox) =>
      Effect.gen(function*() {
        const campaigns = yield* Campaigns
        yield* reader("ada@example.com")
        yield* reader("bert@example.com", { marketing: { email: true }, language: "de" })
        yield* reader("eve@example.com", { marketing: { email: true }, choices: { news: { email: false } } })
        yield* reader("pat@example.com", { marketing: { push: true } })
        yield* Shop.account("nobody@example.com")
        const draft = yield* campaigns.create(autumn)
        assert.deepInclude(draft, { status: "draft", channel: "email", version: 1, createdBy: "staff:user_editor", startedAt: null })
        assert.deepStrictEqual(yield* campaigns.reach(draft.id), { people: 3 })
        assert.deepInclude(yield* campaigns.progress(draft.id), { complete: false, messages: 0, reasons: [] })
        const sending = yield* campaigns.send(draft.id, { version: 1 })
        assert.deepInclude(sending, { status: "sending", version: 2 })
        yield* drain
        assert.deepStrictEqual(mailbox.mails.map(({ subject, to }) => `${to}: ${subject}`).sort(), [
          "ada@example.com: 20 % off with AUTUMN",
          "bert@example.com: 20 % weniger mit AUTUMN"
        ])
        for (const { unsubscribe } of mailbox.mails.splice(0)) {
          assert.match(unsubscribe ?? "", /^https:\/\/shop\.example\.com\/api\/v1\/unsubscribe\?token=/)
        }
        const outcome = {
          complete: true,
          messages: 3,
          waiting: 0,
          released: 2,
          dropped: 1,
          reasons: [{ reason: "not_wanted" as const, messages: 1 }]
        }
        assert.deepStrictEqual(yield* campaigns.progress(draft.id), outcome)
        yield* minute
        const sent = yield* campaigns.get(draft.id)
        assert.deepStrictEqual([sent.status, sent.finishedAt !== null], ["sent", true])
        assert.deepStrictEqual(yield* campaigns.progress(draft.id), outcome)
        // nobody is written to again, and nothing of it can be changed any more
        yield* minute
        assert.deepStrictEqual(addresses(mailbox), [])
        for (const act of [campaigns.send(draft.id), campaigns.update(draft.id, {}), campaigns.delete(draft.id), campaigns.cancel(draft.id)]) {
          assert.deepInclude(yield* Effect.flip(act as Effect.Effect<unknown, unknown>), { _tag: "CampaignNotAllowed", status: "sent" })
        }
      }))

    test("are for those for whom all that is named holds: groups, segments of buyers, languages", (mailbox) =>
      Effect.gen(function*() {
        const campaigns = yield* Campaigns
        const groups = system(Effect.flatMap(CustomerGroups, (all) => all.create({ name: "Trade" })))
        const trade = yield* groups
        const [ada, bert] = [yield* reader("ada@example.com"), yield* reader("bert@example.com", { marketing: { email: true }, language: "de" })]
        yield* reader("cleo@example.com")
        yield* system((yield* CustomerGroups).addMembers(trade.id, { customerIds: [ada, bert] }))
        const { variantId } = yield* Shop.product({ stock: 10, requiresShipping: false })
        for (const who of [ada, bert]) {
          const email = who === ada ? "ada@example.com" : "bert@example.com"
          yield* Shop.place(yield* Shop.customer(who, [variantId, 1]), undefined, { email })
        }
        yield* drain
        yield* system((yield* Analytics).fold)
        mailbox.mails.length = 0
        const reach = (audience: Parameters<typeof campaigns.create>[0]["audience"]) =>
          Effect.gen(function*() {
            const { id } = yield* campaigns.create({ ...autumn, ...(audience === undefined ? {} : { audience }) })
            return (yield* campaigns.reach(id)).people
          })
        assert.strictEqual(yield* reach(undefined), 3)
        assert.strictEqual(yield* reach({ groups: [trade.id] }), 2)
        assert.strictEqual(yield* reach({ segments: ["new"] }), 2)
        assert.strictEqual(yield* reach({ segments: ["lost", "lapsing"] }), 0)
        assert.strictEqual(yield* reach({ groups: [trade.id], segments: ["new", "active"], languages: ["de"] }), 1)
        yield* TestClock.adjust("400 days")
        assert.strictEqual(yield* reach({ segments: ["lost"] }), 2)
        const unknown = campaigns.create({ ...autumn, audience: { groups: ["cgrp_00000000000000000000000000"] } })
        assert.deepInclude(yield* Effect.flip(unknown), { _tag: "InvalidInput" })
      }))

    test("of many are written down page by page, and a process that dies between two leaves nobody out", (mailbox) =>
      Effect.gen(function*() {
        const campaigns = yield* Campaigns
        const repository = yield* CampaignRepository
        yield* Effect.forEach(Array.from({ length: 201 }, (_, index) => index), (index) => reader(`reader${index}@example.com`))
        const { id } = yield* campaigns.create(autumn)
        yield* campaigns.send(id)
        yield* drain
        assert.strictEqual(new Set(addresses(mailbox)).size, 201)
        // as if the job of the last page had been given up
        const stored = yield* repository.find(id)
        assert.isTrue(stored?.complete)
        if (stored !== undefined) yield* repository.replace({ ...stored, complete: false })
        yield* TestClock.adjust("11 minutes")
        yield* minute
        yield* minute
        assert.deepInclude(yield* campaigns.progress(id), { complete: true, messages: 201, released: 201 })
        assert.strictEqual((yield* campaigns.get(id)).status, "sent")
        assert.deepStrictEqual(addresses(mailbox), [])
      }))

    test("begin at their time, keep quiet hours, and what has not left is taken back when they are called off", (mailbox) =>
      Effect.gen(function*() {
        const campaigns = yield* Campaigns
        yield* reader("ada@example.com")
        yield* reader("zoe@example.com", { marketing: { email: true }, timeZone: "America/New_York" })
        const later = yield* campaigns.create(autumn)
        assert.strictEqual((yield* campaigns.send(later.id, { sendAt: "2026-11-26T22:00:00.000Z" })).status, "scheduled")
        yield* minute
        assert.deepStrictEqual(addresses(mailbox), [])
        // five in the afternoon in New York, and night in Berlin
        yield* TestClock.setTime(Date.parse("2026-11-26T22:00:00.000Z"))
        yield* minute
        assert.deepStrictEqual(addresses(mailbox), ["zoe@example.com"])
        assert.deepInclude(yield* campaigns.progress(later.id), { complete: true, waiting: 1, released: 1 })
        yield* minute
        assert.strictEqual((yield* campaigns.get(later.id)).status, "sending")
        const cancelled = yield* campaigns.cancel(later.id)
        assert.strictEqual(cancelled.status, "cancelled")
        assert.deepStrictEqual(yield* campaigns.cancel(later.id), cancelled)
        yield* TestClock.adjust("12 hours")
        yield* minute
        assert.deepStrictEqual(addresses(mailbox), [])
        assert.deepStrictEqual(yield* campaigns.progress(later.id), {
          complete: true,
          messages: 2,
          waiting: 0,
          released: 1,
          dropped: 1,
          reasons: [{ reason: "cancelled", messages: 1 }]
        })
        const never = yield* campaigns.create(autumn)
        yield* campaigns.send(never.id, { sendAt: "2026-12-24T12:00:00.000Z" })
        yield* campaigns.cancel(never.id)
        yield* TestClock.setTime(Date.parse("2026-12-24T12:00:00.000Z"))
        yield* minute
        assert.deepStrictEqual(addresses(mailbox), [])
      }))

    test("are written and sent in one, or neither", (mailbox) =>
      Effect.gen(function*() {
        const campaigns = yield* Campaigns
        yield* reader("ada@example.com")
        assert.strictEqual((yield* Effect.flip(campaigns.announce({ ...autumn, template: "none" })))._tag, "TemplateNotFound")
        assert.deepStrictEqual((yield* campaigns.list()).items, [])
        const later = yield* campaigns.announce({ ...autumn, name: "Later", sendAt: "2026-11-30T08:00:00.000Z" })
        assert.deepInclude(later, { status: "scheduled", startedAt: null })
        const now = yield* campaigns.announce(autumn)
        assert.strictEqual(now.status, "sending")
        yield* minute
        assert.deepStrictEqual(addresses(mailbox), ["ada@example.com"])
        const eve = Actor.as(Actor.staff("user_eve", ["notifications:read"]))
        assert.strictEqual((yield* Effect.flip(eve(campaigns.announce(autumn))))._tag, "Forbidden")
      }))

    test("are of one store, for who may write to customers, and begin with a template that there is", () =>
      Effect.gen(function*() {
        const campaigns = yield* Campaigns
        const draft = yield* campaigns.create({ ...autumn, template: "none", link: "https://shop.example.com/autumn" })
        assert.strictEqual((yield* Effect.flip(campaigns.send(draft.id)))._tag, "TemplateNotFound")
        assert.strictEqual((yield* Effect.flip(campaigns.update(draft.id, { version: 2 })))._tag, "VersionConflict")
        const changed = yield* campaigns.update(draft.id, { name: "Winter", version: 1 })
        assert.deepInclude(changed, { name: "Winter", template: "none", link: "https://shop.example.com/autumn", version: 2 })
        assert.deepStrictEqual((yield* campaigns.list({ status: "draft" })).items, [changed])
        assert.deepStrictEqual((yield* campaigns.list({ status: "sent" })).items, [])
        const other = yield* system((yield* Stores).create({ code: "other", name: "Other", currency: "USD" }))
        yield* within(other.id)(Effect.gen(function*() {
          assert.deepStrictEqual((yield* campaigns.list()).items, [])
          assert.strictEqual((yield* Effect.flip(campaigns.send(draft.id)))._tag, "CampaignNotFound")
        }))
        const eve = Actor.as(Actor.staff("user_eve", ["notifications:read"]))
        assert.strictEqual((yield* Effect.flip(eve(campaigns.send(draft.id))))._tag, "Forbidden")
        assert.strictEqual((yield* eve(campaigns.list())).items.length, 1)
        for (
          const wrong of [
            { name: "x", template: "Not a name" },
            { ...autumn, link: "http://example.com" },
            { ...autumn, channel: "sms" },
            { ...autumn, data: { list: [1] } },
            { ...autumn, audience: { segments: ["rich"] } }
          ]
        ) {
          assert.strictEqual((yield* Effect.flip(campaigns.create(wrong as never)))._tag, "InvalidInput")
        }
        yield* campaigns.delete(draft.id, { version: 2 })
        assert.deepStrictEqual((yield* campaigns.list()).items, [])
      }))
  })
}
