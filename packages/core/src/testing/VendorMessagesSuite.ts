/**
 * What vendors are told of orders, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { Catalog } from "../catalog/Catalog.ts"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { Preferences } from "../identity/Preferences.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { Inbox } from "../notifications/Inbox.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { Vendors } from "../vendors/Vendors.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(Actor.staff("user_staff", ["vendors:*", "orders:*", "catalog:*", "payments:*"]))
const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

/** A vendor with somebody who works for it, and a board that it sells. */
const seller = Effect.fnUntraced(function*(name: string) {
  const vendors = yield* Vendors
  const address = `${name.toLowerCase()}@vendors.example`
  const vendor = yield* staff(vendors.create({ name, email: address }))
  const userId = yield* Shop.account(`${name.toLowerCase()}@example.com`)
  yield* staff(vendors.addMember(vendor.id, { userId }))
  const { productId, variantId } = yield* Shop.product({ title: `${name}'s board`, stock: 10 })
  yield* staff(Effect.flatMap(Catalog, (catalog) => catalog.updateProduct(productId, { vendorId: vendor.id })))
  const inbox = Effect.flatMap(Inbox, (inbox) => Effect.map(inbox.listMine(), ({ items }) => items.map(({ title }) => title)))
  return { id: vendor.id, address, userId, variantId, productId, inbox: Actor.as(Actor.customer(userId))(inbox) }
})

