/**
 * What people find in their inboxes, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { within } from "../kernel/CurrentStore.ts"
import { Inbox } from "../notifications/Inbox.ts"
import { InboxMessageId, inboxSize, shopInbox } from "../notifications/InboxMessage.ts"
import { InboxRepository } from "../notifications/InboxRepository.ts"
import { type Message, Notifications } from "../notifications/Notifications.ts"
import { Orders } from "../orders/Orders.ts"
import { PersonalData } from "../privacy/PersonalData.ts"
import { Stores } from "../stores/Stores.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)
const staff = Actor.as(Actor.staff("user_1", ["notifications:read"]))
const as = (userId: string) => Actor.as(Actor.customer(userId))

const told = (inbox: string, title: string, id?: string): Message => ({
  recipient: null,
  inbox,
  template: "stock-low",
  ...(id === undefined ? {} : { id }),
  data: { title, location: "Warehouse", available: 2, threshold: 5 }
})

/** The titles of somebody's messages, newest first. */
const titles = (read?: boolean) =>
  Effect.gen(function*() {
    const { items } = yield* (yield* Inbox).listMine(read === undefined ? {} : { read })
    return items.map(({ title }) => title)
  })

export const inboxSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      return Effect.provide(
        body(mailbox),
        Shop.layer(harness.storage(), { store: { settings: { storefrontUrl: "https://shop.example.com" } } }).pipe(
          Layer.provide(Mailbox.layer(mailbox))
        )
      )
    })

  describe(`inboxes, on ${harness.name}`, () => {
    test("a customer reads in the inbox what came by mail, once for each thing that happened", (mailbox) =>
      Effect.gen(function*() {
        yield* Shop.ships
        const ada = yield* Shop.account("ada@example.com")
        const { variantId } = yield* Shop.product()
        const { order } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 1]))
        yield* drain
        yield* TestClock.adjust("1 minute")
        yield* Actor.as(Actor.system("test"))((yield* Orders).changeStatus(order.id, { event: "process" }))
        yield* Actor.as(Actor.system("test"))((yield* Orders).changeStatus(order.id, { event: "ship" }))
        yield* drain
        assert.deepStrictEqual(
          yield* as(ada)(titles()),
          [`Your order ${order.number} is on its way`, `Your order ${order.number} at Main store`]
        )
        assert.sameMembers(yield* as(ada)(titles()), mailbox.mails.map(({ subject }) => subject))
        const { items: [newest] } = yield* as(ada)((yield* Inbox).listMine())
        assert.deepInclude(newest, {
          template: "order-shipped",
          link: `https://shop.example.com/orders/${order.id}`,
          readAt: null
        })
        assert.deepStrictEqual(yield* as("user_2")(titles()), [])
      }))

    test("a mail server that is down keeps nothing from the inbox, and nothing comes twice when it is up again", (mailbox) =>
      Effect.gen(function*() {
        const ada = yield* Shop.account("ada@example.com")
        mailbox.failing = "for good"
        const message = { ...told(ada, "Mug", "mug:evt_1"), recipient: { channel: "email" as const, address: "ada@example.com" } }
        const notifications = yield* Notifications
        yield* notifications.queue([message])
        yield* drain
        assert.deepStrictEqual(yield* as(ada)(titles()), ["Mug is running low"])
        yield* TestClock.adjust("1 minute")
        yield* notifications.queue([message, told(ada, "Lamp")])
        yield* drain
        assert.deepStrictEqual(yield* as(ada)(titles()), ["Lamp is running low", "Mug is running low"])
        const { items: [lamp] } = yield* as(ada)((yield* Inbox).listMine())
        const history = yield* (yield* Events).history(lamp?.id ?? "")
        assert.deepStrictEqual(history.map(({ data, type }) => [type, (data as { inbox: string }).inbox]), [["notification.arrived", ada]])
      }))

    test("messages are read one by one or all at once, each person's own alone", () =>
      Effect.gen(function*() {
        const inbox = yield* Inbox
        const [ada, bob] = [yield* Shop.account("ada@example.com"), yield* Shop.account("bob@example.com")]
        for (const title of ["Mug", "Lamp", "Board"]) {
          yield* (yield* Notifications).queue([told(ada, title)])
          yield* drain
          yield* TestClock.adjust("1 minute")
        }
        yield* (yield* Notifications).queue([told(bob, "Pen")])
        yield* drain
        const { items: [newest] } = yield* as(ada)(inbox.listMine())
        const id = newest?.id ?? ""
        assert.strictEqual((yield* Effect.flip(as(bob)(inbox.readMine(id))))._tag, "InboxMessageNotFound")
        assert.strictEqual((yield* Effect.flip(as(ada)(inbox.readMine("note_nothing"))))._tag, "InboxMessageNotFound")
        assert.strictEqual((yield* as(ada)(inbox.unreadMine)).unread, 3)
        const { readAt } = yield* as(ada)(inbox.readMine(id))
        assert.isNotNull(readAt)
        yield* TestClock.adjust("1 hour")
        assert.strictEqual((yield* as(ada)(inbox.readMine(id))).readAt, readAt)
        assert.deepStrictEqual(yield* as(ada)(titles(false)), ["Lamp is running low", "Mug is running low"])
        assert.deepStrictEqual(yield* as(ada)(titles(true)), ["Board is running low"])
        yield* as(ada)(inbox.readAllMine)
        assert.strictEqual((yield* as(ada)(inbox.unreadMine)).unread, 0)
        assert.strictEqual((yield* as(bob)(inbox.unreadMine)).unread, 1)
        const first = yield* as(ada)(inbox.listMine({ limit: 2 }))
        const second = yield* as(ada)(inbox.listMine({ limit: 2, after: first.nextCursor ?? "" }))
        assert.deepStrictEqual([...first.items, ...second.items].map(({ title }) => title.split(" ")[0]), ["Board", "Lamp", "Mug"])
        assert.isNull(second.nextCursor)
      }))

    test("those who work for the shop share an inbox, which nobody else sees, and each store has its own", () =>
      Effect.gen(function*() {
        const inbox = yield* Inbox
        const other = yield* Actor.as(Actor.system("test"))(
          (yield* Stores).create({ code: "other", name: "Other", currency: "USD" })
        )
        const { variantId } = yield* Shop.product({ stock: 6, requiresShipping: false })
        yield* Shop.place(yield* Shop.guest([variantId, 1]))
        yield* drain
        const { items } = yield* staff(inbox.listShop())
        assert.deepStrictEqual(items.map(({ title }) => title), ["Walnut board is running low"])
        yield* staff(inbox.readShop(items[0]?.id ?? ""))
        assert.strictEqual((yield* staff(inbox.unreadShop)).unread, 0)
        yield* within(other.id)(Effect.gen(function*() {
          yield* (yield* Notifications).queue([told(shopInbox, "Mug")])
          yield* drain
          assert.lengthOf((yield* staff(inbox.listShop())).items, 1)
          yield* staff(inbox.readAllShop)
        }))
        const shopper = Actor.as(Actor.customer("shop"))
        assert.strictEqual((yield* Effect.flip(shopper(inbox.listShop())))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(inbox.listMine())))._tag, "Unauthenticated")
      }))

    test("an inbox holds so many, nothing stays for ever, and who is forgotten leaves none", () =>
      Effect.gen(function*() {
        const inbox = yield* Inbox
        const ada = yield* Shop.account("ada@example.com")
        yield* (yield* Notifications).queue([told(ada, "Oldest")])
        yield* drain
        yield* TestClock.adjust("1 minute")
        const repository = yield* InboxRepository
        const createdAt = yield* Timestamp.now
        for (const id of yield* InboxMessageId.generateMany(inboxSize)) {
          const message = { id, template: "stock-low", title: id, text: "", link: null, createdAt, readAt: null }
          assert.isTrue(yield* repository.add(ada, id, message))
        }
        const holder = (yield* (yield* PersonalData).holders).find(({ name }) => name === "notifications")
        assert.strictEqual((yield* as(ada)(inbox.unreadMine)).unread, inboxSize)
        const handed = JSON.stringify(yield* Stream.runCollect(holder?.hand(ada) ?? Stream.empty))
        assert.strictEqual(handed.split("note_").length - 1, inboxSize * 2)
        assert.notInclude(handed, "Oldest")
        yield* TestClock.adjust("181 days")
        yield* (yield* Notifications).queue([told(ada, "New")])
        yield* drain
        yield* (yield* Jobs).runCron("inbox.forget")
        assert.deepStrictEqual(yield* as(ada)(titles()), ["New is running low"])
        yield* holder?.forget(ada) ?? Effect.void
        assert.deepStrictEqual(yield* as(ada)(titles()), [])
      }))
  })
}
