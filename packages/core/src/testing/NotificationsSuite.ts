import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { JobRetries } from "../jobs/JobRegistry.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type Message, Notifications } from "../notifications/Notifications.ts"
import * as TemplateCatalog from "../notifications/TemplateCatalog.ts"
import { Stores } from "../stores/Stores.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const message: Message = {
  recipient: { channel: "email", address: "ada@example.com" },
  template: "new-sign-in",
  data: { at: "2026-11-25T08:05:00.000Z", address: "203.0.113.7" }
}

/** Messages that are written down with a change and sent after it. */
export const notificationsSuite = (harness: StorageHarness) =>
  describe(`messages, on ${harness.name}`, () => {
    const shop = (mailbox: Mailbox.Mailbox) =>
      Shop.layer(harness.storage()).pipe(
        Layer.provide(Mailbox.layer(mailbox)),
        Layer.provide(TemplateCatalog.layer({ de: { "new-sign-in": { subject: "Neu bei {{ store.name }}", text: "Hallo" } } }))
      )

    it.effect("a message is sent after the change that it tells of, in the language of the store", () => {
      const mailbox = Mailbox.make()
      return Effect.gen(function*() {
        const notifications = yield* Notifications
        yield* (yield* Transactor).transaction(notifications.queue([message]))
        assert.deepStrictEqual(mailbox.mails, [])
        yield* (yield* Jobs).drain
        assert.deepStrictEqual(mailbox.mails.map(({ to }) => to), ["ada@example.com"])
        assert.include(mailbox.mails[0]?.text ?? "", "on 25 November 2026, 08:05 UTC from the network address 203.0.113.7.")
        yield* Actor.as(Actor.system())((yield* Stores).update({ settings: { locale: "de-AT" } }))
        yield* notifications.queue([message])
        yield* (yield* Jobs).drain
        assert.strictEqual(mailbox.mails[1]?.subject, "Neu bei Main store")
        assert.notStrictEqual(mailbox.mails[0]?.id, mailbox.mails[1]?.id)
      }).pipe(Effect.provide(shop(mailbox)))
    })

    it.effect("a change that is taken back sends nothing", () => {
      const mailbox = Mailbox.make()
      return Effect.gen(function*() {
        const notifications = yield* Notifications
        const transactor = yield* Transactor
        yield* Effect.exit(transactor.transaction(Effect.andThen(notifications.queue([message]), Effect.fail("no"))))
        yield* (yield* Jobs).drain
        assert.strictEqual(mailbox.attempts, 0)
      }).pipe(Effect.provide(shop(mailbox)))
    })

    it.effect("a mail server that is down gets the message later, under the same id, and nobody waits for it", () => {
      const mailbox = Mailbox.make()
      const ids: Array<string> = []
      const { mailer } = mailbox
      const watched = {
        ...mailbox,
        mailer: {
          name: mailer.name,
          send: (mail: Parameters<typeof mailer.send>[0]) =>
            Effect.suspend(() => {
              ids.push(mail.id)
              mailbox.failing = ids.length < 3 ? "for now" : "no"
              return mailer.send(mail)
            })
        }
      }
      return Effect.gen(function*() {
        yield* (yield* Notifications).queue([message])
        yield* Effect.provideService((yield* Jobs).drain, JobRetries, { maxAttempts: 5, delay: Schedule.spaced(0) })
        assert.strictEqual(mailbox.mails.length, 1)
        assert.strictEqual(ids.length, 3)
        assert.strictEqual(new Set(ids).size, 1)
      }).pipe(Effect.provide(shop(watched)))
    })

    it.effect("a message that is refused for good, or has no template, is given up at once and holds nothing up", () => {
      const mailbox = Mailbox.make()
      mailbox.failing = "for good"
      return Effect.gen(function*() {
        const notifications = yield* Notifications
        const jobs = yield* Jobs
        yield* notifications.queue([
          message,
          { ...message, template: "nothing" },
          { ...message, recipient: { channel: "email", address: "a@b\r\nBcc: c@d" } },
          { ...message, recipient: { channel: "sms", address: "+14155550123" } }
        ])
        yield* jobs.drain
        assert.strictEqual(mailbox.attempts, 1)
        const { dead, waiting } = yield* Actor.as(Actor.system())(jobs.counts)
        assert.deepStrictEqual({ dead, waiting }, { dead: 0, waiting: 0 })
      }).pipe(Effect.provide(shop(mailbox)))
    })
  })
