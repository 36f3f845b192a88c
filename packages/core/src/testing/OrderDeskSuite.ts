/**
 * What staff keep at their desk, on every storage: notes at orders, and lists that they look at again.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { OrderNoteRepository } from "../orders/OrderNoteRepository.ts"
import { OrderNotes } from "../orders/OrderNotes.ts"
import { Orders } from "../orders/Orders.ts"
import { maximumViews } from "../orders/OrderView.ts"
import { OrderViews } from "../orders/OrderViews.ts"
import { PersonalData } from "../privacy/PersonalData.ts"
import { Stores } from "../stores/Stores.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const staff = (id: string, ...permissions: ReadonlyArray<string>) => Actor.as(Actor.staff(id, permissions))

export const orderDeskSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      return Effect.andThen(Shop.ships, body(mailbox)).pipe(
        Effect.provide(Shop.layer(harness.storage()).pipe(Layer.provide(Mailbox.layer(mailbox))))
      )
    })

  describe(`the desk of staff on ${harness.name}`, () => {
    test("notes of staff are theirs, and those to a buyer reach the buyer once, by mail", (mailbox) =>
      Effect.gen(function*() {
        const notes = yield* OrderNotes
        const orders = yield* Orders
        const jobs = yield* Jobs
        const ada = yield* Shop.account("ada@example.com")
        const { variantId } = yield* Shop.product()
        const { order } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 1]))
        yield* jobs.drain
        mailbox.mails.length = 0
        const bob = staff("key_bob", "orders:write", "orders:read")
        const internal = yield* bob(notes.write(order.id, { text: "Sounds angry" }))
        yield* TestClock.adjust("1 second")
        const told = yield* bob(notes.write(order.id, { text: "It leaves on <Monday>", forCustomer: true }))
        yield* jobs.drain
        assert.lengthOf(mailbox.mails, 1)
        assert.include(mailbox.mails[0]?.text, "It leaves on <Monday>")
        assert.include(mailbox.mails[0]?.html, "It leaves on &lt;Monday&gt;")
        assert.deepStrictEqual((yield* bob(notes.list(order.id))).items, [told, internal])
        assert.deepStrictEqual([internal.author, internal.forCustomer], ["staff:key_bob", false])
        const first = yield* bob(notes.list(order.id, { limit: 1 }))
        assert.deepStrictEqual((yield* bob(notes.list(order.id, { limit: 1, after: first.nextCursor ?? "" }))).items, [internal])
        const buyer = Actor.as(Actor.customer(ada))
        assert.deepStrictEqual((yield* buyer(notes.list(order.id))).items, [{ ...told, author: "staff" }])
        const noted = (timeline: ReadonlyArray<{ readonly type: string; readonly data: unknown }>) =>
          timeline.flatMap(({ data, type }) => type === "order.noted" ? [(data as { readonly noteId: string }).noteId] : [])
        assert.deepStrictEqual(noted(yield* buyer(orders.timeline(order.id))), [told.id])
        assert.deepStrictEqual(noted(yield* system(orders.timeline(order.id))), [internal.id, told.id])
        // nobody else reads or writes any
        for (const stranger of [Actor.guest(), Actor.customer("user_eve")]) {
          assert.strictEqual((yield* Effect.flip(Actor.as(stranger)(notes.list(order.id))))._tag, "OrderNotFound")
        }
        assert.strictEqual((yield* Effect.flip(buyer(notes.write(order.id, { text: "Hi" }))))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(system(notes.write(order.id, { text: " " }))))._tag, "InvalidInput")
        assert.strictEqual((yield* Effect.flip(system(notes.write("ord_0", { text: "Hi" }))))._tag, "OrderNotFound")
      }))

    test("notes belong to the data of a customer, and go with it, also before they were sent", (mailbox) =>
      Effect.gen(function*() {
        const notes = yield* OrderNotes
        const jobs = yield* Jobs
        const ada = yield* Shop.account("ada@example.com")
        const { variantId } = yield* Shop.product()
        const { order } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 1]))
        const { order: other } = yield* Shop.place(yield* Shop.guest([variantId, 1]))
        yield* jobs.drain
        mailbox.mails.length = 0
        const note = yield* system(notes.write(order.id, { text: "Sounds angry", forCustomer: true }))
        yield* system(notes.write(other.id, { text: "Sounds nice" }))
        const holder = (yield* (yield* PersonalData).holders).find(({ name }) => name === "orderNotes")
        assert.deepStrictEqual(yield* Stream.runCollect(holder?.hand(ada) ?? Stream.empty), [note])
        yield* (yield* OrderNoteRepository).forget(ada)
        yield* jobs.drain
        assert.lengthOf(mailbox.mails, 0)
        assert.deepStrictEqual((yield* system(notes.list(order.id))).items, [])
        assert.lengthOf((yield* system(notes.list(other.id))).items, 1)
      }))

    test("views are one person's own until they are shared, and never another store's", () =>
      Effect.gen(function*() {
        const views = yield* OrderViews
        const reader = staff("key_ann", "orders:read")
        const writer = staff("key_bob", "orders:read", "orders:write")
        const own = yield* reader(views.create({ name: "Late", filters: { tag: "late", status: "paid" } }))
        const shared = yield* writer(views.create({ name: "Gifts", filters: { search: "gift" }, shared: true }))
        assert.deepStrictEqual(yield* reader(views.list()), [shared, own])
        assert.deepStrictEqual(yield* writer(views.list()), [shared])
        assert.deepStrictEqual(own.filters, { tag: "late", status: "paid" })
        // others learn nothing of it, and readers change nothing that is shared
        assert.strictEqual((yield* Effect.flip(writer(views.update(own.id, { name: "Mine" }))))._tag, "OrderViewNotFound")
        assert.strictEqual((yield* Effect.flip(reader(views.remove(shared.id))))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(reader(views.update(own.id, { shared: true }))))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(reader(views.create({ name: "x", filters: {}, shared: true }))))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.customer("user_eve"))(views.list())))._tag, "Forbidden")
        const renamed = yield* reader(views.update(own.id, { name: "Later", version: own.version }))
        assert.deepStrictEqual([renamed.name, renamed.filters, renamed.version], ["Later", own.filters, 2])
        assert.strictEqual((yield* Effect.flip(reader(views.remove(own.id, { version: 1 }))))._tag, "VersionConflict")
        const { id: elsewhere } = yield* system((yield* Stores).create({ code: "other", name: "Other", currency: "USD" }))
        assert.deepStrictEqual(yield* within(elsewhere)(writer(views.list())), [])
        yield* reader(views.remove(own.id))
        assert.deepStrictEqual(yield* reader(views.list()), [shared])
        const wrong = yield* Effect.flip(reader(views.create({ name: "x", filters: { after: "y" } as never })))
        assert.strictEqual(wrong._tag, "InvalidInput")
      }))

    test("no more views are shared than may be, also of those that were somebody's own", () =>
      Effect.gen(function*() {
        const views = yield* OrderViews
        const writer = staff("key_bob", "orders:read", "orders:write")
        yield* Effect.repeat(writer(views.create({ name: "One", filters: {}, shared: true })), { times: maximumViews - 1 })
        const [first] = yield* writer(views.list())
        const own = yield* writer(views.create({ name: "Own", filters: {} }))
        const share = writer(views.update(own.id, { shared: true }))
        assert.strictEqual((yield* Effect.flip(share))._tag, "TooManyOrderViews")
        assert.strictEqual((yield* writer(views.update(first?.id ?? "", { name: "Two" }))).name, "Two")
        yield* writer(views.update(first?.id ?? "", { shared: false }))
        assert.isTrue((yield* share).shared)
      }))

    test("a person has so many views and no more", () =>
      Effect.gen(function*() {
        const views = yield* OrderViews
        const reader = staff("key_ann", "orders:read")
        const create = reader(views.create({ name: "One", filters: {} }))
        yield* Effect.repeat(create, { times: maximumViews - 1 })
        assert.strictEqual((yield* Effect.flip(create))._tag, "TooManyOrderViews")
        yield* staff("key_bob", "orders:read")(views.create({ name: "One", filters: {} }))
      }))
  })
}
