/**
 * The parts of orders that are vendors': what each sees of its own, and sends.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { AuditLog } from "../audit/AuditLog.ts"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { Carts } from "../cart/Carts.ts"
import { Attributes } from "../catalog/Attributes.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { FulfilmentStates } from "../fulfilment/FulfilmentStates.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { VendorDesk } from "../marketplace/VendorDesk.ts"
import { Orders } from "../orders/Orders.ts"
import { OrderStates } from "../orders/OrderStates.ts"
import { Returns } from "../returns/Returns.ts"
import { Shipping } from "../shipping/Shipping.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"
import { advance, follow, mixed, parts, seller, staff, system, tagOf } from "./VendorFixture.ts"

export const orderPartSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  describe(`parts of orders, on ${harness.name}`, () => {
    test(
      "an order has one for each who sells, with a state of its own, whatever becomes of the products",
      Effect.gen(function*() {
        const fulfilments = yield* Fulfilments
        const catalog = yield* Catalog
        const { elm, elms, mugs, oak, oaks, order } = yield* mixed
        assert.deepStrictEqual<unknown>(order.lines.map(({ vendorId }) => vendorId), [oak.id, elm.id, undefined])
        // frozen: who sells the product from now on has nothing to do with it
        yield* staff(catalog.updateProduct(oak.productId, { vendorId: elm.id }))
        assert.deepStrictEqual<unknown>(
          (yield* parts(order.id)).map(({ lineIds, pieces, status, vendor, vendorId }) => [vendorId, vendor, status, lineIds, pieces]),
          [
            [oak.id, "Oak", "unfulfilled", [oaks], 3],
            [elm.id, "Elm", "unfulfilled", [elms], 2],
            [null, null, "unfulfilled", [mugs], 1]
          ]
        )
        // no parcel is of two
        const create = (input: Parameters<typeof fulfilments.create>[1]) => staff(fulfilments.create(order.id, input))
        const all = yield* Effect.flip(create({}))
        assert.deepInclude(all, { _tag: "VendorsMixed", vendorIds: [oak.id, elm.id, null] })
        assert.strictEqual(
          yield* tagOf(create({ lines: [{ lineId: oaks, quantity: 1 }, { lineId: elms, quantity: 1 }] })),
          "VendorsMixed"
        )
        assert.strictEqual(yield* tagOf(create({ vendorId: elm.id, lines: [{ lineId: oaks, quantity: 1 }] })), "InvalidInput")
        const own = yield* create({ vendorId: null })
        assert.deepStrictEqual<unknown>([own.lines, own.vendorId], [[{ lineId: mugs, quantity: 1 }], undefined])
        const oakPart = yield* create({ vendorId: oak.id })
        assert.deepStrictEqual<unknown>([oakPart.lines, oakPart.vendorId], [[{ lineId: oaks, quantity: 3 }], oak.id])
        yield* staff(fulfilments.advance(oakPart.id, { event: "ship" }))
        assert.deepStrictEqual((yield* parts(order.id)).map(({ status }) => status), ["shipped", "unfulfilled", "in_progress"])
        // only one seller is left: nothing need be named
        const rest = yield* create({})
        assert.strictEqual(rest.vendorId, elm.id)
        for (const { id } of [own, rest]) yield* staff(fulfilments.advance(id, { event: "ship" }))
        assert.strictEqual((yield* staff(Effect.flatMap(Orders, (orders) => orders.get(order.id)))).status, "shipped")
        assert.deepStrictEqual(
          (yield* staff(fulfilments.list({ vendorId: elm.id }))).items.map(({ id }) => id),
          [rest.id]
        )

        // what comes back is known to the part that it was of
        const returns = yield* Returns
        yield* staff(fulfilments.advance(oakPart.id, { event: "deliver" }))
        const back = yield* staff(returns.request(order.id, { lines: [{ lineId: oaks, quantity: 1, reason: "other" }] }))
        yield* staff(returns.approve(back.id))
        yield* system(returns.receive(back.id, { lines: [{ lineId: oaks, restock: 1, scrap: 0 }] }))
        const [ofOak, ofElm] = yield* parts(order.id)
        assert.deepStrictEqual<unknown>([ofOak?.returnIds, ofOak?.givenBack, ofOak?.total], [[back.id], Shop.usd(2_000), Shop.usd(6_000)])
        assert.deepStrictEqual<unknown>([ofElm?.returnIds, ofElm?.givenBack], [[], Shop.usd(0)])
      })
    )

    test(
      "the people of a vendor see and send their own, and nothing else of the order, of its buyer or of the shop",
      Effect.gen(function*() {
        const desk = yield* VendorDesk
        const { elm, elms, oak, oaks, order } = yield* mixed
        yield* TestClock.adjust("1 second")
        const only = yield* Shop.place(yield* Shop.guest([elm.variantId, 1]))
        yield* TestClock.adjust("1 second")
        yield* Shop.place(yield* Shop.guest([oak.variantId, 1]), "sandbox_decline")

        const list = (as: typeof oak.as, input: { readonly open?: boolean; readonly limit?: number; readonly after?: string } = {}) =>
          as(desk.orders(input))
        const [seen] = (yield* list(oak.as)).items
        assert.deepInclude(seen, { orderId: order.id, number: order.number, state: "open", status: "unfulfilled", pieces: 3, total: Shop.usd(6_000) })
        // what nobody has paid or promised is not theirs yet
        assert.lengthOf((yield* list(oak.as)).items, 1)
        const first = yield* list(elm.as, { limit: 1 })
        const second = yield* list(elm.as, { limit: 1, after: first.nextCursor ?? "" })
        assert.deepStrictEqual<unknown>([...first.items, ...second.items].map(({ orderId }) => orderId), [only.order.id, order.id])
        assert.isNull(second.nextCursor)

        const part = yield* oak.as(desk.order(order.id))
        assert.deepStrictEqual<unknown>(part.lines.map(({ id, quantity }) => [id, quantity]), [[oaks, 3]])
        assert.deepStrictEqual<unknown>(part.shippingAddress, Shop.address)
        const told = JSON.stringify(part)
        for (const secret of ["ada@example.com", elms, elm.id, elm.productId, "payment", "email", "phone", "555 0100", "trace", "Mug"]) {
          assert.notInclude(told, secret)
        }
        // a line of another seller is no line
        assert.deepStrictEqual(
          yield* Effect.flip(oak.as(desk.send(order.id, { lines: [{ lineId: elms, quantity: 1 }] }))),
          yield* Effect.flip(oak.as(desk.send(order.id, { lines: [{ lineId: "oli_01jd5m8x2vf6grc1x7e9w0b3qk", quantity: 1 }] })))
        )
        const sent = yield* oak.as(desk.send(order.id))
        assert.deepStrictEqual<unknown>(sent.lines, [{ lineId: oaks, quantity: 3 }])
        assert.strictEqual(yield* tagOf(elm.as(advance(sent.id, "ship"))), "FulfilmentNotFound")
        assert.strictEqual((yield* oak.as(advance(sent.id, "ship"))).status, "shipped")
        assert.strictEqual((yield* oak.as(desk.order(order.id))).status, "shipped")
        assert.strictEqual((yield* elm.as(desk.order(order.id))).status, "unfulfilled")
        assert.deepStrictEqual((yield* list(oak.as, { open: true })).items, [])
        assert.lengthOf((yield* list(oak.as, { open: false })).items, 1)

        // every other door is closed
        const [orders, fulfilments, returns, catalog, inventory] = [
          yield* Orders,
          yield* Fulfilments,
          yield* Returns,
          yield* Catalog,
          yield* Inventory
        ]
        for (const ask of [orders.list(), fulfilments.list(), returns.list(), inventory.list(), orders.stats()]) {
          assert.strictEqual(yield* tagOf(oak.as(ask as Effect.Effect<unknown, { readonly _tag: string }>)), "Forbidden")
        }
        assert.strictEqual(yield* tagOf(oak.as(orders.get(order.id))), "OrderNotFound")
        assert.strictEqual(yield* tagOf(oak.as(orders.timeline(order.id))), "OrderNotFound")
        assert.strictEqual(yield* tagOf(oak.as(catalog.updateProduct(oak.productId, { title: "Mine" }))), "Forbidden")
        assert.strictEqual(yield* tagOf(oak.as(desk.order(only.order.id))), "OrderNotFound")
        assert.strictEqual(yield* tagOf(oak.as(desk.send(only.order.id))), "OrderNotFound")

        // and who tried is in the audit log
        yield* Effect.flatMap(Jobs, (jobs) => jobs.drain)
        const { items } = yield* system(Effect.flatMap(AuditLog, (audit) => audit.list({ action: "authz.denied" })))
        assert.includeMembers<string>(items.map(({ subject }) => subject), [only.order.id, sent.id])
      })
    )

    test(
      "where it goes is theirs to know only while something of theirs is to be shipped",
      Effect.gen(function*() {
        const desk = yield* VendorDesk
        const cancellations = yield* Cancellations
        const { elm, elms, oak, order } = yield* mixed
        const address = ({ as }: typeof oak, id: string) => as(Effect.map(desk.order(id), ({ shippingAddress }) => shippingAddress))
        const pdf = yield* Shop.product({ title: "Plans", requiresShipping: false })
        yield* staff(Effect.flatMap(Catalog, (catalog) => catalog.updateProduct(pdf.productId, { vendorId: oak.id })))
        const plans = yield* Shop.place(yield* Shop.guest([pdf.variantId, 1], [elm.variantId, 1]))
        assert.isNull(yield* address(oak, plans.order.id))
        assert.isNotNull(yield* address(elm, plans.order.id))
        yield* system(cancellations.cancel(order.id, { lines: [{ lineId: elms, quantity: 2 }] }))
        assert.isNull(yield* address(elm, order.id))
        assert.isNotNull(yield* address(oak, order.id))
        yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(order.id)))
        assert.isNull(yield* address(oak, order.id))
      })
    )

    test(
      "a part of the order that is sent by others is answered as one that there is not",
      Effect.gen(function*() {
        const desk = yield* VendorDesk
        const [oak, elm] = [yield* seller("Oak"), yield* seller("Elm")]
        yield* staff(Effect.flatMap(Catalog, (catalog) => catalog.updateProduct(elm.productId, { shippingClass: "bulky" })))
        yield* system(Effect.flatMap(Shipping, (shipping) =>
          Effect.forEach(["bulky", "standard"], (kind) => shipping.create({ name: kind, price: Shop.usd(1), shippingClasses: [kind] }))))
        const buyer = yield* Shop.guest([oak.variantId, 1], [elm.variantId, 1])
        const chosen = yield* Actor.as(buyer.actor)(Effect.flatMap(Carts, (carts) =>
          carts.update(buyer.cart.id, {
            shippingChoices: (buyer.cart.shippingParts ?? []).map(({ id, options }) => ({
              part: id,
              shippingMethodId: options.find(({ name }) => name === id)?.id ?? ""
            }))
          })))
        const { order } = yield* Shop.place({ ...buyer, cart: chosen })
        assert.deepStrictEqual(order.shipping?.parts?.map(({ id }) => id), ["bulky", "standard"])
        const refused = (part: string) =>
          Effect.map(Effect.flip(oak.as(desk.send(order.id, { part }))), (error) => error._tag === "InvalidInput" ? error.faults : error)
        const foreign = yield* refused("bulky")
        assert.deepStrictEqual(foreign, yield* refused("nothing"))
        assert.notInclude(JSON.stringify(foreign), "bulky")
        assert.strictEqual((yield* oak.as(desk.send(order.id, { part: "standard" }))).part?.id, "standard")
        assert.strictEqual((yield* elm.as(desk.send(order.id))).part?.id, "bulky")
      })
    )

    test(
      "they say by which number a parcel is followed, and put no address into the mails of the shop",
      Effect.gen(function*() {
        const desk = yield* VendorDesk
        const { oak, order } = yield* mixed
        const { id } = yield* oak.as(desk.send(order.id))
        yield* oak.as(advance(id, "ship"))
        const wrong = [
          follow(id, "OWL 7", { url: "https://evil.example" }),
          follow(id, "evil.example"),
          follow(id, "OWL 7", { carrier: "https://evil.example" }),
          follow(id, "OWL 7", { carrier: "www.evil.example" }),
          follow(id, "owl@evil")
        ]
        for (const ask of wrong) assert.strictEqual(yield* tagOf(oak.as(ask)), "InvalidInput")
        assert.strictEqual(yield* tagOf(oak.as(desk.advance(id, {}))), "InvalidInput")
        const followed = Effect.map(oak.as(follow(id, "OWL 7", { carrier: "Dr. Owl & Sons" })), ({ tracking }) => tracking)
        assert.deepStrictEqual(yield* followed, [{ carrier: "Dr. Owl & Sons", number: "OWL 7", url: null }])
        // what the shop's own carrier has made for the number stays
        const url = "https://owlpost.example.com/OWL-7"
        yield* system(Effect.flatMap(Fulfilments, (all) => all.learn(id, { tracking: [{ carrier: "Owl Post", number: "OWL 7", url }] })))
        assert.deepStrictEqual(yield* followed, [{ carrier: "Dr. Owl & Sons", number: "OWL 7", url }])
        assert.deepInclude((yield* oak.as(follow(id, "OWL 8"))).tracking[0], { url: null })
      })
    )

    test(
      "they bring their parcels into states that a plug-in has added, where these need no more than selling",
      Effect.gen(function*() {
        const states = yield* FulfilmentStates
        const desk = yield* VendorDesk
        const title = { en: "Some state" }
        yield* states.add({ name: "taped", base: "packed", title })
        yield* states.add({ name: "approved", base: "packed", permission: "vendors:write", title })
        const { elm, oak, order } = yield* mixed
        const { id } = yield* oak.as(desk.send(order.id))
        yield* oak.as(desk.advance(id, { event: "pack" }))
        assert.strictEqual(yield* tagOf(elm.as(desk.changeState(id, { state: "taped" }))), "FulfilmentNotFound")
        assert.strictEqual(yield* tagOf(oak.as(desk.changeState(id, { state: "approved" }))), "Forbidden")
        assert.strictEqual((yield* oak.as(desk.changeState(id, { state: "taped" }))).state, "taped")
        assert.deepStrictEqual((yield* oak.as(desk.order(order.id))).fulfilments.map(({ state }) => state), ["taped"])
      })
    )

    test(
      "who sends too early is not told by which state of the order, where that is for staff only",
      Effect.gen(function*() {
        const states = yield* OrderStates
        const desk = yield* VendorDesk
        const orders = yield* Orders
        yield* states.add({ name: "customs_cleared", base: "processing", to: ["shipped"], required: true, title: { en: "Cleared" } })
        const { oak, order } = yield* mixed
        const { id } = yield* oak.as(desk.send(order.id))
        const refused = yield* Effect.flip(oak.as(advance(id, "ship")))
        assert.deepInclude(refused, { _tag: "IllegalTransition", machine: "order", state: "processing", event: "ship" })
        assert.notInclude(JSON.stringify(refused), "customs_cleared")
        assert.notInclude(refused.message, "customs_cleared")
        yield* staff(orders.changeState(order.id, { state: "customs_cleared" }))
        assert.strictEqual((yield* oak.as(advance(id, "ship"))).status, "shipped")
      })
    )

    test(
      "of their own products they see no attributes that are for staff only, and find none by them",
      Effect.gen(function*() {
        const desk = yield* VendorDesk
        const catalog = yield* Catalog
        const attributes = yield* Attributes
        const oak = yield* seller("Oak")
        yield* system(attributes.create({ code: "colour", title: "Colour", type: "text", filterable: true }))
        yield* system(attributes.create({ code: "margin", title: "Margin", type: "number", filterable: true, shown: false }))
        yield* system(attributes.create({ code: "batch", title: "Batch", type: "text", of: "variant", shown: false }))
        const { id, variants: [variant] } = yield* system(catalog.getProduct(oak.productId))
        yield* system(catalog.updateProduct(id, { attributes: { colour: "oak", margin: 70 } }))
        yield* system(catalog.updateVariant(id, variant?.id ?? "", { attributes: { batch: "B-7" } }))
        const seen = yield* oak.as(desk.product(id))
        assert.deepStrictEqual(seen.attributes, { colour: "oak" })
        assert.notInclude(JSON.stringify(seen), "margin")
        assert.notInclude(JSON.stringify(seen), "B-7")
        assert.strictEqual(yield* tagOf(oak.as(desk.products({ attributes: ["margin:50.."] }))), "InvalidInput")
        assert.deepInclude((yield* system(catalog.getProduct(id))).attributes, { margin: 70 })
      })
    )

    test(
      "of bundles that others sell they see their own pieces, and nothing of the others or of the buyer",
      Effect.gen(function*() {
        const desk = yield* VendorDesk
        const fulfilments = yield* Fulfilments
        const catalog = yield* Catalog
        const oak = yield* seller("Oak")
        const elm = yield* seller("Elm")
        const parts = [{ variantId: oak.variantId as never, quantity: 2 }, { variantId: elm.variantId as never, quantity: 1 }]
        const shops = yield* Shop.product({ title: "Kitchen", price: Shop.usd(5_000), bundle: { parts } })
        const elms = yield* Shop.product({ title: "Two woods", price: Shop.usd(4_000), bundle: { parts } })
        yield* staff(catalog.updateProduct(elms.productId, { vendorId: elm.id }))
        yield* Shop.place(yield* Shop.guest([shops.variantId, 1]), "sandbox_decline")
        yield* TestClock.adjust("1 second")
        const { order } = yield* Shop.place(yield* Shop.guest([shops.variantId, 2], [elms.variantId, 1]))
        yield* TestClock.adjust("1 second")
        const { order: own } = yield* Shop.place(yield* Shop.guest([oak.variantId, 1]))

        const list = (input: { readonly open?: boolean; readonly limit?: number; readonly after?: string } = {}) => oak.as(desk.orders(input))
        const listed = (yield* list()).items
        assert.deepStrictEqual<unknown>(
          listed.map(({ orderId, pieces, status, supplied }) => [orderId, pieces, supplied, status]),
          [[own.id, 1, 0, "unfulfilled"], [order.id, 0, 6, "not_required"]]
        )
        const first = yield* list({ limit: 1 })
        assert.deepStrictEqual<unknown>((yield* list({ limit: 1, after: first.nextCursor ?? "" })).items.map(({ orderId }) => orderId), [order.id])

        const part = yield* oak.as(desk.order(order.id))
        assert.deepStrictEqual<unknown>([part.lines, part.shippingAddress, part.fulfilments, part.total], [[], null, [], Shop.usd(0)])
        assert.deepStrictEqual<unknown>(part.supplies, [{
          variantId: oak.variantId,
          productId: oak.productId,
          title: "Oak's board",
          variantTitle: "Oak's board",
          sku: null,
          quantity: 6,
          cancelled: 0,
          packed: 0
        }])
        const told = JSON.stringify(part)
        for (const secret of [elm.id, elm.variantId, "Elm", "Kitchen", "Two woods", shops.variantId, "Lovelace", "ada@example.com"]) {
          assert.notInclude(told, secret)
        }
        // whoever sells a bundle sees what is packed for it, and its own parts are not told twice
        const whole = yield* elm.as(desk.order(order.id))
        assert.deepStrictEqual<unknown>(whole.lines.map(({ parts }) => parts?.map(({ quantity, title }) => [title, quantity])), [
          [["Oak's board", 2], ["Elm's board", 1]]
        ])
        assert.deepStrictEqual<unknown>(whole.supplies.map(({ quantity }) => quantity), [2])

        // what others sell is sent by them
        assert.strictEqual(yield* tagOf(oak.as(desk.send(order.id))), "ExceedsOrdered")
        assert.lengthOf((yield* list({ open: true })).items, 2)
        const lineOf = (variantId: string) => order.lines.find((line) => line.variantId === variantId)?.id ?? ("" as never)
        yield* staff(fulfilments.create(order.id, { lines: [{ lineId: lineOf(shops.variantId), quantity: 1 }] }))
        yield* staff(Effect.flatMap(Cancellations, (cancellations) =>
          cancellations.cancel(order.id, { lines: [{ lineId: lineOf(shops.variantId), quantity: 1 }] })))
        assert.deepInclude((yield* oak.as(desk.order(order.id))).supplies[0], { quantity: 6, cancelled: 2, packed: 2 })
        yield* elm.as(desk.send(order.id))
        assert.deepInclude((yield* oak.as(desk.order(order.id))).supplies[0], { quantity: 6, cancelled: 2, packed: 4 })
        assert.deepStrictEqual<unknown>((yield* list({ open: true })).items.map(({ orderId }) => orderId), [own.id])
        assert.deepStrictEqual<unknown>((yield* list({ open: false })).items.map(({ orderId, supplied }) => [orderId, supplied]), [[order.id, 4]])

        // frozen: whose it is from now on has nothing to do with it
        yield* staff(catalog.updateProduct(oak.productId, { vendorId: elm.id }))
        assert.lengthOf((yield* list()).items, 2)
        const mug = yield* Shop.product({ title: "Mug", stock: 10 })
        const { order: none } = yield* Shop.place(yield* Shop.guest([mug.variantId, 1]))
        assert.strictEqual(yield* tagOf(oak.as(desk.order(none.id))), "OrderNotFound")
      })
    )

    test(
      "their own products and stock, and those of nobody else",
      Effect.gen(function*() {
        const desk = yield* VendorDesk
        const [oak, elm] = [yield* seller("Oak"), yield* seller("Elm")]
        const { items } = yield* oak.as(desk.products())
        assert.deepStrictEqual<unknown>(items.map(({ id }) => id), [oak.productId])
        assert.strictEqual((yield* oak.as(desk.product(oak.productId))).id as string, oak.productId)
        assert.strictEqual(yield* tagOf(oak.as(desk.product(elm.productId))), "ProductNotFound")
        const level = (variantId: string) => oak.as(Effect.map(desk.stock(variantId), (levels) => levels.map(({ onHand }) => onHand)))
        assert.deepStrictEqual(yield* level(oak.variantId), [10])
        assert.strictEqual(yield* tagOf(level(elm.variantId)), "VariantNotFound")
        const [place] = yield* oak.as(desk.stock(oak.variantId))
        const adjust = (...variantIds: ReadonlyArray<string>) =>
          oak.as(desk.adjustStock({
            adjustments: variantIds.map((variantId) => ({ variantId, locationId: place?.locationId ?? "", delta: 5 })),
            reason: "Came in"
          } as never))
        assert.strictEqual(yield* tagOf(adjust(oak.variantId, elm.variantId)), "VariantNotFound")
        assert.deepStrictEqual(yield* level(oak.variantId), [10])
        yield* adjust(oak.variantId)
        assert.deepStrictEqual(yield* level(oak.variantId), [15])
      })
    )

    test(
      "vendors that send at the same time all send their own, and no piece twice",
      Effect.gen(function*() {
        const desk = yield* VendorDesk
        const { elm, oak, order } = yield* mixed
        const tries = yield* Effect.forEach(
          [oak, elm, oak, elm, oak, elm],
          ({ as }) => Effect.result(as(desk.send(order.id))),
          { concurrency: "unbounded" }
        )
        for (const one of tries) {
          if (one._tag === "Failure") assert.include(["ExceedsOrdered", "VersionConflict", "StorageError"], one.failure._tag)
        }
        for (const { as } of [oak, elm]) yield* Effect.exit(as(desk.send(order.id)))
        const sent = yield* staff(Effect.flatMap(Fulfilments, (fulfilments) => fulfilments.ofOrder(order.id)))
        const pieces = (vendorId: string) =>
          sent.filter((one) => one.vendorId === vendorId).flatMap(({ lines }) => lines).reduce((sum, { quantity }) => sum + quantity, 0)
        assert.deepStrictEqual([pieces(oak.id), pieces(elm.id)], [3, 2])
      })
    )
  })
}
