/**
 * Messages that people can do without, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"
import type { UserId } from "../identity/Account.ts"
import { CredentialRepository } from "../identity/CredentialRepository.ts"
import { Preferences, type UpdatePreferences } from "../identity/Preferences.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import { Privacy } from "../identity/Privacy.ts"
import { JobRetries } from "../jobs/JobRegistry.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Inbox } from "../notifications/Inbox.ts"
import { Marketing, type NewMarketingMessage } from "../marketing/Marketing.ts"
import { MarketingRepository } from "../marketing/MarketingRepository.ts"
import * as TemplateCatalog from "../notifications/TemplateCatalog.ts"
import { Stores } from "../stores/Stores.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import { type CountingHarness, Statements } from "./Statements.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)
const system = Actor.as(Actor.system("test"))
const at = (text: string) => TestClock.setTime(Date.parse(text))

/** What the cron job of a minute does. */
const minute = Effect.gen(function*() {
  yield* (yield* Jobs).runCron("marketing.due")
  yield* drain
})

const email = "ada@example.com"

const offer = (userId: string | null, id: string, more: Partial<NewMarketingMessage> = {}): NewMarketingMessage => ({
  recipient: { channel: "email", address: email },
  userId,
  kind: "news",
  requested: false,
  template: "offer",
  id,
  data: { title: id },
  ...more
})

const prefer = (userId: string, input: typeof UpdatePreferences.Encoded) =>
  Actor.as(Actor.customer(userId))(Effect.flatMap(Preferences, (preferences) => preferences.updateMine(input)))

const agreed = (input: typeof UpdatePreferences.Encoded = {}) =>
  Effect.gen(function*() {
    const ada = yield* Shop.account(email)
    yield* prefer(ada, { marketing: { email: true, sms: true }, ...input })
    return ada
  })

const queue = (...messages: ReadonlyArray<NewMarketingMessage>) =>
  Effect.gen(function*() {
    yield* (yield* Transactor).transaction((yield* Marketing).queue(messages))
    yield* drain
  })

const why = (userId: string) =>
  Effect.map(Effect.flatMap(MarketingRepository, (repository) => repository.ofUser(userId, 100)), (messages) =>
    messages.map(({ dropped, status }) => dropped ?? status))

const tokenOf = (mailbox: Mailbox.Mailbox) => mailbox.mails.at(-1)?.unsubscribe?.split("/unsubscribe?token=")[1] ?? ""

