/**
 * Orders that staff put together for buyers, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { Catalog } from "../catalog/Catalog.ts"
import { Documents } from "../documents/Documents.ts"
import { DraftOrders } from "../drafts/DraftOrders.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { PersonalData } from "../privacy/PersonalData.ts"
import { Promotions } from "../promotions/Promotions.ts"
import { GiftCards } from "../value/GiftCards.ts"
import { defaultFraudSettings } from "../stores/FraudSettings.ts"
import { FraudLists } from "../fraud/FraudLists.ts"
import { Shipping } from "../shipping/Shipping.ts"
import { Taxes } from "../tax/Taxes.ts"
import * as Invariants from "./Invariants.ts"
import { told } from "./PaymentFixture.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const staff = Actor.as(Actor.staff("user_desk", ["orders:*", "payments:*"]))
const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

/** What the cron job does whose time has come. */
const expire = Effect.flatMap(Jobs, (jobs) => Effect.andThen(jobs.runCron("draft-orders.expire"), jobs.drain))

const allIsWell = Effect.gen(function*() {
  yield* drain
  const bank = Shop.bankRecords(yield* Shop.Bank)
  assert.deepStrictEqual(yield* Invariants.violations({ bank }), [])
  assert.deepStrictEqual(yield* system(Effect.flatMap(Inventory, (inventory) => inventory.reconcile)), [])
})

const orderNow = (id: string) => system(Effect.flatMap(Orders, (orders) => orders.get(id)))
const ordersNow = system(Effect.flatMap(Orders, (orders) => orders.list()))

const service = <A, E, R>(use: (drafts: DraftOrders["Service"]) => Effect.Effect<A, E, R>) =>
  staff(Effect.flatMap(DraftOrders, use))

type Draft = Parameters<DraftOrders["Service"]["create"]>[0]

const create = (input: Draft) => service((drafts) => drafts.create(input))

/** For whom drafts of these tests are. */
const buyer = { email: "ada@example.com", shippingAddress: Shop.address }

