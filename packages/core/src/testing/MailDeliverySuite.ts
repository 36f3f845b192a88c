/**
 * What becomes of mails, and who is not written to any more, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { MailDeliveries } from "../notifications/MailDeliveries.ts"
import type { MailNews } from "../notifications/MailDelivery.ts"
import { MailWebhookRejected } from "../notifications/MailDeliveryErrors.ts"
import { MailDeliveryRepository } from "../notifications/MailDeliveryRepository.ts"
import * as Mailer from "../notifications/Mailer.ts"
import { type Message, Notifications } from "../notifications/Notifications.ts"
import { Stores } from "../stores/Stores.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)
const staff = Actor.as(Actor.staff("user_1", ["notifications:*"]))

const message = (address: string, more: Partial<Message> = {}): Message => ({
  recipient: { channel: "email", address },
  template: "stock-low",
  data: { title: "Mug", location: "Warehouse", available: 2, threshold: 5 },
  ...more
})

const send = (...messages: ReadonlyArray<Message>) =>
  Effect.gen(function*() {
    yield* (yield* Notifications).queue(messages)
    yield* drain
  })

/** A webhook of the provider under test: the news as they are, and what signs them. */
const webhook = (news: Partial<MailNews>, signature = "good") => ({
  body: new TextEncoder().encode(JSON.stringify(news)),
  headers: { signature }
})

const tell = (news: Partial<MailNews>) =>
  Effect.gen(function*() {
    const at = yield* Timestamp.now
    yield* (yield* MailDeliveries).receiveWebhook(webhook({ permanent: true, reason: null, address: "", at, ...news }))
  })

const listed = Effect.gen(function*() {
  const { items } = yield* staff((yield* MailDeliveries).list())
  return items
})

