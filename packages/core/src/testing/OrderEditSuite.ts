/**
 * Editing orders after they were placed, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Catalog } from "../catalog/Catalog.ts"
import { Documents } from "../documents/Documents.ts"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { OrderLineId } from "../orders/Order.ts"
import { Orders } from "../orders/Orders.ts"
import * as OfflineGateway from "../payments/OfflineGateway.ts"
import { Payments } from "../payments/Payments.ts"
import { Shipping } from "../shipping/Shipping.ts"
import { Stores } from "../stores/Stores.ts"
import { Taxes } from "../tax/Taxes.ts"
import * as Invariants from "./Invariants.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)
const offline = ["cash-on-delivery"]

const allIsWell = Effect.gen(function*() {
  yield* drain
  const bank = Shop.bankRecords(yield* Shop.Bank)
  assert.deepStrictEqual(yield* Invariants.violations({ bank, offline }), [])
  assert.deepStrictEqual(yield* system(Effect.flatMap(Inventory, (inventory) => inventory.reconcile)), [])
})

type Edit = Parameters<OrderEdits["Service"]["apply"]>[1]

const edit = (orderId: string, input: Edit) => system(Effect.flatMap(OrderEdits, (edits) => edits.apply(orderId, input)))
const preview = (orderId: string, input: Edit) => system(Effect.flatMap(OrderEdits, (edits) => edits.preview(orderId, input)))
const orderNow = (id: string) => system(Effect.flatMap(Orders, (orders) => orders.get(id)))
const types = (id: string) =>
  Effect.map(system(Effect.flatMap(Orders, (orders) => orders.timeline(id))), (all) => all.map(({ type }) => type))

/** All that papers say that an order costs: invoices less credit notes. */
const papers = Effect.fnUntraced(function*(id: string) {
  const all = yield* system(Effect.flatMap(Documents, (documents) => documents.ofOrder(id)))
  const sum = (figure: "total" | "tax") =>
    all.reduce((sum, { content, kind }) => sum + (kind === "invoice" ? 1 : -1) * content[figure].amount, 0)
  for (const { content } of all) {
    const rows = content.lines.reduce((rows, { amount }) => rows + amount.amount, content.shipping?.amount.amount ?? 0)
    assert.strictEqual(content.pricesIncludeTax ? rows : rows + content.tax.amount, content.total.amount)
  }
  return { kinds: all.map(({ kind }) => kind).toSorted(), total: sum("total"), tax: sum("tax") }
})

/** What the figures of an order say of each other. */
const addUp = Effect.fnUntraced(function*(id: string) {
  const order = yield* orderNow(id)
  const { discount, open, paid, pricesIncludeTax, shippingTotal, subtotal, tax, total } = order
  const shown = subtotal.amount - discount.amount + shippingTotal.amount
  assert.strictEqual(pricesIncludeTax ? shown : shown + tax.amount, total.amount)
  assert.strictEqual(order.taxes.reduce((sum, { amount }) => sum + amount.amount, 0), tax.amount)
  if (order.status !== "pending" && paid.amount > 0) assert.strictEqual(paid.amount + open.amount, total.amount)
  return order
})

