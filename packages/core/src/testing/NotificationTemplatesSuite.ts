/**
 * The words that staff write for messages, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { NotificationTemplates } from "../notifications/NotificationTemplates.ts"
import * as TemplateCatalog from "../notifications/TemplateCatalog.ts"
import { Stores } from "../stores/Stores.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(Actor.staff("user_1", ["notifications:*", "settings:*", "audit:read"]))
const key = { name: "stock-low", language: "en" }
const words = { ...key, subject: "Only {{ available }} of {{ title }}", text: "Reorder {{ title }}." }

/** Sends a message and answers with what arrived. */
const sent = (mailbox: Mailbox.Mailbox, locale?: string) =>
  Effect.gen(function*() {
    const notifications = yield* Notifications
    yield* notifications.queue([{
      recipient: { channel: "email", address: "staff@example.com" },
      template: "stock-low",
      data: { title: "Mug", available: 2, location: "Warehouse", threshold: 5 },
      ...(locale === undefined ? {} : { locale })
    }])
    yield* (yield* Jobs).drain
    return mailbox.mails.splice(0).map(({ subject }) => subject)
  })

export const notificationTemplatesSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      return Effect.provide(
        staff(body(mailbox)),
        Shop.layer(harness.storage()).pipe(
          Layer.provide(Mailbox.layer(mailbox)),
          Layer.provide(TemplateCatalog.layer({ de: { "stock-low": { subject: "Knapp: {{ title }}", text: "Knapp" } } }))
        )
      )
    })

  describe(`templates of a store, on ${harness.name}`, () => {
    test("messages are made with what staff wrote last, until they go back to what is shipped", (mailbox) =>
      Effect.gen(function*() {
        const templates = yield* NotificationTemplates
        assert.deepStrictEqual(yield* sent(mailbox), ["Mug is running low"])
        const first = yield* templates.save(words)
        assert.deepInclude(first, { version: 1, current: true, createdBy: "staff:user_1", html: null, sms: null })
        assert.deepStrictEqual(yield* sent(mailbox), ["Only 2 of Mug"])
        yield* templates.save({ ...words, subject: "Order {{ title }} now", version: 1 })
        assert.deepStrictEqual(yield* sent(mailbox), ["Order Mug now"])
        assert.deepStrictEqual((yield* templates.versions(key)).map(({ current, version }) => [version, current]), [
          [2, true],
          [1, false]
        ])
        yield* templates.reset(key)
        assert.deepStrictEqual(yield* sent(mailbox), ["Mug is running low"])
        assert.strictEqual((yield* Effect.flip(templates.reset(key)))._tag, "TemplateNotFound")
        // what was is not forgotten, and the next version is not an old one
        assert.strictEqual((yield* templates.save(words)).version, 3)
        const { items } = yield* (yield* AuditLog).list({ subject: "stock-low:en" })
        assert.lengthOf(items, 4)
      }))

    test("the nearest language wins, and in one language what staff wrote before what is shipped", (mailbox) =>
      Effect.gen(function*() {
        const templates = yield* NotificationTemplates
        yield* templates.save(words)
        assert.deepStrictEqual(yield* sent(mailbox, "de-AT"), ["Knapp: Mug"])
        yield* templates.save({ ...words, language: "de", subject: "Nur {{ available }}" })
        assert.deepStrictEqual(yield* sent(mailbox, "de-AT"), ["Nur 2"])
        yield* templates.save({ ...words, language: "de-AT", subject: "Nurmehr {{ available }}" })
        assert.deepStrictEqual(yield* sent(mailbox, "de-AT"), ["Nurmehr 2"])
        assert.deepStrictEqual(yield* sent(mailbox, "de-CH"), ["Nur 2"])
        assert.deepStrictEqual(yield* sent(mailbox, "nl"), ["Only 2 of Mug"])
      }))

    test("each store has its own", (mailbox) =>
      Effect.gen(function*() {
        const templates = yield* NotificationTemplates
        const other = yield* (yield* Stores).create({ code: "other", name: "Other", currency: "USD" })
        yield* within(other.id)(templates.save(words))
        assert.deepStrictEqual(yield* sent(mailbox), ["Mug is running low"])
        assert.deepStrictEqual(yield* within(other.id)(sent(mailbox)), ["Only 2 of Mug"])
        assert.deepStrictEqual(yield* templates.versions(key), [])
      }))

    test("one that is wrong, loops or reads files is refused by its part, and changes nothing", (mailbox) =>
      Effect.gen(function*() {
        const templates = yield* NotificationTemplates
        for (
          const [part, wrong] of [
            ["subject", { subject: "{{ title" }],
            ["text", { text: "{% include '/etc/passwd' %}" }],
            ["text", { text: "{{ title | nothing }}" }],
            ["html", { html: "{% for a in (1..99999999) %}{{ a }}{% endfor %}" }],
            ["sms", { sms: "{% if %}" }]
          ] as const
        ) {
          const error = yield* Effect.flip(templates.save({ ...words, ...wrong }))
          assert.deepInclude(error, { _tag: "TemplateInvalid", part })
          const { language: _, name: __, ...parts } = words
          const tried = yield* Effect.flip(templates.preview({ ...key, template: { ...parts, ...wrong } }))
          assert.deepInclude(tried, { _tag: "TemplateInvalid", part })
        }
        assert.deepStrictEqual(yield* templates.versions(key), [])
        assert.deepStrictEqual(yield* sent(mailbox), ["Mug is running low"])
      }))

    test("of two who write at the same time, one is told that the other was faster", () =>
      Effect.gen(function*() {
        const templates = yield* NotificationTemplates
        const save = (subject: string) => Effect.exit(templates.save({ ...words, subject, version: 0 }))
        const outcomes = yield* Effect.all([save("A"), save("B"), save("C")], { concurrency: "unbounded" })
        assert.strictEqual(outcomes.filter(({ _tag }) => _tag === "Success").length, 1)
        assert.strictEqual((yield* Effect.flip(templates.save({ ...words, version: 7 })))._tag, "VersionConflict")
        assert.lengthOf(yield* templates.versions(key), 1)
      }))

    test("every template that is shipped can be seen as a message", () =>
      Effect.gen(function*() {
        const templates = yield* NotificationTemplates
        const all = yield* templates.list
        assert.includeMembers(all.map(({ name }) => name), ["order-confirmation", "sign-in-code", "stock-low"])
        // the templates of the other languages are compared with these where they stand
        for (const { language, name } of all.filter(({ language, name }) => language === "en" || name === "order-confirmation")) {
          const { html, subject, text } = yield* templates.preview({ name, language })
          for (const part of [subject, text, html]) assert.notMatch(part, /\{[{%]|undefined|null|\[object/, name)
          assert.isNotEmpty(subject)
        }
        const tried = yield* templates.preview({
          ...key,
          template: { subject: "{{ title }}: {{ amount | money }}", text: "x" },
          data: { title: "Lamp" }
        })
        assert.strictEqual(tried.subject, "Lamp: $10.00")
        assert.strictEqual((yield* templates.get(key)).version, 1)
        assert.strictEqual((yield* Effect.flip(templates.get({ name: "no-such", language: "en" })))._tag, "TemplateNotFound")
      }))

    test("templates are for staff who may have them", () =>
      Effect.gen(function*() {
        const templates = yield* NotificationTemplates
        const clerk = Actor.as(Actor.staff("user_2", ["notifications:read"]))
        assert.strictEqual((yield* Effect.flip(clerk(templates.save(words))))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(clerk(templates.reset(key))))._tag, "Forbidden")
        yield* clerk(templates.preview(key))
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(templates.list)))._tag, "Unauthenticated")
      }))
  })
}