export const draftOrderSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      const settings = { storefrontUrl: "https://shop.example.com", fraud: { ...defaultFraudSettings, enabled: true } }
      return Effect.andThen(Shop.ships, Effect.suspend(() => body(mailbox))).pipe(
        Effect.provide(Shop.layer(harness.storage(), { store: { settings } }).pipe(Layer.provide(Mailbox.layer(mailbox))))
      )
    })

  /** The token in the link of the newest mail. */
  const tokenIn = (mailbox: Mailbox.Mailbox) =>
    mailbox.mails.flatMap(({ text }) => /draft-orders#token=([A-Za-z0-9_-]+)/.exec(text)?.[1] ?? []).at(-1) ?? ""

  describe(`draft orders on ${harness.name}`, () => {
    test("says what it costs and why, keeps that whatever the catalog says, and becomes an order that was paid outside", () =>
      Effect.gen(function*() {
        yield* system(Effect.flatMap(Taxes, (taxes) => taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 100_000 })))
        const lamp = yield* Shop.product({ title: "Lamp", price: Shop.usd(2_000) })
        const mug = yield* Shop.product({ title: "Mug", price: Shop.usd(700) })
        const input: Draft = {
          ...buyer,
          lines: [
            { variantId: lamp.variantId, quantity: 2, price: { amount: Shop.usd(1_500), reason: "As agreed by telephone" } },
            { variantId: mug.variantId, quantity: 3, discount: { type: "rate", ratePpm: 100_000, reason: "Scratched" } },
            { custom: { title: "Engraving", price: Shop.usd(1_000), taxable: false }, quantity: 1 }
          ],
          shipping: { name: "Our own van", price: Shop.usd(900) },
          discount: { type: "amount", amount: Shop.usd(589), reason: "Good customer" },
          note: "Ring twice",
          tags: ["vip"]
        }
        const said = yield* service((drafts) => drafts.preview(input))
        assert.deepStrictEqual((yield* service((drafts) => drafts.list())).items, [])
        const draft = yield* create(input)
        assert.deepStrictEqual([draft.total, draft.missing, draft.notices], [said.total, [], []])
        // 30.00 + 18.90 + 10.00, less 5.89, and the van
        assert.deepStrictEqual(
          [draft.pricing.subtotal.amount, draft.pricing.discount.amount, draft.pricing.shippingTotal.amount],
          [6_100, 210 + 589, 900]
        )
        assert.deepStrictEqual(draft.pricing.lines[0]?.trace.map(({ amount, label, source }) => [source, label, amount.amount]), [
          ["staff", "As agreed by telephone", 3_000],
          ["staff", "Good customer", -300],
          ["tax:" + (draft.pricing.taxes[0]?.rateId ?? ""), "Tax", 270]
        ])
        assert.deepStrictEqual(
          draft.pricing.lines[1]?.trace.slice(0, 3).map(({ amount, label, source }) => [source, label, amount.amount]),
          [["catalog", "Price", 2_100], ["staff", "Scratched", -210], ["staff", "Good customer", -189]]
        )
        assert.strictEqual(draft.pricing.lines[2]?.tax.amount, 0)

        yield* system(Effect.flatMap(Catalog, (catalog) =>
          catalog.updateVariant(mug.productId, mug.variantId, { price: Shop.usd(9_900) })))
        const stale = yield* Effect.flip(service((drafts) =>
          drafts.complete(draft.id, { payment: "outside", expectedTotal: Shop.usd(1) })))
        assert.strictEqual(stale._tag, "TotalChanged")
        const order = yield* service((drafts) =>
          drafts.complete(draft.id, { payment: "outside", reference: "Receipt 12", expectedTotal: draft.total }))
        yield* allIsWell
        const now = yield* orderNow(order.id)
        assert.deepInclude(now, { status: "paid", paymentStatus: "paid", email: "ada@example.com", note: "Ring twice", tags: ["vip"] })
        assert.deepStrictEqual([now.total, now.paid, now.taxes], [draft.total, draft.total, draft.pricing.taxes])
        assert.deepStrictEqual(now.lines.map(({ title, total, trace }) => [title, total, trace]), draft.pricing.lines.map((line, index) =>
          [draft.lines[index]?.title, line.total, line.trace]))
        assert.deepStrictEqual(now.shipping?.name, "Our own van")
        assert.deepStrictEqual(yield* Shop.stockOf(lamp.variantId), { onHand: 8, available: 8 })
        const closed = yield* service((drafts) => drafts.get(draft.id))
        assert.deepInclude(closed, { status: "ordered", orderId: order.id, total: draft.total })
        assert.deepStrictEqual(yield* told(draft.id), ["draft_order.created", "draft_order.ordered"])
        assert.includeMembers([...(yield* told(order.id))], ["order.placed", "order.paid"])

        const payments = yield* Payments
        const [payment] = (yield* staff(payments.list())).items
        assert.deepInclude(payment, { gateway: "outside", state: "captured", orderId: order.id, captured: draft.total })
        assert.isTrue(payment?.gatewayReference?.startsWith("Receipt 12/"))
        const outside = (yield* staff(payments.balances)).find(({ account }) => account === "gateway:outside")
        assert.deepStrictEqual(outside?.balance, draft.total)
        const invoice = yield* system(Effect.flatMap(Documents, (documents) => documents.invoice(order.id)))
        assert.deepStrictEqual(invoice.content.total, draft.total)

        // what goes back is what staff give back by hand
        yield* system(payments.refund(order.id, { amount: Shop.usd(500), reason: "scratched, too" }))
        yield* allIsWell
        assert.deepStrictEqual((yield* orderNow(order.id)).refunded, Shop.usd(500))
      }))

    test("sends what the catalog does not have as well as what it has", () =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product()
        const draft = yield* create({
          ...buyer,
          lines: [
            { variantId, quantity: 1 },
            { custom: { title: "A shelf made to measure", price: Shop.usd(30_000), requiresShipping: true }, quantity: 1 }
          ]
        })
        // the shop's own way of shipping, as in a cart
        assert.strictEqual(draft.pricing.shippingTotal.amount, Shop.shippingRate.amount)
        const order = yield* service((drafts) => drafts.complete(draft.id, { payment: "outside" }))
        yield* drain
        const fulfilments = yield* Fulfilments
        const parcel = yield* system(fulfilments.create(order.id))
        assert.strictEqual(parcel.lines.length, 2)
        yield* system(fulfilments.advance(parcel.id, { event: "ship" }))
        yield* allIsWell
        assert.strictEqual((yield* orderNow(order.id)).fulfilmentStatus, "shipped")
      }))

    test("holds its pieces for a time, for whatever it holds, and lets them go when its time or the draft is over", () =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 5 })
        const draft = yield* create({ ...buyer, lines: [{ variantId, quantity: 3 }] })
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 5, available: 5 })
        const held = yield* service((drafts) => drafts.reserve(draft.id, { minutes: 60 }))
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 5, available: 2 })
        const more = yield* service((drafts) => drafts.update(draft.id, { lines: [{ variantId, quantity: 5 }], version: held.version }))
        assert.deepStrictEqual([more.reservedUntil, more.notices], [held.reservedUntil, []])
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 5, available: 0 })
        const short = yield* Effect.flip(service((drafts) => drafts.update(draft.id, { lines: [{ variantId, quantity: 6 }] })))
        assert.strictEqual(short._tag, "InsufficientStock")
        assert.deepStrictEqual(yield* service((drafts) => drafts.get(draft.id)), more)

        yield* TestClock.adjust("59 minutes")
        yield* expire
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 5, available: 0 })
        yield* TestClock.adjust("1 minute")
        yield* expire
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 5, available: 5 })
        assert.deepInclude(yield* service((drafts) => drafts.get(draft.id)), { status: "open", reservedUntil: null })

        yield* service((drafts) => drafts.reserve(draft.id, { minutes: 43_200 }))
        assert.deepStrictEqual((yield* service((drafts) => drafts.get(draft.id))).reservedUntil, draft.expiresAt)
        yield* service((drafts) => drafts.release(draft.id))
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 5, available: 5 })
        yield* service((drafts) => drafts.reserve(draft.id, { minutes: 60 }))
        yield* service((drafts) => drafts.delete(draft.id))
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 5, available: 5 })
        assert.strictEqual((yield* Effect.flip(service((drafts) => drafts.get(draft.id))))._tag, "DraftOrderNotFound")

        const late = yield* create({ ...buyer, lines: [{ variantId, quantity: 1 }] })
        yield* service((drafts) => drafts.reserve(late.id, { minutes: 43_200 }))
        yield* TestClock.adjust("14 days")
        const over = yield* Effect.flip(service((drafts) => drafts.complete(late.id, { payment: "later" })))
        assert.deepInclude(over, { _tag: "DraftOrderClosed", status: "expired" })
        yield* expire
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 5, available: 5 })
        assert.deepStrictEqual(yield* told(late.id), ["draft_order.created", "draft_order.updated", "draft_order.expired"])
        // more time opens it again
        const expiresAt = Timestamp.plus(yield* Timestamp.now, "2 days")
        assert.strictEqual((yield* service((drafts) => drafts.update(late.id, { expiresAt }))).status, "open")
        yield* service((drafts) => drafts.complete(late.id, { payment: "outside" }))
        yield* allIsWell
      }))

    test("becomes one order, however many complete it at the same time, with the pieces that were held for it", () =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 2 })
        const draft = yield* create({ ...buyer, lines: [{ variantId, quantity: 2 }] })
        yield* service((drafts) => drafts.reserve(draft.id, { minutes: 60 }))
        const outcomes = yield* Effect.forEach(
          Array.from({ length: 20 }),
          () => Effect.result(service((drafts) => drafts.complete(draft.id, { payment: "outside" }))),
          { concurrency: "unbounded" }
        )
        const made = outcomes.filter(Result.isSuccess)
        assert.strictEqual(made.length, 1)
        const id = made[0]?.success.id ?? null
        for (const outcome of outcomes) {
          if (Result.isFailure(outcome)) assert.deepInclude(outcome.failure, { _tag: "DraftOrderClosed", orderId: id })
        }
        assert.deepStrictEqual((yield* ordersNow).items.map((order) => order.id), [id])
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 0, available: 0 })
        const again = yield* Effect.flip(service((drafts) => drafts.complete(draft.id, { payment: "later" })))
        assert.deepInclude(again, { _tag: "DraftOrderClosed", orderId: id })
        const change = yield* Effect.flip(service((drafts) => drafts.update(draft.id, { note: "too late" })))
        assert.strictEqual(change._tag, "DraftOrderClosed")
        assert.strictEqual((yield* Effect.flip(service((drafts) => drafts.delete(draft.id))))._tag, "DraftOrderClosed")
        yield* allIsWell
      }))

    test("is changed by one of two at the same time, and not by who has seen another version", () =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product()
        const draft = yield* create({ ...buyer, lines: [{ variantId, quantity: 1 }] })
        const outcomes = yield* Effect.forEach(
          ["one", "other"],
          (note) => Effect.result(service((drafts) => drafts.update(draft.id, { note, version: draft.version }))),
          { concurrency: 2 }
        )
        assert.strictEqual(outcomes.filter(Result.isSuccess).length, 1)
        const failure = outcomes.find(Result.isFailure)
        assert.strictEqual(failure?.failure._tag, "VersionConflict")
        const stale = yield* Effect.flip(service((drafts) => drafts.complete(draft.id, { payment: "outside", version: draft.version })))
        assert.strictEqual(stale._tag, "VersionConflict")
      }))

    test("becomes an order that is paid later, through any gateway, or is called off when nobody pays", () =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 4 })
        const customerId = yield* Shop.account("grace@example.com")
        const draft = yield* create({ customerId, shippingAddress: Shop.address, lines: [{ variantId, quantity: 1 }] })
        assert.strictEqual(draft.email, "grace@example.com")
        const order = yield* service((drafts) => drafts.complete(draft.id, { payment: "later", payWithinDays: 10 }))
        assert.deepInclude(order, { status: "pending", customerId, reservedUntil: Timestamp.plus(yield* Timestamp.now, "10 days") })
        const payments = yield* Payments
        const payment = yield* Actor.as(Actor.customer(customerId))(
          payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" })
        )
        assert.deepStrictEqual([payment.state, payment.amount], ["captured", draft.total])
        assert.strictEqual((yield* orderNow(order.id)).status, "paid")

        const other = yield* create({ ...buyer, lines: [{ variantId, quantity: 2 }] })
        const unpaid = yield* service((drafts) => drafts.complete(other.id, { payment: "later" }))
        yield* TestClock.adjust("8 days")
        yield* payments.recover
        assert.strictEqual((yield* orderNow(unpaid.id)).status, "cancelled")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 3, available: 3 })
        yield* allIsWell
      }))

    test("takes part in promotions within their limits", () =>
      Effect.gen(function*() {
        const promotions = yield* Promotions
        const promotion = yield* system(promotions.create({
          name: "Opening",
          code: "OPEN10",
          usageLimit: 1,
          action: { type: "percent_off_order", args: { ratePpm: 100_000 } }
        }))
        const { variantId } = yield* Shop.product()
        const input: Draft = { ...buyer, lines: [{ variantId, quantity: 1 }], codes: [" open10 "] }
        const first = yield* create(input)
        const second = yield* create({ ...input, email: "grace@example.com" })
        assert.deepStrictEqual(
          [first, second].map(({ pricing }) => pricing.promotions.map(({ amount, id }) => [id, amount.amount])),
          [[[promotion.id, 200]], [[promotion.id, 200]]]
        )
        yield* service((drafts) => drafts.complete(first.id, { payment: "outside" }))
        const refused = yield* Effect.flip(service((drafts) => drafts.complete(second.id, { payment: "outside" })))
        assert.strictEqual(refused._tag, "PromotionUsedUp")
        // without the code it is an order like any other
        const changed = yield* service((drafts) => drafts.update(second.id, { codes: [] }))
        assert.strictEqual(changed.total.amount, 2_000 + Shop.shippingRate.amount)
        yield* service((drafts) => drafts.complete(second.id, { payment: "outside" }))
        yield* allIsWell
      }))

    test("says what it lacks, and is no order without it", () =>
      Effect.gen(function*() {
        const { productId, variantId } = yield* Shop.product({ stock: 1 })
        const empty = yield* create({})
        assert.deepStrictEqual(empty.missing, ["lines", "email"])
        const draft = yield* create({ email: "ada@example.com", lines: [{ variantId, quantity: 2 }] })
        assert.deepStrictEqual(draft.missing, ["shippingAddress"])
        const lineIds = ({ lines }: typeof draft) => lines.map(({ id }) => id)
        assert.deepStrictEqual(draft.notices, lineIds(draft).map((lineId) => ({ _tag: "short_of_stock", lineId, available: 1 })))
        const refused = yield* Effect.flip(service((drafts) => drafts.complete(draft.id, { payment: "outside" })))
        assert.deepInclude(refused, { _tag: "CheckoutIncomplete", missing: ["shippingAddress"] })
        yield* service((drafts) => drafts.update(draft.id, { shippingAddress: Shop.address }))
        const short = yield* Effect.flip(service((drafts) => drafts.complete(draft.id, { payment: "outside" })))
        assert.strictEqual(short._tag, "InsufficientStock")
        assert.strictEqual((yield* service((drafts) => drafts.get(draft.id))).status, "open")
        yield* system(Effect.flatMap(Catalog, (catalog) => catalog.updateProduct(productId, { status: "archived" })))
        const gone = yield* service((drafts) => drafts.update(draft.id, { lines: [{ variantId, quantity: 1 }] }))
        assert.deepStrictEqual(gone.notices, lineIds(gone).map((lineId) => ({ _tag: "unavailable", lineId })))
        const unsold = yield* Effect.flip(service((drafts) => drafts.complete(draft.id, { payment: "outside" })))
        assert.strictEqual(unsold._tag, "NotForSale")

        const wrong = yield* Effect.flip(create({
          customerId: "user_00000000000000000000000000",
          lines: [{ variantId, quantity: 1 }]
        }))
        assert.deepInclude(wrong, { _tag: "InvalidInput" })
        const euros = yield* Effect.flip(create({
          lines: [{ custom: { title: "Engraving", price: { amount: 100, currency: "EUR" } }, quantity: 1 }]
        }))
        assert.include(euros.message, "lines.0.custom.price.currency")
        const unknown = yield* Effect.flip(create({ lines: [{ variantId: "var_00000000000000000000000000", quantity: 1 }] }))
        assert.include(unknown.message, "lines.0.variantId")
        const both = yield* Effect.flip(create({ lines: [{ quantity: 1 }] }))
        assert.strictEqual(both._tag, "InvalidInput")
        yield* allIsWell
      }))

    test("is sent to its buyer, who sees and pays it by the link at what it said, and pays again if the bank declines", (mailbox) =>
      Effect.gen(function*() {
        const drafts = yield* DraftOrders
        const { productId, variantId } = yield* Shop.product({ stock: 3 })
        const draft = yield* create({ ...buyer, lines: [{ variantId, quantity: 2 }], tags: ["fair"] })
        yield* service((drafts) => drafts.send(draft.id, { message: "It was a pleasure to meet you." }))
        yield* drain
        const [mail] = mailbox.mails
        assert.strictEqual(mail?.to, "ada@example.com")
        for (const said of ["It was a pleasure", "2 x Walnut board", "$45.00", "12 Analytical Row"]) assert.include(mail?.text, said)
        const token = tokenIn(mailbox)
        yield* system(Effect.flatMap(Catalog, (catalog) => catalog.updateVariant(productId, variantId, { price: Shop.usd(9_900) })))

        const guest = Actor.as(Actor.guest())
        const offer = yield* guest(drafts.show({ token }))
        assert.deepInclude(offer, { id: draft.id, status: "sent", total: draft.total, orderId: null, gateways: ["sandbox"] })
        for (const hidden of ["tags", "createdBy", "linkKey", "notices"]) assert.notProperty(offer, hidden)
        for (const wrong of [`${token.slice(0, -1)}x`, draft.id, token.replace(draft.id, "drf_00000000000000000000000000"), "no"]) {
          assert.strictEqual((yield* Effect.flip(guest(drafts.show({ token: wrong }))))._tag, "DraftLinkInvalid")
          assert.strictEqual((yield* Effect.flip(guest(drafts.pay({ token: wrong }))))._tag, "DraftLinkInvalid")
        }
        const changed = yield* Effect.flip(guest(drafts.pay({ token, expectedTotal: Shop.usd(1) })))
        assert.strictEqual(changed._tag, "TotalChanged")

        const pay = { token, payment: { gateway: "sandbox", method: "sandbox_insufficient_funds" }, expectedTotal: draft.total }
        const placed = yield* guest(drafts.pay(pay))
        assert.deepStrictEqual([placed.order.status, placed.payment?.state, placed.order.total], ["failed", "failed", draft.total])
        const again = yield* Effect.flip(guest(drafts.pay(pay)))
        assert.deepInclude(again, { _tag: "DraftOrderClosed", orderId: placed.order.id })
        assert.deepInclude(yield* guest(drafts.show({ token })), { status: "ordered", orderId: placed.order.id })
        // the link shows the order, and pays it
        const holder = Actor.as(Actor.guest({ orderToken: token }))
        const payments = yield* Payments
        yield* holder(payments.initialize({ orderId: placed.order.id, gateway: "sandbox", method: "sandbox_success" }))
        const order = yield* holder(Effect.flatMap(Orders, (orders) => orders.get(placed.order.id)))
        assert.deepStrictEqual([order.status, order.total, order.paid], ["paid", draft.total, draft.total])
        assert.deepStrictEqual((yield* orderNow(order.id)).tags, ["fair"])
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 1, available: 1 })
        yield* allIsWell
      }))

    test("goes where its buyer says at the link, at what it costs to send it there, unless the shop has said it", (mailbox) =>
      Effect.gen(function*() {
        const drafts = yield* DraftOrders
        const { variantId } = yield* Shop.product({ stock: 5 })
        const draft = yield* create({ email: "ada@example.com", lines: [{ variantId: variantId as never, quantity: 1 }] })
        assert.include(draft.missing, "shippingAddress")
        yield* service((drafts) => drafts.reserve(draft.id, { minutes: 60 }))
        yield* service((drafts) => drafts.send(draft.id))
        yield* drain
        const token = tokenIn(mailbox)
        const guest = Actor.as(Actor.guest())
        const before = yield* guest(drafts.show({ token }))
        assert.deepStrictEqual([before.shippingAddress, before.canSay], [null, ["shippingAddress", "billingAddress"]])
        const payment = { gateway: "sandbox", method: "sandbox_success" }
        assert.strictEqual((yield* Effect.flip(guest(drafts.pay({ token, payment }))))._tag, "CheckoutIncomplete")
        const wrong = yield* Effect.flip(guest(drafts.address({ token: `${token.slice(0, -1)}x`, shippingAddress: Shop.address })))
        assert.strictEqual(wrong._tag, "DraftLinkInvalid")

        const said = yield* guest(drafts.address({ token, shippingAddress: Shop.address }))
        assert.deepStrictEqual([said.missing, said.billingAddress], [[], Shop.address])
        // goods of 20.00 and the shipping of 5.00
        assert.deepStrictEqual([said.total.amount, said.pricing.shippingTotal.amount], [2_500, 500])
        const elsewhere = { ...Shop.address, line1: "1 Other Street" }
        const mended = yield* guest(drafts.address({ token, shippingAddress: elsewhere }))
        assert.deepStrictEqual([mended.shippingAddress, mended.billingAddress], [elsewhere, elsewhere])
        const billed = yield* guest(drafts.address({ token, billingAddress: Shop.address }))
        assert.deepStrictEqual([billed.shippingAddress, billed.billingAddress], [elsewhere, Shop.address])
        const { order } = yield* guest(drafts.pay({ token, payment, expectedTotal: billed.total }))
        assert.deepStrictEqual([order.shippingAddress, order.billingAddress, order.status], [elsewhere, Shop.address, "paid"])
        const closed = yield* Effect.flip(guest(drafts.address({ token, shippingAddress: Shop.address })))
        assert.deepInclude(closed, { _tag: "DraftOrderClosed", orderId: order.id })

        const known = yield* create({ ...buyer, lines: [{ variantId: variantId as never, quantity: 1 }] })
        yield* service((drafts) => drafts.send(known.id))
        yield* drain
        const other = tokenIn(mailbox)
        assert.deepStrictEqual((yield* guest(drafts.show({ token: other }))).canSay, [])
        const given = yield* Effect.flip(guest(drafts.address({ token: other, shippingAddress: elsewhere })))
        assert.deepInclude(given, { _tag: "DraftAddressGiven", field: "shippingAddress" })
        yield* allIsWell
      }))

    test("is written of in the language that staff have said, as its order is", (mailbox) =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 5 })
        const draft = yield* create({ ...buyer, language: "fr", lines: [{ variantId: variantId as never, quantity: 1 }] })
        assert.strictEqual(draft.language, "fr")
        yield* service((drafts) => drafts.send(draft.id))
        yield* drain
        const token = tokenIn(mailbox)
        const payment = { gateway: "sandbox", method: "sandbox_success" }
        const { order } = yield* Actor.as(Actor.guest())(Effect.flatMap(DraftOrders, (drafts) => drafts.pay({ token, payment })))
        yield* drain
        assert.deepStrictEqual(mailbox.mails.map(({ subject }) => subject), [
          "Votre commande chez Main store est prête à être payée",
          `Votre commande ${order.number} chez Main store`
        ])
        const other = yield* create({ ...buyer, lines: [{ variantId: variantId as never, quantity: 1 }] })
        const changed = yield* service((drafts) => drafts.update(other.id, { language: "de" }))
        assert.strictEqual((yield* service((drafts) => drafts.complete(changed.id, { payment: "outside" }))).language, "de")
      }))

    test("is paid once by a buyer who presses the button twenty times", (mailbox) =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 2 })
        const draft = yield* create({ ...buyer, lines: [{ variantId, quantity: 2 }] })
        yield* service((drafts) => drafts.reserve(draft.id, { minutes: 600 }))
        yield* service((drafts) => drafts.send(draft.id))
        yield* drain
        const token = tokenIn(mailbox)
        const drafts = yield* DraftOrders
        const outcomes = yield* Effect.forEach(
          Array.from({ length: 20 }),
          () => Effect.result(Actor.as(Actor.guest())(drafts.pay({ token, payment: { gateway: "sandbox", method: "sandbox_success" } }))),
          { concurrency: "unbounded" }
        )
        const made = outcomes.filter(Result.isSuccess)
        assert.deepStrictEqual(made.map(({ success }) => success.order.status), ["paid"])
        for (const outcome of outcomes) if (Result.isFailure(outcome)) assert.strictEqual(outcome.failure._tag, "DraftOrderClosed")
        assert.strictEqual((yield* ordersNow).items.length, 1)
        assert.strictEqual((yield* Shop.bankRecords(yield* Shop.Bank)).length, 1)
        yield* allIsWell
      }))

    test("is paid at what staff have changed it to, with gift cards as well, and not after its time", (mailbox) =>
      Effect.gen(function*() {
        const drafts = yield* DraftOrders
        const { variantId } = yield* Shop.product()
        const draft = yield* create({ ...buyer, lines: [{ variantId, quantity: 1 }] })
        yield* service((drafts) => drafts.send(draft.id))
        yield* drain
        const token = tokenIn(mailbox)
        const changed = yield* service((drafts) => drafts.update(draft.id, {
          discount: { type: "amount", amount: Shop.usd(500), reason: "Sorry for the wait" }
        }))
        assert.deepStrictEqual([changed.status, changed.total.amount], ["sent", 2_000])
        yield* service((drafts) => drafts.send(draft.id))
        yield* drain
        // an old mail leads to the same draft
        assert.strictEqual(tokenIn(mailbox), token)
        const guest = Actor.as(Actor.guest())
        const stale = yield* Effect.flip(guest(drafts.pay({ token, payment: { gateway: "sandbox" }, expectedTotal: draft.total })))
        assert.strictEqual(stale._tag, "TotalChanged")
        const card = yield* system(Effect.flatMap(GiftCards, (cards) => cards.create({ amount: Shop.usd(5_000) })))
        const { order, payment } = yield* guest(drafts.pay({ token, giftCards: [card.code ?? ""] }))
        assert.deepStrictEqual([order.status, order.total.amount, payment], ["paid", 2_000, null])

        const late = yield* create({ ...buyer, lines: [{ variantId, quantity: 1 }] })
        yield* service((drafts) => drafts.send(late.id))
        yield* drain
        const other = tokenIn(mailbox)
        yield* TestClock.adjust("14 days")
        assert.strictEqual((yield* guest(drafts.show({ token: other }))).status, "expired")
        const over = yield* Effect.flip(guest(drafts.pay({ token: other, payment: { gateway: "sandbox" } })))
        assert.deepInclude(over, { _tag: "DraftOrderClosed", status: "expired" })
        yield* service((drafts) => drafts.delete(late.id))
        assert.strictEqual((yield* Effect.flip(guest(drafts.show({ token: other }))))._tag, "DraftLinkInvalid")
        yield* allIsWell
      }))

    test("is shown by no link that was sent to somebody else, and takes nothing over of another's account", (mailbox) =>
      Effect.gen(function*() {
        const guest = Actor.as(Actor.guest())
        const drafts = yield* DraftOrders
        const { variantId } = yield* Shop.product()
        const draft = yield* create({ ...buyer, email: "adda@example.com", lines: [{ variantId, quantity: 1 }] })
        yield* service((drafts) => drafts.send(draft.id))
        yield* drain
        const wrong = tokenIn(mailbox)
        yield* service((drafts) => drafts.update(draft.id, { email: "ada@example.com" }))
        assert.strictEqual((yield* Effect.flip(guest(drafts.show({ token: wrong }))))._tag, "DraftLinkInvalid")
        yield* service((drafts) => drafts.send(draft.id))
        yield* drain
        assert.strictEqual((yield* guest(drafts.show({ token: tokenIn(mailbox) }))).email, "ada@example.com")
        const bob = yield* Shop.account("bob@example.com")
        const his = yield* service((drafts) => drafts.update(draft.id, { customerId: bob }))
        assert.deepInclude(his, { customerId: bob, email: "bob@example.com", shippingAddress: null, billingAddress: null })
      }))

    test("is refused to whom the shop sells nothing, as an order of a cart is", (mailbox) =>
      Effect.gen(function*() {
        yield* system(Effect.flatMap(FraudLists, (lists) =>
          lists.addEntry({ list: "block", kind: "email", value: "ada@example.com", note: "chargebacks" })))
        const { variantId } = yield* Shop.product()
        const draft = yield* create({ ...buyer, lines: [{ variantId, quantity: 1 }] })
        yield* service((drafts) => drafts.send(draft.id))
        yield* drain
        const drafts = yield* DraftOrders
        const refused = yield* Effect.flip(Actor.as(Actor.guest())(
          drafts.pay({ token: tokenIn(mailbox), payment: { gateway: "sandbox", method: "sandbox_success" } })
        ))
        assert.strictEqual(refused._tag, "PurchaseRefused")
        assert.strictEqual((yield* service((drafts) => drafts.get(draft.id))).status, "sent")
        assert.deepStrictEqual((yield* ordersNow).items, [])
      }))

    test("is for staff with the permission, handed out to its customer, and forgotten with them", () =>
      Effect.gen(function*() {
        const drafts = yield* DraftOrders
        const { variantId } = yield* Shop.product({ stock: 3 })
        const customerId = yield* Shop.account("ada@example.com")
        const draft = yield* create({ customerId, shippingAddress: Shop.address, lines: [{ variantId, quantity: 2 }] })
        const reader = Actor.as(Actor.staff("user_reader", ["orders:read"]))
        assert.strictEqual((yield* reader(drafts.get(draft.id))).id, draft.id)
        assert.strictEqual((yield* Effect.flip(reader(drafts.update(draft.id, {}))))._tag, "Forbidden")
        const clerk = Actor.as(Actor.staff("user_clerk", ["orders:*"]))
        assert.deepInclude(yield* Effect.flip(clerk(drafts.complete(draft.id, { payment: "outside" }))), { permission: "payments:write" })
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.customer(customerId))(drafts.get(draft.id))))._tag, "Forbidden")

        yield* service((drafts) => drafts.reserve(draft.id, { minutes: 60 }))
        const holder = (yield* (yield* PersonalData).holders).find(({ name }) => name === "draftOrders")
        const handed = Array.from(yield* Stream.runCollect(holder?.hand(customerId) ?? Stream.empty))
        assert.deepStrictEqual(handed.map((one) => (one as { readonly id: string }).id), [draft.id])
        assert.notInclude(JSON.stringify(handed), "linkKey")
        yield* holder?.forget(customerId) ?? Effect.void
        assert.deepStrictEqual((yield* service((drafts) => drafts.list())).items, [])
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 3, available: 3 })
      }))

    test("is sent by a method of the shop, at what it costs when the draft is written", () =>
      Effect.gen(function*() {
        const shipping = yield* Shipping
        const express = yield* system(shipping.create({ name: "Express", price: Shop.usd(1_200) }))
        const { variantId } = yield* Shop.product()
        const draft = yield* create({ ...buyer, lines: [{ variantId, quantity: 1 }], shipping: { methodId: express.id } })
        assert.deepStrictEqual([draft.pricing.shipping?.name, draft.pricing.shippingTotal.amount], ["Express", 1_200])
        yield* system(shipping.update(express.id, { price: Shop.usd(9_900) }))
        const order = yield* service((drafts) => drafts.complete(draft.id, { payment: "outside" }))
        assert.strictEqual(order.shippingTotal.amount, 1_200)
        yield* allIsWell
      }))
  })
}