export const mailDeliverySuite = (harness: StorageHarness): void => {
  const test = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      let sent = 0
      const provider = Mailer.make({
        name: "provider",
        send: (mail) => Effect.as(mailbox.mailer.send(mail), { reference: `ref-${++sent}` }),
        readWebhook: ({ body, headers }) =>
          headers["signature"] === "good"
            ? Effect.sync(() => JSON.parse(new TextDecoder().decode(body)) as MailNews)
            : Effect.fail(new MailWebhookRejected({ reason: "its signature is wrong" }))
      })
      return Effect.provide(body(mailbox), Shop.layer(harness.storage()).pipe(Layer.provide(Layer.succeed(Mailer.Mailer, provider))))
    })

  describe(`what becomes of mails, on ${harness.name}`, () => {
    test("what the provider tells is seen by staff, in whatever order it comes and however often", () =>
      Effect.gen(function*() {
        yield* send(message("Ada@example.com"))
        assert.deepInclude((yield* listed)[0], { sender: "provider", reference: "ref-1", address: "ada@example.com", template: "stock-low", status: "sent" })
        yield* TestClock.adjust("1 minute")
        yield* tell({ reference: "ref-1", status: "opened" })
        yield* tell({ reference: "ref-1", status: "delivered" })
        const [opened] = yield* listed
        assert.strictEqual(opened?.status, "opened")
        assert.isAbove(Timestamp.toMillis(opened?.at ?? "" as never), Timestamp.toMillis(opened?.sentAt ?? "" as never))
        yield* tell({ reference: "ref-1", status: "clicked" })
        yield* tell({ reference: "ref-1", status: "opened" })
        assert.strictEqual((yield* listed)[0]?.status, "clicked")
        const { items } = yield* staff((yield* MailDeliveries).list({ address: "ADA@example.com", status: "clicked", template: "stock-low" }))
        assert.lengthOf(items, 1)
        assert.lengthOf((yield* staff((yield* MailDeliveries).list({ status: "bounced" }))).items, 0)
      }))

    test("an address that bounced for good is written to no more, until staff take it off the list", (mailbox) =>
      Effect.gen(function*() {
        const mails = yield* MailDeliveries
        yield* send(message("gone@example.com"), message("full@example.com"))
        const [full, gone] = (yield* listed).toSorted((a, b) => a.address.localeCompare(b.address))
        yield* tell({ reference: full?.reference ?? "", status: "bounced", permanent: false, reason: "the mailbox is full" })
        yield* tell({ reference: gone?.reference ?? "", status: "bounced", reason: "no such mailbox" })
        yield* tell({ reference: gone?.reference ?? "", status: "bounced" })
        assert.deepStrictEqual(
          (yield* (yield* Events).history(gone?.id ?? "")).map(({ data, type }) => [type, data]),
          [["mail.bounced", { deliveryId: gone?.id ?? "", template: "stock-low" }]]
        )
        assert.strictEqual((yield* listed).find(({ id }) => id === gone?.id)?.reason, "no such mailbox")
        mailbox.mails.length = 0
        yield* send(message("GONE@example.com"), message("full@example.com"))
        assert.deepStrictEqual(mailbox.mails.map(({ to }) => to), ["full@example.com"])
        const { items: [suppressed] } = yield* staff(mails.listSuppressions({ address: "gone@example.com" }))
        assert.deepInclude(suppressed, { address: "gone@example.com", reason: "bounced" })
        const other = yield* Actor.as(Actor.system("test"))((yield* Stores).create({ code: "other", name: "Other", currency: "USD" }))
        assert.deepStrictEqual((yield* within(other.id)(staff(mails.listSuppressions()))).items, [])
        assert.strictEqual((yield* Effect.flip(within(other.id)(staff(mails.removeSuppression(suppressed?.id ?? "")))))._tag, "SuppressionNotFound")
        yield* staff(mails.removeSuppression(suppressed?.id ?? ""))
        yield* send(message("gone@example.com"))
        assert.strictEqual(mailbox.mails.at(-1)?.to, "gone@example.com")
      }))

    test("who called a mail spam gets what belongs to their orders, and nothing that can be done without", (mailbox) =>
      Effect.gen(function*() {
        yield* send(message("ada@example.com"))
        yield* tell({ reference: "ref-1", status: "complained" })
        const unsubscribe = "https://shop.example.com/unsubscribe?token=x"
        yield* send(message("ada@example.com", { unsubscribe }), message("ada@example.com"))
        assert.deepStrictEqual(mailbox.mails.map((mail) => mail.unsubscribe), [undefined, undefined])
      }))

    test("news of a mail that is not written down yet is asked for again, and of one of somebody else ignored", () =>
      Effect.gen(function*() {
        const early = yield* Effect.flip(tell({ reference: "ref-1", status: "bounced" }))
        assert.strictEqual((early as { readonly _tag?: string })._tag, "MailUnknown")
        const at = yield* Timestamp.now
        yield* TestClock.adjust("11 minutes")
        yield* tell({ reference: "ref-1", status: "bounced", at, address: "ada@example.com" })
        assert.deepStrictEqual((yield* staff((yield* MailDeliveries).listSuppressions())).items, [])
      }))

    test("news without a good signature are refused, and reading them needs the permission", () =>
      Effect.gen(function*() {
        const mails = yield* MailDeliveries
        yield* send(message("ada@example.com"))
        const forged = webhook({ reference: "ref-1", status: "bounced", permanent: true, reason: null, at: yield* Timestamp.now }, "none")
        assert.strictEqual((yield* Effect.flip(mails.receiveWebhook(forged)))._tag, "MailWebhookRejected")
        assert.strictEqual((yield* listed)[0]?.status, "sent")
        const shopper = Actor.as(Actor.customer("user_2"))
        assert.strictEqual((yield* Effect.flip(shopper(mails.list())))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(shopper(mails.removeSuppression("supp_1"))))._tag, "Forbidden")
      }))

    test("what became of mails is kept for a month, and not for people who are forgotten", () =>
      Effect.gen(function*() {
        const ada = yield* Shop.account("ada@example.com")
        yield* send(message("ada@example.com", { inbox: ada }), message("eve@example.com"))
        yield* (yield* MailDeliveryRepository).forget(ada)
        assert.deepStrictEqual((yield* listed).map(({ address }) => address), ["eve@example.com"])
        yield* TestClock.adjust("31 days")
        yield* (yield* Jobs).runCron("mails.forget")
        assert.deepStrictEqual(yield* listed, [])
      }))
  })
}