export const vendorMessagesSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      return Effect.andThen(Shop.ships, body(mailbox)).pipe(
        Effect.provide(Layer.provide(Shop.layer(harness.storage()), Mailbox.layer(mailbox)))
      )
    })
  const to = (mailbox: Mailbox.Mailbox, { address }: { readonly address: string }) =>
    mailbox.mails.filter((mail) => mail.to === address)

  describe(`messages to vendors, on ${harness.name}`, () => {
    test("each is told once of an order with goods of theirs, and nothing of the others or of the buyer", (mailbox) =>
      Effect.gen(function*() {
        const oak = yield* seller("Oak")
        const elm = yield* seller("Elm")
        const ash = yield* seller("Ash")
        yield* Actor.as(Actor.customer(oak.userId))(Effect.flatMap(Preferences, (preferences) => preferences.updateMine({ language: "de" })))
        const parts = [{ variantId: elm.variantId as never, quantity: 3 }, { variantId: oak.variantId as never, quantity: 1 }]
        const kitchen = yield* Shop.product({ title: "Kitchen", price: Shop.usd(5_000), bundle: { parts } })
        const buyer = yield* Shop.guest([oak.variantId, 2], [kitchen.variantId, 2])
        const { order } = yield* Shop.place(buyer)
        yield* drain
        yield* drain
        const subject = `New order ${order.number} at Main store`
        assert.deepStrictEqual(to(mailbox, oak).map((mail) => mail.subject), [subject])
        assert.deepStrictEqual(to(mailbox, elm).map((mail) => mail.subject), [subject])
        assert.deepStrictEqual(to(mailbox, ash), [])
        const [mail] = to(mailbox, elm)
        assert.include(mail?.text, "in bundles that others send:\n\n6 x Elm's board")
        const [own] = to(mailbox, oak)
        assert.include(own?.text, "yours to send:\n\n2 x Oak's board")
        assert.include(own?.text, "2 x Oak's board\n\nThese goods of yours are in bundles that others send:\n\n2 x Oak's board")
        const written = JSON.stringify([...to(mailbox, elm), ...to(mailbox, oak)])
        for (const secret of ["Lovelace", "Portland", "ada@example.com", "Kitchen"]) assert.notInclude(written, secret)
        assert.notInclude(JSON.stringify(to(mailbox, elm)), "Oak")
        // who works for them reads it where they are signed in, in their language
        assert.deepStrictEqual(yield* oak.inbox, [`Neue Bestellung ${order.number} bei Main store`])
        assert.deepStrictEqual(yield* elm.inbox, [subject])
        assert.deepStrictEqual(yield* ash.inbox, [])
      }))

    test("they are told when it is paid or promised and not before, and those whose desk is closed are not", (mailbox) =>
      Effect.gen(function*() {
        const oak = yield* seller("Oak")
        yield* Shop.place(yield* Shop.guest([oak.variantId, 1]), "sandbox_decline")
        yield* drain
        assert.deepStrictEqual(to(mailbox, oak), [])
        const { order } = yield* Shop.place(yield* Shop.guest([oak.variantId, 1]), "sandbox_authorize")
        yield* drain
        assert.lengthOf(to(mailbox, oak), 1)
        // money that is reserved and then taken is one order
        const payments = yield* Payments
        const { items: [payment] } = yield* staff(payments.list({ orderId: order.id }))
        yield* staff(payments.capture(payment?.id ?? ""))
        yield* drain
        assert.lengthOf(to(mailbox, oak), 1)
        const { order: later } = yield* Shop.place(yield* Shop.guest([oak.variantId, 1]), "sandbox_authorize")
        yield* staff(Effect.flatMap(Vendors, (vendors) => vendors.update(oak.id, { status: "suspended" })))
        yield* drain
        assert.lengthOf(to(mailbox, oak), 1)
        assert.notStrictEqual(later.id, order.id)
      }))

    test("of an order that rests they are told once it goes on, and of one that is over not at all", (mailbox) =>
      Effect.gen(function*() {
        const oak = yield* seller("Oak")
        const orders = yield* Orders
        const { order: over } = yield* Shop.place(yield* Shop.guest([oak.variantId, 1]))
        yield* staff(orders.cancel(over.id))
        yield* drain
        assert.deepStrictEqual(to(mailbox, oak), [])
        const { order: resting } = yield* Shop.place(yield* Shop.guest([oak.variantId, 1]))
        yield* staff(orders.changeStatus(resting.id, { event: "hold" }))
        yield* drain
        assert.deepStrictEqual(to(mailbox, oak), [])
        yield* TestClock.adjust("1 second")
        yield* staff(orders.changeStatus(resting.id, { event: "resume" }))
        yield* drain
        assert.lengthOf(to(mailbox, oak), 1)
        yield* TestClock.adjust("1 second")
        yield* staff(orders.changeStatus(resting.id, { event: "hold" }))
        yield* staff(orders.changeStatus(resting.id, { event: "resume" }))
        yield* drain
        assert.lengthOf(to(mailbox, oak), 1)
        assert.deepStrictEqual(yield* oak.inbox, [`New order ${resting.number} at Main store`])
      }))

    test("who comes into an order by an edit is told of it, and who is in it of what the edit has changed of theirs, once", (mailbox) =>
      Effect.gen(function*() {
        const oak = yield* seller("Oak")
        const elm = yield* seller("Elm")
        const edits = yield* OrderEdits
        const { order } = yield* Shop.place(yield* Shop.guest([oak.variantId, 1]))
        yield* drain
        mailbox.mails.length = 0
        yield* TestClock.adjust("1 second")
        yield* staff(edits.apply(order.id, {
          add: [{ variantId: elm.variantId, quantity: 1 }, { variantId: oak.variantId, quantity: 1 }],
          reason: "Asked by telephone"
        }))
        yield* drain
        const changed = `Changed: order ${order.number} at Main store`
        assert.deepStrictEqual(to(mailbox, oak).map(({ subject }) => subject), [changed])
        assert.include(to(mailbox, oak)[0]?.text, "have come in:\n\n1 x Oak's board")
        assert.deepStrictEqual(to(mailbox, elm).map(({ subject }) => subject), [`New order ${order.number} at Main store`])
        mailbox.mails.length = 0
        yield* TestClock.adjust("1 second")
        const oaks = order.lines[0]?.id ?? ("" as never)
        yield* staff(edits.apply(order.id, {
          add: [{ variantId: elm.variantId, quantity: 2 }],
          lines: [{ lineId: oaks, quantity: 0 }],
          reason: "Told Ada so"
        }))
        yield* drain
        yield* drain
        assert.deepStrictEqual([...to(mailbox, oak), ...to(mailbox, elm)].map(({ subject }) => subject), [changed, changed])
        assert.include(to(mailbox, oak)[0]?.text, "are out, and are not to be sent:\n\n1 x Oak's board")
        assert.notInclude(to(mailbox, oak)[0]?.text, "come in")
        assert.include(to(mailbox, elm)[0]?.text, "have come in:\n\n2 x Elm's board")
        const written = JSON.stringify(to(mailbox, elm))
        for (const secret of ["Oak", "Lovelace", "Ada", "Portland"]) assert.notInclude(written, secret)
        assert.deepStrictEqual((yield* oak.inbox).filter((title) => title === changed).length, 2)
        // another address changes nothing that is theirs
        mailbox.mails.length = 0
        yield* TestClock.adjust("1 second")
        yield* staff(edits.apply(order.id, { shippingAddress: { ...Shop.address, line1: "2 New Street" } }))
        yield* drain
        assert.deepStrictEqual([...to(mailbox, oak), ...to(mailbox, elm)], [])
      }))
  })
}