export const orderEditSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      const gateways = [OfflineGateway.cashOnDelivery()]
      return Effect.andThen(Shop.ships, body(mailbox)).pipe(
        Effect.provide(Shop.layer(harness.storage(), { gateways }).pipe(Layer.provide(Mailbox.layer(mailbox))))
      )
    })

  /** An order of so many of ten lamps at 19.99 and of two of ten mugs at 7.00, with 7.75 % of tax on top. */
  const placed = Effect.fnUntraced(function*(quantity = 3, payment: Shop.Method | "cash" = "sandbox_success") {
    yield* system(Effect.flatMap(Taxes, (taxes) => taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 77_500 })))
    const lamp = yield* Shop.product({ title: "Lamp", price: Shop.usd(1_999) })
    const mug = yield* Shop.product({ title: "Mug", price: Shop.usd(700) })
    const buyer = yield* Shop.guest([lamp.variantId, quantity], [mug.variantId, 2])
    const { order, token } = yield* payment === "cash"
      ? Shop.place(buyer, undefined, { payment: { gateway: "cash-on-delivery" } })
      : Shop.place(buyer, payment)
    yield* drain
    const lineOf = (id: string) => order.lines.find((line) => line.variantId === id)?.id ?? OrderLineId.make("oli_00000000000000000000000000")
    return {
      id: order.id,
      order,
      lamp,
      mug,
      lampId: lineOf(lamp.variantId),
      mugId: lineOf(mug.variantId),
      buyer: Actor.as(Actor.guest({ orderToken: token }))
    }
  })

  /** Another order, of two pieces. */
  const placedAgain = Effect.fnUntraced(function*(method: Shop.Method) {
    const { variantId } = yield* Shop.product()
    const { order } = yield* Shop.place(yield* Shop.guest([variantId, 2]), method)
    return { id: order.id, lineId: order.lines[0]?.id ?? OrderLineId.make("oli_00000000000000000000000000"), variantId }
  })

  const reprice = (productId: string, variantId: string, price: number) =>
    system(Effect.flatMap(Catalog, (catalog) => catalog.updateVariant(productId, variantId, { price: Shop.usd(price) })))

  describe(`editing orders on ${harness.name}`, () => {
    test("adds goods that the buyer pays later, as the preview said, and tells everybody once", (mailbox) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { buyer, id, lamp, lampId, order } = yield* placed()
        yield* system(Effect.flatMap(Documents, (documents) => documents.invoice(id)))
        yield* reprice(lamp.productId, lamp.variantId, 2_499)
        const book = yield* Shop.product({ title: "Book", price: Shop.usd(1_000) })
        const change: Edit = {
          add: [{ variantId: book.variantId, quantity: 2 }],
          lines: [{ lineId: lampId, quantity: 4 }],
          reason: "asked by telephone"
        }
        const said = yield* preview(id, change)
        assert.deepStrictEqual(yield* orderNow(id), { ...(yield* orderNow(id)), lines: order.lines, total: order.total, edits: 0 })
        // the price of the lamp is that of the order, and that of the book today's
        assert.deepStrictEqual(said.order.lines.map(({ quantity, unitPrice }) => [quantity, unitPrice.amount]), [
          [3, 1_999],
          [2, 700],
          [1, 1_999],
          [2, 1_000]
        ])
        assert.strictEqual(said.difference.amount, 1_999 + 155 + 2_000 + 155)
        assert.deepStrictEqual([said.due, said.refund], [said.difference, Shop.usd(0)])
        assert.deepStrictEqual(said.stock, [
          { variantId: lamp.variantId, change: -1, available: 7 },
          { variantId: book.variantId, change: -2, available: 10 }
        ])
        mailbox.mails.length = 0
        const { edit: made, order: after } = yield* edit(id, {
          ...change,
          version: said.version,
          expectedTotal: said.order.total
        })
        assert.deepStrictEqual([after.total, after.open, after.paymentStatus], [said.order.total, said.due, "partially_paid"])
        assert.deepStrictEqual(after, yield* orderNow(id))
        assert.deepInclude(made, { number: 1, actor: "system:test", reason: "asked by telephone", removed: [], charged: said.difference })
        assert.deepStrictEqual(yield* system(Effect.flatMap(OrderEdits, (edits) => edits.list(id))), [made])
        assert.deepStrictEqual(yield* Shop.stockOf(lamp.variantId), { onHand: 6, available: 6 })
        assert.deepStrictEqual(yield* Shop.stockOf(book.variantId), { onHand: 8, available: 8 })
        yield* allIsWell
        const mail = mailbox.mails.find(({ subject }) => subject.includes("was changed"))
        assert.include(mail?.text, "2 x Book")
        assert.include(mail?.text, "$43.09 is left to pay")
        assert.deepStrictEqual(yield* papers(id), { kinds: ["invoice", "invoice"], total: after.total.amount, tax: after.tax.amount })

        const payment = yield* buyer(payments.initialize({ orderId: id, gateway: "sandbox", method: "sandbox_success" }))
        assert.deepStrictEqual([payment.state, payment.amount], ["captured", said.due])
        yield* allIsWell
        const paid = yield* addUp(id)
        assert.deepStrictEqual([paid.open.amount, paid.paymentStatus, paid.status], [0, "paid", "paid"])
        const told = yield* types(id)
        assert.deepStrictEqual(told.filter((type) => type !== "order.placed"), ["order.paid", "order.edited", "order.balance_paid"])
        const again = yield* Effect.flip(buyer(payments.initialize({ orderId: id, gateway: "sandbox" })))
        assert.strictEqual(again._tag, "OrderNotPayable")
      }))

    test("adds goods at a price of staff, and takes something off a line, with the reasons, and gives back the difference", () =>
      Effect.gen(function*() {
        const { id, lamp, lampId, mug, order } = yield* placed()
        const book = yield* Shop.product({ title: "Book", price: Shop.usd(1_000) })
        yield* reprice(lamp.productId, lamp.variantId, 9_900)
        const change: Edit = {
          add: [
            { variantId: book.variantId, quantity: 2, price: { amount: Shop.usd(800), reason: "Agreed by telephone" } },
            { variantId: mug.variantId, quantity: 1, discount: { type: "rate", ratePpm: 500_000, reason: "Scratched" } }
          ],
          lines: [{ lineId: lampId, quantity: 3, discount: { type: "amount", amount: Shop.usd(997), reason: "Came late" } }]
        }
        const said = yield* preview(id, change)
        assert.deepStrictEqual(
          said.order.lines.map(({ cancelled, discount, quantity, subtotal }) =>
            [quantity, cancelled, subtotal.amount, discount.amount]),
          // three lamps at what they cost in the order, and not what they cost now
          [[3, 3, 5_997, 0], [2, 0, 1_400, 0], [3, 0, 5_997, 997], [2, 0, 1_600, 0], [1, 0, 700, 350]]
        )
        const traces = said.order.lines.slice(2).map(({ trace }) => trace.filter(({ source }) => source === "staff"))
        assert.deepStrictEqual(traces.map((steps) => steps.map(({ amount, label }) => [label, amount.amount])), [
          [["Came late", -997]],
          [["Agreed by telephone", 1_600]],
          [["Scratched", -350]]
        ])
        // 50.00 and 16.00 and 3.50 with tax, less 59.97 with tax
        const difference = (5_000 + 388) + (1_600 + 124) + (350 + 27) - (5_997 + 465)
        assert.deepStrictEqual([said.difference.amount, said.due.amount, said.refund.amount], [difference, difference, 0])
        const { edit: made } = yield* edit(id, { ...change, version: said.version, expectedTotal: said.order.total })
        assert.deepStrictEqual(made.removed, [{ lineId: lampId, quantity: 3 }])
        yield* allIsWell
        const after = yield* addUp(id)
        assert.strictEqual(after.total.amount, order.total.amount + difference)
        assert.deepStrictEqual(yield* Shop.stockOf(lamp.variantId), { onHand: 7, available: 7 })

        // what is off stays off when something more is taken off, and the difference goes back
        const cheaper = after.lines[2]?.id ?? lampId
        const present: Edit = {
          lines: [{ lineId: cheaper, quantity: 3, discount: { type: "rate", ratePpm: 1_000_000, reason: "A present" } }]
        }
        // who may not give money back as they like cannot do it by an edit
        const packer = Actor.as(Actor.staff("user_packer", ["orders:read", "orders:write"]))
        const refused = yield* Effect.flip(packer(Effect.flatMap(OrderEdits, (edits) => edits.apply(id, present))))
        assert.deepInclude(refused, { _tag: "Forbidden", permission: "orders:refund" })
        const back = yield* edit(id, present)
        assert.deepStrictEqual(back.order.lines.at(-1)?.total.amount, 0)
        yield* allIsWell
        yield* addUp(id)
        const euros = yield* Effect.flip(preview(id, {
          add: [{ variantId: book.variantId, quantity: 1, price: { amount: { amount: 1, currency: "EUR" }, reason: "?" } }]
        }))
        assert.include(euros.message, "add.0.price.amount.currency")
      }))

    test("takes goods out and gives back what was paid for them, to the last cent", () =>
      Effect.gen(function*() {
        const { id, lamp, lampId, mug, mugId, order } = yield* placed()
        yield* system(Effect.flatMap(Documents, (documents) => documents.invoice(id)))
        yield* reprice(lamp.productId, lamp.variantId, 1)
        const said = yield* preview(id, { lines: [{ lineId: lampId, quantity: 1 }, { lineId: mugId, quantity: 0 }] })
        assert.deepStrictEqual(said.stock, [
          { variantId: lamp.variantId, change: 2, available: null },
          { variantId: mug.variantId, change: 2, available: null }
        ])
        yield* edit(id, { lines: [{ lineId: lampId, quantity: 2 }] })
        yield* edit(id, { lines: [{ lineId: lampId, quantity: 1 }, { lineId: mugId, quantity: 0 }] })
        yield* allIsWell
        const after = yield* addUp(id)
        const kept = order.lines.find((line) => line.id === lampId)?.total.amount ?? 0
        const shares = kept - Math.floor(kept * 2 / 3)
        assert.strictEqual(after.total.amount - after.refunded.amount, shares + (order.shipping?.total.amount ?? 0))
        assert.strictEqual(said.refund.amount, after.refunded.amount)
        assert.strictEqual(after.paymentStatus, "partially_refunded")
        assert.deepStrictEqual(after.lines.map(({ cancelled, quantity }) => [quantity, cancelled]), [[3, 2], [2, 2]])
        assert.deepStrictEqual(yield* Shop.stockOf(lamp.variantId), { onHand: 9, available: 9 })
        assert.deepStrictEqual(yield* Shop.stockOf(mug.variantId), { onHand: 10, available: 10 })
        const { kinds, total } = yield* papers(id)
        assert.deepStrictEqual([kinds, total], [["credit_note", "credit_note", "invoice"], after.total.amount - after.refunded.amount])
        // and the rest goes back with the whole
        yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(id)))
        yield* allIsWell
        assert.deepStrictEqual((yield* orderNow(id)).refunded, order.total)
      }))

    test("moves only the difference where one thing is taken for another", () =>
      Effect.gen(function*() {
        const { id, lampId, mugId, order } = yield* placed()
        yield* system(Effect.flatMap(Documents, (documents) => documents.invoice(id)))
        const vase = yield* Shop.product({ title: "Vase", price: Shop.usd(1_000) })
        const { edit: made, order: after } = yield* edit(id, {
          lines: [{ lineId: lampId, quantity: 1 }],
          add: [{ variantId: vase.variantId, quantity: 1 }]
        })
        const out = Math.floor(6_462 * 2 / 3)
        assert.deepStrictEqual([made.charged.amount, made.credited.amount, made.refund.amount], [1_078, 1_078, out - 1_078])
        assert.deepStrictEqual([after.total, after.open.amount], [order.total, 0])
        yield* allIsWell
        const settled = yield* addUp(id)
        assert.strictEqual(settled.refunded.amount, out - 1_078)
        assert.strictEqual((yield* papers(id)).total, settled.total.amount - settled.refunded.amount)
        // what is taken out makes up for what was not paid yet first
        const { order: more } = yield* edit(id, { lines: [{ lineId: mugId, quantity: 4 }] })
        assert.isAbove(more.open.amount, 1_400)
        const added = more.lines.at(-1)?.id ?? mugId
        const { edit: undone, order: less } = yield* edit(id, { lines: [{ lineId: added, quantity: 0 }] })
        assert.deepStrictEqual([undone.credited, undone.refund.amount], [more.open, 0])
        assert.deepStrictEqual([less.open.amount, less.total, less.tax], [0, settled.total, settled.tax])
        yield* allIsWell
        yield* addUp(id)
        assert.strictEqual((yield* papers(id)).total, settled.total.amount - settled.refunded.amount)
      }))

    test("changes where an order goes and how, at what that costs now, up and down and up again", () =>
      Effect.gen(function*() {
        const shipping = yield* Shipping
        const { id, order } = yield* placed()
        const express = yield* system(shipping.create({ name: "Express", price: Shop.usd(1_500) }))
        const cheap = yield* system(shipping.create({ name: "Snail", price: Shop.usd(200) }))
        const nearby = yield* system(shipping.create({ name: "Bicycle", price: Shop.usd(300), countries: ["US"] }))
        const moved = { ...Shop.address, line1: "1 New Street", country: "CA", region: "BC", postalCode: "V5K 0A1" }
        const { order: there } = yield* edit(id, { shippingAddress: moved, billingAddress: moved, reason: "moved" })
        // what was sold stays as it was sold
        assert.deepStrictEqual([there.shippingAddress?.line1, there.total, there.tax], ["1 New Street", order.total, order.tax])
        const { order: fast } = yield* edit(id, { shippingMethodId: express.id })
        assert.deepStrictEqual([fast.shipping?.name, fast.shippingTotal.amount, fast.open.amount], ["Express", 1_500, 1_616 - 539])
        const { order: slow } = yield* edit(id, { shippingMethodId: cheap.id })
        // what of it was not paid is asked for no more, and the rest goes back
        assert.deepStrictEqual([slow.shippingTotal.amount, slow.shipping?.givenBack?.amount, slow.open.amount], [500, 539 - 216, 0])
        yield* allIsWell
        assert.strictEqual((yield* addUp(id)).refunded.amount, 539 - 216)
        const { order: again } = yield* edit(id, { shippingMethodId: express.id })
        assert.strictEqual(again.open.amount, 1_616 - 216)
        yield* allIsWell
        yield* addUp(id)
        const refusedThere = yield* Effect.flip(edit(id, { shippingMethodId: nearby.id }))
        assert.strictEqual(refusedThere._tag, "ShippingMethodUnavailable")
        yield* edit(id, { shippingAddress: Shop.address, shippingMethodId: nearby.id })
        const refusedHere = yield* Effect.flip(edit(id, { shippingAddress: moved }))
        assert.strictEqual(refusedHere._tag, "ShippingMethodUnavailable")
        yield* allIsWell
      }))

    test("of an order that is paid at the door changes what is asked for there", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { id, lamp, lampId, mug, mugId, order } = yield* placed(3, "cash")
        const { order: less } = yield* edit(id, { lines: [{ lineId: lampId, quantity: 1 }] })
        assert.strictEqual(less.total.amount, order.total.amount - (6_462 - Math.floor(6_462 / 3)) + 0)
        assert.deepStrictEqual([less.open.amount, less.status, less.paymentStatus], [0, "pending", "authorized"])
        assert.deepStrictEqual(yield* Shop.stockOf(lamp.variantId), { onHand: 10, available: 9 })
        yield* allIsWell
        yield* system(Effect.flatMap(Orders, (orders) => orders.changeStatus(id, { event: "process" })))
        const { order: more } = yield* edit(id, { lines: [{ lineId: mugId, quantity: 3 }] })
        assert.deepStrictEqual(yield* Shop.stockOf(mug.variantId), { onHand: 7, available: 7 })
        const [payment] = (yield* system(payments.list({ orderId: id }))).items
        assert.deepStrictEqual(payment?.amount, more.total)
        yield* system(payments.capture(payment?.id ?? ""))
        yield* allIsWell
        const after = yield* addUp(id)
        assert.deepStrictEqual([after.paid, after.paymentStatus], [more.total, "paid"])
        yield* system(Effect.flatMap(Documents, (documents) => documents.invoice(id)))
        assert.deepStrictEqual(yield* papers(id), { kinds: ["invoice"], total: after.total.amount, tax: after.tax.amount })
      }))

    test("takes less of what is reserved on a card, and waits while money is on its way", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { id, lampId, mugId } = yield* placed(3, "sandbox_authorize")
        const tooMuch = yield* Effect.flip(edit(id, { lines: [{ lineId: mugId, quantity: 5 }] }))
        assert.deepInclude(tooMuch, { _tag: "EditRefused", reason: "being_paid" })
        const { order: less } = yield* edit(id, { lines: [{ lineId: lampId, quantity: 2 }] })
        const [payment] = (yield* system(payments.list({ orderId: id }))).items
        const captured = yield* system(payments.capture(payment?.id ?? ""))
        assert.deepStrictEqual(captured.captured, less.total)
        yield* allIsWell
        assert.strictEqual((yield* addUp(id)).status, "paid")
        const waiting = yield* placedAgain("sandbox_redirect")
        const busy = yield* Effect.flip(edit(waiting.id, { lines: [{ lineId: waiting.lineId, quantity: 1 }] }))
        assert.deepInclude(busy, { _tag: "EditRefused", reason: "being_paid" })
        assert.strictEqual((yield* orderNow(waiting.id)).edits, 0)
        yield* allIsWell
      }))

    test("is refused where nothing may change, and then changes nothing", () =>
      Effect.gen(function*() {
        const edits = yield* OrderEdits
        const fulfilments = yield* Fulfilments
        const { buyer, id, lamp, lampId, mugId, order } = yield* placed()
        const before = yield* orderNow(id)
        const reader = Actor.as(Actor.staff("key_1", ["orders:read"]))
        const one = { lines: [{ lineId: lampId, quantity: 1 }] }
        assert.strictEqual((yield* Effect.flip(buyer(edits.apply(id, one))))._tag, "Unauthenticated")
        assert.strictEqual((yield* Effect.flip(reader(edits.preview(id, one))))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(buyer(edits.list(id))))._tag, "Unauthenticated")
        const refusal = (input: Edit, orderId: string = id) => Effect.map(Effect.flip(edit(orderId, input)), ({ _tag }) => _tag)
        assert.strictEqual(yield* refusal(one, "ord_00000000000000000000000000"), "OrderNotFound")
        assert.strictEqual(yield* refusal({}), "InvalidInput")
        assert.strictEqual(yield* refusal({ lines: [{ lineId: lampId, quantity: 3 }] }), "InvalidInput")
        assert.strictEqual(yield* refusal({ lines: [...one.lines, ...one.lines] }), "InvalidInput")
        assert.strictEqual(yield* refusal({ lines: [{ lineId: "oli_00000000000000000000000000", quantity: 1 }] }), "InvalidInput")
        assert.strictEqual(yield* refusal({ ...one, version: before.version + 3 }), "VersionConflict")
        assert.strictEqual(yield* refusal({ ...one, expectedTotal: Shop.usd(1) }), "TotalChanged")
        assert.strictEqual(yield* refusal({ add: [{ variantId: "var_00000000000000000000000000", quantity: 1 }] }), "NotForSale")
        assert.strictEqual(yield* refusal({ add: [{ variantId: lamp.variantId, quantity: 8 }] }), "InsufficientStock")
        // what was taken out is there again, and what the rest needed is not taken
        const swap = { lines: [{ lineId: mugId, quantity: 0 }], add: [{ variantId: lamp.variantId, quantity: 8 }] }
        assert.strictEqual(yield* refusal(swap), "InsufficientStock")
        const nothing = { lines: [{ lineId: lampId, quantity: 0 }, { lineId: mugId, quantity: 0 }] }
        assert.deepInclude(yield* Effect.flip(edit(id, nothing)), { _tag: "EditRefused", reason: "whole" })
        const saysPrices = (pricesIncludeTax: boolean) =>
          system(Effect.flatMap(Stores, (stores) => stores.update({ settings: { pricesIncludeTax } })))
        yield* saysPrices(true)
        const more = { lines: [{ lineId: lampId, quantity: 4 }] }
        assert.deepInclude(yield* Effect.flip(edit(id, more)), { _tag: "EditRefused", reason: "prices" })
        yield* saysPrices(false)
        assert.deepStrictEqual(yield* orderNow(id), before)
        const parcel = yield* system(fulfilments.create(id, { lines: [{ lineId: lampId, quantity: 2 }] }))
        assert.deepInclude(yield* Effect.flip(edit(id, { lines: [{ lineId: lampId, quantity: 1 }] })), {
          _tag: "EditExceedsOrder",
          lines: [{ lineId: lampId, wanted: 2, left: 1 }]
        })
        yield* edit(id, { lines: [{ lineId: lampId, quantity: 2 }, { lineId: mugId, quantity: 0 }] })
        yield* system(fulfilments.advance(parcel.id, { event: "ship" }))
        yield* allIsWell
        // all that is left of it is on its way
        assert.deepInclude(yield* Effect.flip(edit(id, one)), { _tag: "EditRefused", reason: "state", status: "shipped" })
        assert.strictEqual((yield* addUp(id)).total.amount, order.total.amount)
      }))

    test("gives the last piece to one of many edits at once, and makes one of two of the same order", () =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 1 })
        const { id, lampId } = yield* placed(6)
        const others = [yield* placedAgain("sandbox_success"), yield* placedAgain("sandbox_success")]
        const outcomes = yield* Effect.forEach(
          others,
          (other) => Effect.result(edit(other.id, { add: [{ variantId, quantity: 1 }] })),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(outcomes.map((outcome) => outcome._tag).toSorted(), ["Failure", "Success"])
        assert.deepInclude(outcomes.flatMap((outcome) => outcome._tag === "Failure" ? [outcome.failure._tag] : []), "InsufficientStock")
        const { version } = yield* orderNow(id)
        const both = yield* Effect.forEach(
          [5, 4, 3, 2],
          (quantity) => Effect.result(edit(id, { lines: [{ lineId: lampId, quantity }], version })),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(
          both.map((outcome) => outcome._tag === "Failure" ? outcome.failure._tag : "made").toSorted(),
          ["VersionConflict", "VersionConflict", "VersionConflict", "made"]
        )
        yield* allIsWell
        assert.strictEqual((yield* addUp(id)).edits, 1)
      }))

    test("asks for nothing more once the order is cancelled", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { buyer, id, lampId, order } = yield* placed()
        yield* edit(id, { lines: [{ lineId: lampId, quantity: 5 }] })
        yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(id)))
        yield* allIsWell
        const after = yield* orderNow(id)
        assert.deepStrictEqual([after.status, after.open.amount, after.refunded], ["cancelled", 0, order.total])
        assert.strictEqual((yield* Effect.flip(buyer(payments.initialize({ orderId: id }))))._tag, "OrderNotPayable")
        assert.deepInclude(yield* Effect.flip(edit(id, { lines: [{ lineId: lampId, quantity: 6 }] })), { reason: "state" })
      }))

    test("lets go what was reserved for what was added, once all that was paid has gone back", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { buyer, id, lampId } = yield* placed()
        yield* edit(id, { lines: [{ lineId: lampId, quantity: 5 }] })
        const reserved = yield* buyer(payments.initialize({ orderId: id, gateway: "sandbox", method: "sandbox_authorize" }))
        yield* system(payments.refund(id, { reason: "nothing of it is liked" }))
        yield* allIsWell
        assert.strictEqual((yield* orderNow(id)).status, "refunded")
        assert.strictEqual((yield* system(payments.get(reserved.id))).state, "cancelled")
      }))
  })
}