export const marketingSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      const settings = { apiUrl: "https://shop.example.com/api/v1", timeZone: "Europe/Berlin" }
      return Effect.andThen(at("2026-11-26T11:00:00.000Z"), body(mailbox)).pipe(
        Effect.provide(
          Shop.layer(harness.storage(), { store: { settings } }).pipe(
            Layer.provide(Mailbox.layer(mailbox)),
            Layer.provide(TemplateCatalog.layer({
              en: { offer: { subject: "{{ title }}", text: "Half price", html: "<p>Half price</p>", sms: "{{ title }}" } }
            }))
          )
        )
      )
    })

  const subjects = (mailbox: Mailbox.Mailbox) => mailbox.mails.splice(0).map(({ subject }) => subject)

  describe(`messages that people can do without, on ${harness.name}`, () => {
    test("only who has agreed gets them, of the kinds that they want, and what they asked for comes without", (mailbox) =>
      Effect.gen(function*() {
        const ada = yield* Shop.account(email)
        yield* queue(offer(ada, "before"), offer(null, "guest"))
        assert.deepStrictEqual(subjects(mailbox), [])
        yield* queue(offer(ada, "wanted", { requested: true, kind: "back_in_stock", inbox: ada }))
        assert.deepStrictEqual(subjects(mailbox), ["wanted"])
        yield* prefer(ada, { marketing: { email: true } })
        yield* queue(offer(ada, "offer"), offer(ada, "offer"))
        assert.deepStrictEqual(subjects(mailbox), ["offer"])
        const { choices } = yield* prefer(ada, { choices: { news: { email: false }, back_in_stock: { email: false } } })
        assert.deepStrictEqual(choices.news, { email: false, sms: true, push: true })
        yield* queue(offer(ada, "no news"), offer(ada, "no stock", { requested: true, kind: "back_in_stock" }))
        assert.deepStrictEqual(subjects(mailbox), [])
        assert.sameMembers(yield* why(ada), ["no_consent", "released", "released", "not_wanted", "not_wanted"])
        const { items } = yield* Actor.as(Actor.customer(ada))((yield* Inbox).listMine())
        assert.deepStrictEqual(items.map(({ title }) => title), ["wanted"])
      }))

    test("a mail says how to get no more of them, and its link does that once, whoever holds it", (mailbox) =>
      Effect.gen(function*() {
        const marketing = yield* Marketing
        const ada = yield* agreed()
        yield* queue(offer(ada, "offer"))
        const [mail] = mailbox.mails
        const token = tokenOf(mailbox)
        for (const part of [mail?.text ?? "", mail?.html ?? ""]) assert.include(part, `https://shop.example.com/api/v1/unsubscribe?token=${token}`)
        assert.notInclude(Buffer.from(token, "base64url").toString("latin1"), "ada")
        assert.notInclude(token, ada)
        const guest = Actor.as(Actor.guest())
        assert.deepStrictEqual(yield* guest(marketing.linked(token)), { channel: "email", kind: "news" })
        yield* queue(offer(ada, "still"))
        assert.deepStrictEqual(subjects(mailbox), ["offer", "still"])
        yield* guest(marketing.unsubscribe(token))
        yield* guest(marketing.unsubscribe(token))
        const mine = yield* Actor.as(Actor.customer(ada))((yield* Preferences).mine)
        assert.strictEqual(mine.choices.news.email, false)
        assert.strictEqual(mine.version, 3)
        yield* at("2026-11-27T11:00:00.000Z")
        yield* queue(offer(ada, "never"), offer(ada, "cart", { kind: "cart_reminders" }))
        assert.deepStrictEqual(subjects(mailbox), ["cart"])
      }))

    test("an address without an account is remembered when it wants no more", (mailbox) =>
      Effect.gen(function*() {
        const asked = (id: string): NewMarketingMessage => offer(null, id, { requested: true, kind: "back_in_stock" })
        yield* queue(asked("mug"))
        yield* (yield* Marketing).unsubscribe(tokenOf(mailbox))
        yield* queue(asked("lamp"), { ...asked("pen"), recipient: { channel: "email", address: "ADA@example.com" } })
        assert.deepStrictEqual(subjects(mailbox), ["mug"])
      }))

    test("a link that was guessed, changed, or made by another store, unsubscribes nobody", (mailbox) =>
      Effect.gen(function*() {
        const marketing = yield* Marketing
        const ada = yield* agreed()
        yield* queue(offer(ada, "offer"))
        const token = tokenOf(mailbox)
        const other = yield* system((yield* Stores).create({ code: "other", name: "Other", currency: "USD" }))
        const changed = `${token.slice(0, 40)}${token[40] === "A" ? "B" : "A"}${token.slice(41)}`
        for (const wrong of ["", "x", `${token}=`, changed, token.slice(4), token.repeat(20)]) {
          assert.strictEqual((yield* Effect.flip(marketing.unsubscribe(wrong)))._tag, "UnsubscribeLinkInvalid")
        }
        assert.strictEqual((yield* Effect.flip(within(other.id)(marketing.linked(token))))._tag, "UnsubscribeLinkInvalid")
        assert.strictEqual((yield* Actor.as(Actor.customer(ada))((yield* Preferences).mine)).choices.news.email, true)
      }))

    test("in the quiet hours of the person they wait for the morning", (mailbox) =>
      Effect.gen(function*() {
        const ada = yield* agreed()
        const eve = yield* Shop.account("eve@example.com")
        yield* prefer(eve, { marketing: { email: true }, timeZone: "America/Los_Angeles" })
        yield* at("2026-11-26T20:30:00.000Z")
        yield* queue(offer(ada, "to Berlin"), offer(eve, "to Portland", { recipient: { channel: "email", address: "eve@example.com" } }))
        assert.deepStrictEqual(subjects(mailbox), ["to Portland"])
        yield* at("2026-11-27T06:59:00.000Z")
        yield* minute
        assert.deepStrictEqual(subjects(mailbox), [])
        yield* at("2026-11-27T07:00:00.000Z")
        yield* minute
        yield* minute
        assert.deepStrictEqual(subjects(mailbox), ["to Berlin"])
      }))

    test("of more than a day allows, however many come at once, the rest waits for the next days", (mailbox) =>
      Effect.gen(function*() {
        const ada = yield* agreed()
        yield* queue(...["1", "2", "3", "4", "5"].map((id) => offer(ada, id)))
        assert.lengthOf(subjects(mailbox), 2)
        yield* queue(offer(ada, "sms", { recipient: { channel: "sms", address: "+14155550123" } }))
        assert.lengthOf(mailbox.messages, 1)
        yield* at("2026-11-26T23:30:00.000Z")
        yield* minute
        assert.deepStrictEqual(subjects(mailbox), [])
        for (const [morning, sent] of [["2026-11-27", 2], ["2026-11-28", 1], ["2026-11-29", 0]] as const) {
          yield* at(`${morning}T07:00:00.000Z`)
          yield* minute
          assert.lengthOf(subjects(mailbox), sent)
        }
      }))

    test("of a group that is decided on together, each goes its own way, and nobody gets more than the day allows", (mailbox) =>
      Effect.gen(function*() {
        const names = Array.from({ length: 60 }, (_, index) => `reader${String(index).padStart(2, "0")}@example.com`)
        const people = yield* Effect.forEach(names, Effect.fnUntraced(function*(address, index) {
          const id = yield* Shop.account(address)
          if (index % 3 !== 0) yield* prefer(id, { marketing: { email: true }, ...(index === 1 ? { timeZone: "Asia/Tokyo" } : {}) })
          return { id, address }
        }))
        // it is night in Tokyo
        yield* at("2026-11-26T13:00:00.000Z")
        yield* queue(...["1", "2", "3"].flatMap((number) =>
          people.map(({ address, id }) => offer(id, `${number} ${address}`, { recipient: { channel: "email", address } }))))
        const agree = names.filter((_, index) => index % 3 !== 0)
        const sent = () => mailbox.mails.splice(0).map(({ to }) => to).toSorted()
        assert.deepStrictEqual(sent(), agree.slice(1).flatMap((name) => [name, name]))
        assert.deepStrictEqual(yield* why(people[0]?.id ?? ""), ["no_consent", "no_consent", "no_consent"])
        assert.deepStrictEqual(yield* why(people[1]?.id ?? ""), ["waiting", "waiting", "waiting"])
        yield* at("2026-11-27T11:00:00.000Z")
        yield* minute
        assert.deepStrictEqual(sent(), [agree[0] ?? "", ...agree])
      }))

    test("whoever is locked, or wants none any more, while a message waits for the morning does not get it", (mailbox) =>
      Effect.gen(function*() {
        const users = yield* UserRepository
        const people = yield* Effect.forEach(["ada", "bob", "eve", "joe", "kim", "liz"], Effect.fnUntraced(function*(name) {
          const address = `${name}@example.com`
          const id = yield* Shop.account(address)
          yield* prefer(id, { marketing: { email: true } })
          return { address, id }
        }))
        const [ada, bob, eve, joe, kim, liz] = people.map(({ id }) => id) as [string, string, string, string, string, string]
        const lock = Effect.fnUntraced(function*(id: string) {
          const user = (yield* users.find(id)) ?? assert.fail("there is no such account")
          yield* users.update({ ...user, status: "suspended", version: user.version + 1 })
        })
        yield* at("2026-11-26T22:00:00.000Z")
        yield* queue(
          ...people.map(({ address, id }) => offer(id, `news ${address}`, { recipient: { channel: "email", address } })),
          // somebody who asked for it needs no consent, but an account that is open
          offer(bob, "asked", { recipient: { channel: "email", address: "bob@example.com" }, requested: true, kind: "back_in_stock" })
        )
        yield* lock(bob)
        yield* prefer(eve, { marketing: { email: false } })
        yield* prefer(joe, { choices: { news: { email: false } } })
        yield* system((yield* Privacy).erase(kim))
        // who has moved is written to where they are
        yield* (yield* CredentialRepository).changeEmail(liz as UserId, "liz@example.org", yield* Timestamp.now)
        yield* at("2026-11-27T07:00:00.000Z")
        yield* minute
        assert.deepStrictEqual(mailbox.mails.map(({ to }) => to).toSorted(), ["ada@example.com", "liz@example.org"])
        assert.deepStrictEqual(yield* why(bob), ["no_account", "no_account"])
        assert.deepStrictEqual([...yield* why(eve), ...yield* why(joe), ...yield* why(kim), ...yield* why(ada)], ["no_consent", "not_wanted", "released"])
      }))

    test("it is asked again at each try while the mail server is away, and nothing is put into the inbox of who does not get it", (mailbox) =>
      Effect.gen(function*() {
        const users = yield* UserRepository
        const ada = yield* agreed()
        const bob = yield* Shop.account("bob@example.com")
        const jobs = yield* Jobs
        mailbox.failing = "for now"
        yield* Effect.provideService(queue(
          offer(ada, "news"),
          offer(ada, "still", { kind: "cart_reminders" }),
          offer(bob, "asked", { recipient: { channel: "email", address: "bob@example.com" }, requested: true, kind: "back_in_stock" }),
          offer(null, "guest", { recipient: { channel: "email", address: "guest@example.com" }, requested: true, kind: "back_in_stock" })
        ), JobRetries, { maxAttempts: 1, delay: Schedule.spaced(0) })
        assert.deepStrictEqual([mailbox.attempts, ...yield* why(ada)], [4, "released", "released"])
        yield* prefer(ada, { choices: { news: { email: false } } })
        const user = (yield* users.find(bob)) ?? assert.fail("there is no such account")
        yield* users.update({ ...user, status: "suspended", version: user.version + 1 })
        yield* (yield* MarketingRepository).refuse({ channel: "email", address: "guest@example.com", kind: "back_in_stock" }, yield* Timestamp.now)
        mailbox.failing = "no"
        const { items } = yield* system(jobs.dead({}))
        yield* system(Effect.forEach(items, ({ id }) => jobs.redrive(id)))
        yield* drain
        assert.strictEqual(mailbox.attempts, 5)
        assert.deepStrictEqual(subjects(mailbox), ["still"])
        assert.sameMembers(yield* why(ada), ["not_wanted", "released"])
        assert.deepStrictEqual(yield* why(bob), ["no_account"])
        assert.deepStrictEqual((yield* Actor.as(Actor.customer(bob))((yield* Inbox).listMine())).items, [])
      }))

    test("whoever decides twice sends once", (mailbox) =>
      Effect.gen(function*() {
        const repository = yield* MarketingRepository
        const ada = yield* agreed()
        const counted = yield* Effect.all(
          Array.from({ length: 6 }, () => repository.count("email", [{ reader: ada, day: "2026-11-26" }], 3)),
          { concurrency: "unbounded" }
        )
        assert.lengthOf(counted.filter(({ size }) => size === 1), 3)
        yield* system((yield* Stores).update({ settings: { marketing: { quietHours: null, perDay: { email: null, sms: null, push: null } } } }))
        yield* (yield* Marketing).queue([offer(ada, "offer")])
        const [message] = yield* repository.ofUser(ada, 1)
        const now = yield* Timestamp.now
        const release = { id: message?.id ?? "" as never, from: 0, status: "released", dropped: null, nextAttemptAt: null } as const
        const outcomes = yield* Effect.all([1, 2, 3].map(() => repository.decide([release], now)), { concurrency: "unbounded" })
        assert.lengthOf(outcomes.filter(({ size }) => size === 1), 1)
        yield* minute
        assert.deepStrictEqual(subjects(mailbox), [])
      }))

    test("messages get their turn to be decided on again, those whose job was given up included", (mailbox) =>
      Effect.gen(function*() {
        const repository = yield* MarketingRepository
        const ada = yield* agreed()
        const jobs = yield* Jobs
        const asked = Effect.andThen(jobs.runCron("marketing.due"), Effect.map(system(jobs.counts), ({ waiting }) => waiting))
        yield* jobs.drain
        yield* (yield* Marketing).queue(["1", "2", "3"].map((id) => offer(ada, id)))
        const claim = Effect.gen(function*() {
          const now = yield* Timestamp.now
          return (yield* repository.claim(now, Timestamp.plus(now, "1 hour"), 2)).length
        })
        // nobody asks again before the first job had its time
        assert.deepStrictEqual([yield* asked, yield* claim], [1, 0])
        yield* TestClock.adjust("1 hour")
        assert.deepStrictEqual([yield* claim, yield* claim, yield* claim], [2, 1, 0])
        yield* TestClock.adjust("1 hour")
        assert.deepStrictEqual([yield* asked, yield* asked], [2, 2])
        yield* jobs.drain
        assert.lengthOf(subjects(mailbox), 2)
      }))

    test("a store without an address of its own takes unsubscribing by mail, and one that has neither sends none", (mailbox) =>
      Effect.gen(function*() {
        const ada = yield* agreed()
        yield* system((yield* Stores).update({ settings: { apiUrl: null, contactEmail: "hello@example.com" } }))
        yield* queue(offer(ada, "by mail"))
        assert.strictEqual(mailbox.mails[0]?.unsubscribe, "mailto:hello@example.com?subject=unsubscribe")
        yield* system((yield* Stores).update({ settings: { contactEmail: null } }))
        yield* queue(offer(ada, "not at all"))
        assert.deepStrictEqual(subjects(mailbox), ["by mail"])
        assert.include(yield* why(ada), "no_way_to_unsubscribe")
      }))

    test("a person who is forgotten leaves no messages, and old ones are thrown away", (mailbox) =>
      Effect.gen(function*() {
        const ada = yield* agreed()
        yield* queue(offer(ada, "offer"))
        const eve = yield* Shop.account("eve@example.com")
        yield* queue(offer(eve, "dropped"))
        yield* system((yield* Privacy).erase(ada))
        assert.deepStrictEqual(yield* why(ada), [])
        yield* TestClock.adjust("91 days")
        yield* (yield* Jobs).runCron("marketing.forget")
        assert.deepStrictEqual(yield* why(eve), [])
        assert.deepStrictEqual(subjects(mailbox), ["offer"])
      }))
  })
}

/** How many statements it takes to decide on many messages. */
export const marketingBudgets = (harness: CountingHarness): void => {
  describe(`the statements of messages that people can do without, on ${harness.name}`, () => {
    it.effect("are as many for fifty readers as for two, whether they have agreed, sleep, or had enough", () =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const { record } = yield* Statements
        const transactor = yield* Transactor
        const marketing = yield* Marketing
        yield* at("2026-11-26T11:00:00.000Z")
        const people = yield* Effect.forEach(Array.from({ length: 100 }, (_, index) => `reader${index}@example.com`), Effect.fnUntraced(function*(address, index) {
          if (index % 5 === 4) return { address, id: null }
          const id = yield* Shop.account(address)
          yield* prefer(id, { marketing: { email: true }, ...(index % 5 === 3 ? { timeZone: "Asia/Tokyo" } : {}) })
          return { address, id }
        }))
        // what came with the accounts, and what a process asks once
        yield* jobs.drain
        let round = 0
        const count = Effect.fnUntraced(function*(readers: typeof people) {
          round++
          yield* transactor.transaction(marketing.queue(readers.map(({ address, id }) =>
            offer(id, `${round} ${address}`, { recipient: { channel: "email", address }, requested: id === null, kind: id === null ? "back_in_stock" : "news" }))))
          const [, statements] = yield* record(jobs.drain)
          return statements.length
        })
        yield* count(people.slice(0, 5))
        const few = yield* count(people.slice(5, 10))
        assert.strictEqual(yield* count(people.slice(10, 60)), few)
        assert.isAtMost(few, 20)
      }).pipe(Effect.provide(Shop.layer(harness.storage(), { store: { settings: { apiUrl: "https://shop.example.com/api/v1" } } }))))
  })
}
