/**
 * Bundles, on any storage: what they cost and whether they can be sold follows their parts, whose pieces they are.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { Carts } from "../cart/Carts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { CatalogFiles } from "../catalog/CatalogFiles.ts"
import type { Bundle } from "../catalog/Bundle.ts"
import { DraftOrders } from "../drafts/DraftOrders.ts"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { InvalidInput } from "../kernel/Input.ts"
import { Orders } from "../orders/Orders.ts"
import { BackInStock } from "../restock/BackInStock.ts"
import { Claims } from "../returns/Claims.ts"
import { Returns } from "../returns/Returns.ts"
import { Search } from "../search/Search.ts"
import { Taxes } from "../tax/Taxes.ts"
import { Vendors } from "../vendors/Vendors.ts"
import * as Invariants from "./Invariants.ts"
import * as Mailbox from "./Mailbox.ts"
import { arriving } from "./ImportFixture.ts"
import * as Shop from "./Shop.ts"
import { usd } from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(Actor.system("test"))
const drain = staff(Effect.flatMap(Jobs, (jobs) => jobs.drain))

const sound = Effect.gen(function*() {
  yield* drain
  assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(yield* Shop.Bank) }), [])
  assert.deepStrictEqual(yield* staff(Effect.flatMap(Inventory, (inventory) => inventory.reconcile)), [])
})

const part = (variantId: string, quantity = 1) => ({ variantId, quantity }) as Bundle["parts"][number]

/** A breakfast: a mug of 700 (taxed), and two books of 1,250 (taxed less). */
const breakfast = Effect.fnUntraced(function*(
  bundle: { readonly reductionPpm?: number } = {},
  mugs = 5,
  books = 7,
  series = ""
) {
  const catalog = yield* Catalog
  const mug = yield* Shop.product({ title: "Mug", price: usd(700), stock: mugs, sku: `MUG${series}`, weightGrams: 300 })
  const { id, variants } = yield* staff(Effect.orDie(catalog.createProduct({
    title: "Book",
    taxClass: "reduced",
    variants: [{ price: usd(1_250), stock: books, sku: `BOOK${series}`, weightGrams: 200 }]
  })))
  const book = { productId: id as string, variantId: (variants[0]?.id ?? "") as string }
  const both = yield* Shop.product({
    title: "Breakfast",
    price: usd(2_999),
    bundle: { parts: [part(mug.variantId), part(book.variantId, 2)], ...bundle }
  })
  return { mug, book, both }
})

const taxed = Effect.gen(function*() {
  const taxes = yield* Taxes
  yield* taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 190_000 })
  yield* taxes.create({ name: "Less", taxClass: "reduced", ratePpm: 70_000 })
}).pipe(staff, Effect.orDie)

const page = (productId: string) => Effect.flatMap(Catalog, (catalog) => staff(Effect.orDie(catalog.getProduct(productId))))

const onlyVariant = (productId: string) => Effect.map(page(productId), ({ variants }) => variants[0] ?? assert.fail("no variant"))

const stocks = (...ids: ReadonlyArray<string>) =>
  Effect.forEach(ids, (id) => Effect.map(Shop.stockOf(id), ({ available, onHand }) => [onHand, available]))

const slugs = (filter: object) =>
  Effect.map(
    Effect.flatMap(Catalog, (catalog) => Effect.orDie(catalog.listProducts({ sort: "title", ...filter }))),
    ({ items }) => items.map(({ slug }) => slug)
  )

export const bundleSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      const settings = {
        apiUrl: "https://shop.example.com/api/v1",
        marketing: { quietHours: null, perDay: { email: null, sms: null, push: null } }
      }
      return Effect.andThen(Shop.ships, body(mailbox)).pipe(
        Effect.provide(Layer.provide(Shop.layer(harness.storage(), { store: { settings } }), Mailbox.layer(mailbox)))
      )
    })

  describe(`bundles on ${harness.name}`, () => {
    test("are there as often as their parts allow, on pages, in lists and in facets", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const { book, both, mug } = yield* breakfast()
        const shown = yield* onlyVariant(both.productId)
        assert.strictEqual(shown.available, 3)
        assert.deepStrictEqual(shown.parts, [
          { ...part(mug.variantId), productId: mug.productId as never, title: "Mug", sku: "MUG", available: 5, problem: null },
          { ...part(book.variantId, 2), productId: book.productId as never, title: "Book", sku: "BOOK", available: 7, problem: null }
        ])
        assert.isFalse(shown.trackStock)
        assert.deepStrictEqual(yield* slugs({ available: true }), ["book", "breakfast", "mug"])
        const set = (variantId: string, onHand: number) =>
          staff(inventory.adjust({ adjustments: [{ variantId: variantId as never, onHand }], reason: "counted" }))
        yield* set(book.variantId, 1)
        assert.strictEqual((yield* onlyVariant(both.productId)).available, 0)
        assert.deepStrictEqual(yield* slugs({ available: true }), ["book", "mug"])
        const { facets } = yield* Effect.flatMap(Search, (search) => search.facets({}))
        assert.strictEqual(facets.find(({ name }) => name === "available")?.values.find(({ value }) => value === "true")?.count, 2)
        // what may be sold beyond what is there counts
        yield* staff(Effect.flatMap(Catalog, (catalog) => catalog.updateVariant(book.productId, book.variantId, { backorderLimit: 5 })))
        assert.strictEqual((yield* onlyVariant(both.productId)).available, 3)
        assert.deepStrictEqual(yield* slugs({ available: true }), ["book", "breakfast", "mug"])
      }))

    test("cost what is set by hand, or what their parts cost less a part of it, from the moment in which these change", () =>
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const { book, both, mug } = yield* breakfast({ reductionPpm: 100_000 })
        assert.deepStrictEqual((yield* onlyVariant(both.productId)).price, usd(2_880))
        const byHand = yield* Shop.product({ title: "By hand", price: usd(1), bundle: { parts: [part(mug.variantId)] } })
        yield* TestClock.adjust("1 hour")
        yield* staff(catalog.updateVariant(book.productId, book.variantId, { price: usd(1_251) }))
        const after = yield* page(both.productId)
        // 0.9 * 3,202 = 2,881.8
        assert.deepStrictEqual([after.variants[0]?.price, after.version], [usd(2_882), 2])
        assert.deepStrictEqual((yield* onlyVariant(byHand.productId)).price, usd(1))
        const { items } = yield* catalog.listProducts({ sort: "-price", limit: 1 })
        assert.deepStrictEqual([items[0]?.slug, items[0]?.priceFrom], ["breakfast", usd(2_882)])
        // what it consists of may change, and its price with it
        const changed = yield* staff(catalog.updateVariant(both.productId, both.variantId, {
          bundle: { parts: [part(mug.variantId, 3)], reductionPpm: 0 }
        }))
        assert.deepStrictEqual(changed.variants[0]?.price, usd(2_100))
        assert.strictEqual((yield* onlyVariant(both.productId)).available, 1)
        yield* staff(catalog.updateVariant(book.productId, book.variantId, { price: usd(9_999) }))
        assert.deepStrictEqual((yield* onlyVariant(both.productId)).price, usd(2_100))
        // a bundle of other variants of its own product follows these in the same change
        const { id, variants } = yield* staff(catalog.createProduct({
          title: "Soap",
          options: [{ name: "Pack", values: ["1"] }],
          variants: [{ price: usd(300), stock: 9, optionValues: ["1"] }]
        }))
        const soap = variants[0]?.id ?? assert.fail("no variant")
        yield* staff(catalog.createVariant(id, { price: usd(0), optionValues: ["3"], bundle: { parts: [part(soap, 3)], reductionPpm: 50_000 } }))
        const dearer = yield* staff(catalog.updateVariant(id, soap, { price: usd(400) }))
        assert.deepStrictEqual(dearer.variants.map(({ price }) => price), [usd(400), usd(1_140)])
        assert.strictEqual((yield* page(id)).version, dearer.version)
      }))

    test("all follow a part, however many of them there are", () =>
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const mug = yield* Shop.product({ title: "Mug", price: usd(700) })
        const lines = Array.from({ length: 201 }, (_, index) =>
          JSON.stringify({
            title: `Mugs ${index}`,
            slug: `mugs-${index}`,
            status: "active",
            variants: [{ price: usd(1_400), bundle: { parts: [part(mug.variantId, 2)], reductionPpm: 0 } }]
          }))
        const files = yield* CatalogFiles
        const { products } = yield* staff(files.importProducts(arriving(lines.join("\n"), 10_000), { format: "json" }))
        assert.strictEqual(products.created, 201)
        yield* TestClock.adjust("1 hour")
        yield* staff(catalog.updateVariant(mug.productId, mug.variantId, { price: usd(800) }))
        const found = yield* Effect.forEach([0, 99, 100, 150, 200], (index) => page(`mugs-${index}`))
        assert.deepStrictEqual(found.map(({ variants, version }) => [variants[0]?.price.amount, version]), Array.from({ length: 5 }, () => [1_600, 2]))
        const { items } = yield* catalog.listProducts({ sort: "price", limit: 2 })
        assert.deepStrictEqual(items.map(({ priceFrom }) => priceFrom), [usd(800), usd(1_600)])
      }))

    test("consist of no bundles, gift cards or what the shop does not have, and are bundles from the start", () =>
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const { both, mug } = yield* breakfast()
        const card = yield* Shop.product({ title: "Card", giftCard: true, stock: 0 })
        const refusal = (bundle: object, more: object = {}) =>
          staff(catalog.createProduct({ title: "Bad", variants: [{ price: usd(1), bundle: bundle as never, ...more }] })).pipe(
            Effect.flip,
            Effect.map((error) => error instanceof InvalidInput ? error.faults.map(({ message, path }) => `${path.join(".")} ${message}`) : error)
          )
        const at = (index: number) => `variants.0.bundle.parts.${index}.variantId`
        assert.deepStrictEqual(yield* refusal({ parts: [part(mug.variantId), part(both.variantId)] }), [`${at(1)} is a bundle itself`])
        assert.deepStrictEqual(yield* refusal({ parts: [part(card.variantId)] }), [`${at(0)} is a gift card`])
        assert.deepStrictEqual(yield* refusal({ parts: [part("var_00000000000000000000000000")] }), [`${at(0)} is no variant of this shop`])
        assert.deepStrictEqual(yield* refusal({ parts: [part(mug.variantId), part(mug.variantId)] }), [`${at(1)} is named twice`])
        assert.lengthOf((yield* refusal({ parts: [] })) as ReadonlyArray<string>, 1)
        assert.lengthOf((yield* refusal({ parts: [part(mug.variantId, 0)] })) as ReadonlyArray<string>, 1)
        assert.deepStrictEqual(yield* refusal({ parts: [part(mug.variantId)] }, { stock: 3 }), [
          "variants.0.stock A bundle has the stock of its parts"
        ])
        const turned = yield* Effect.flip(staff(catalog.updateVariant(mug.productId, mug.variantId, { bundle: { parts: [part(card.variantId)] } })))
        assert.include(turned.message, "of a new variant")
        const given = yield* Effect.flip(staff(catalog.updateVariant(mug.productId, mug.variantId, {
          giftCard: true, requiresShipping: false, taxable: false
        })))
        assert.include(given.message, "is a part of a bundle")
      }))

    test("are bought as their parts, whose shares of price and tax are the line, to the last cent", () =>
      Effect.gen(function*() {
        yield* taxed
        const { book, both, mug } = yield* breakfast()
        const buyer = yield* Shop.guest([both.variantId, 2], [mug.variantId, 1])
        assert.isTrue(buyer.cart.requiresShipping)
        const { order } = yield* Shop.place(buyer)
        const line = order.lines.find(({ variantId }) => variantId === both.variantId) ?? assert.fail("no line")
        assert.deepStrictEqual(line.parts?.map(({ quantity, sku }) => [sku, quantity]), [["MUG", 1], ["BOOK", 2]])
        // 5,998 by 700 to 2,500: 1,312.06 and 4,685.94, taxed 19 % and 7 %
        assert.deepStrictEqual(line.parts?.map(({ net, tax, total }) => [net.amount, tax.amount, total.amount]), [
          [1_312, 249, 1_561],
          [4_686, 328, 5_014]
        ])
        assert.deepStrictEqual(line.taxes.map(({ amount, name }) => [name, amount.amount]), [["Less", 328], ["Tax", 249]])
        assert.deepStrictEqual(line.total, usd(6_575))
        assert.deepStrictEqual(yield* stocks(mug.variantId, book.variantId), [[2, 2], [3, 3]])
        yield* sound
        const found = yield* staff(Effect.flatMap(Orders, (orders) => orders.list({ search: "book" })))
        assert.deepStrictEqual(found.items.map(({ id }) => id), [order.id])
      }))

    test("are picked, cancelled and taken back as their parts", () =>
      Effect.gen(function*() {
        const fulfilments = yield* Fulfilments
        const returns = yield* Returns
        const { book, both, mug } = yield* breakfast({ reductionPpm: 0 })
        const { order } = yield* Shop.place(yield* Shop.guest([both.variantId, 3]))
        const lineId = order.lines[0]?.id ?? assert.fail("no line")
        yield* drain
        const { open } = yield* staff(fulfilments.progress(order.id))
        assert.deepStrictEqual(open.map(({ locationId, picks = [], quantity }) =>
          [quantity, locationId !== null, picks.map((pick) => [pick.sku, pick.quantity])]), [[3, true, [["MUG", 3], ["BOOK", 6]]]])
        yield* staff(Effect.flatMap(Cancellations, (cancellations) => cancellations.cancel(order.id, { lines: [{ lineId, quantity: 1 }] })))
        assert.deepStrictEqual(yield* stocks(mug.variantId, book.variantId), [[3, 3], [3, 3]])
        yield* sound
        const parcel = yield* staff(fulfilments.create(order.id))
        assert.deepStrictEqual([parcel.lines, parcel.locationId !== null], [[{ lineId, quantity: 2 }], true])
        yield* staff(fulfilments.advance(parcel.id, { event: "ship" }))
        const { id } = yield* staff(returns.request(order.id, { lines: [{ lineId, quantity: 2, reason: "changed_mind" }] }))
        yield* staff(returns.approve(id))
        const received = yield* staff(returns.receive(id, { lines: [{ lineId, restock: 1, scrap: 1 }] }))
        assert.deepStrictEqual(received.amount, usd(6_400))
        assert.deepStrictEqual(yield* stocks(mug.variantId, book.variantId), [[4, 4], [5, 5]])
        yield* staff(returns.refund(id))
        yield* sound
        const { order: other } = yield* Shop.place(yield* Shop.guest([both.variantId, 2]))
        assert.deepStrictEqual(yield* stocks(mug.variantId, book.variantId), [[2, 2], [1, 1]])
        yield* staff(Effect.flatMap(Orders, (orders) => orders.cancel(other.id)))
        yield* sound
        assert.deepStrictEqual(yield* stocks(mug.variantId, book.variantId), [[4, 4], [5, 5]])
      }))

    test("take all of their parts or none, whoever buys at once, and never more than there are", () =>
      Effect.gen(function*() {
        const { book, both, mug } = yield* breakfast({}, 6, 9)
        const buyers = yield* Effect.forEach([0, 1, 2, 3, 4, 5, 6, 7], (index) =>
          Shop.guest(index % 2 === 0 ? [both.variantId, 1] : [index % 4 === 1 ? mug.variantId : book.variantId, 2]))
        const outcomes = yield* Effect.forEach(buyers, (buyer) => Effect.result(Shop.place(buyer)), { concurrency: "unbounded" })
        const orders = outcomes.flatMap((outcome) => outcome._tag === "Success" ? [outcome.success.order] : [])
        for (const outcome of outcomes) if (outcome._tag === "Failure") assert.strictEqual(outcome.failure._tag, "InsufficientStock")
        let mugs = 6
        let books = 9
        for (const { lines } of orders) {
          for (const { parts, quantity, variantId } of lines) {
            mugs -= parts !== undefined ? quantity : variantId === mug.variantId ? quantity : 0
            books -= parts !== undefined ? 2 * quantity : variantId === book.variantId ? quantity : 0
          }
        }
        assert.isAtLeast(orders.length, 5)
        assert.isAtLeast(Math.min(mugs, books), 0)
        assert.deepStrictEqual(yield* stocks(mug.variantId, book.variantId), [[mugs, mugs], [books, books]])
        yield* sound
        // of the same parts in bundles and beside them there must be enough together
        const few = yield* breakfast({}, 1, 2, "2")
        const short = yield* Effect.flip(Shop.place(yield* Shop.guest([few.mug.variantId, 1], [few.both.variantId, 1])))
        assert.deepStrictEqual(short._tag === "InsufficientStock" && short.lines, [
          { variantId: few.mug.variantId as never, requested: 2, available: 1 }
        ])
        assert.deepStrictEqual(yield* stocks(few.mug.variantId, few.book.variantId), [[1, 1], [2, 2]])
      }))

    test("cannot be bought while a part is archived or gone, and say because of which", () =>
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const carts = yield* Carts
        const { book, both, mug } = yield* breakfast()
        const buyer = yield* Shop.guest([both.variantId, 1])
        const read = Effect.orDie(Actor.as(buyer.actor)(carts.get(buyer.cart.id)))
        // a part of a draft is sold in bundles alone
        yield* staff(catalog.updateProduct(mug.productId, { status: "draft" }))
        assert.deepStrictEqual((yield* read).notices, [])
        yield* staff(catalog.updateProduct(mug.productId, { status: "archived" }))
        const missing = (variantId: string, problem: "archived" | "deleted") => [{ variantId: variantId as never, problem }]
        const { lines, notices, total } = yield* read
        assert.deepStrictEqual(notices, [{ _tag: "unavailable", lineId: lines[0]?.id as never, parts: missing(mug.variantId, "archived") }])
        assert.strictEqual(total.amount, 0)
        const refused = yield* Effect.flip(Shop.place(buyer))
        assert.deepStrictEqual(refused._tag === "NotForSale" && refused.parts, missing(mug.variantId, "archived"))
        const another = yield* Shop.guest()
        const added = yield* Effect.flip(Actor.as(another.actor)(carts.addItem(another.cart.id, { variantId: both.variantId, quantity: 1 })))
        assert.include(added.message, `${mug.variantId} is archived`)
        assert.deepStrictEqual(yield* slugs({ available: true }), ["book"])
        const shown = yield* onlyVariant(both.productId)
        assert.deepStrictEqual([shown.available, shown.parts?.map(({ problem }) => problem)], [0, ["archived", null]])
        yield* staff(catalog.updateProduct(mug.productId, { status: "active" }))
        yield* staff(catalog.deleteProduct(book.productId))
        assert.deepStrictEqual((yield* read).notices, [
          { _tag: "unavailable", lineId: lines[0]?.id as never, parts: missing(book.variantId, "deleted") }
        ])
        assert.deepStrictEqual(yield* slugs({ available: true }), ["mug"])
        // what else is said of it can still be changed
        yield* staff(catalog.updateVariant(both.productId, both.variantId, { sku: "BOTH" }))
        assert.strictEqual((yield* onlyVariant(both.productId)).parts?.[1]?.problem, "deleted")
      }))

    test("cannot be bought while the vendor of a part is suspended", () =>
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const vendors = yield* Vendors
        const { both, mug } = yield* breakfast()
        const { id } = yield* staff(vendors.create({ name: "Potter" }))
        yield* staff(catalog.updateProduct(mug.productId, { vendorId: id }))
        const buyer = yield* Shop.guest([both.variantId, 1])
        yield* staff(vendors.update(id, { status: "suspended" }))
        const refused = yield* Effect.flip(Shop.place(buyer))
        assert.deepStrictEqual(refused._tag === "NotForSale" && refused.parts, [{ variantId: mug.variantId as never, problem: "suspended" }])
        assert.deepStrictEqual(yield* slugs({ available: true }), ["book"])
        const shown = yield* onlyVariant(both.productId)
        assert.deepStrictEqual([shown.available, shown.parts?.map(({ problem }) => problem)], [0, ["suspended", null]])
        yield* staff(vendors.update(id, { status: "active" }))
        yield* Shop.place(buyer)
        yield* sound
      }))

    test("are held by drafts, and go into orders by edits, as their parts", () =>
      Effect.gen(function*() {
        const drafts = yield* DraftOrders
        const edits = yield* OrderEdits
        const { book, both, mug } = yield* breakfast()
        const draft = yield* staff(drafts.create({
          email: "ada@example.com",
          shippingAddress: Shop.address,
          lines: [{ variantId: both.variantId as never, quantity: 2 }]
        }))
        yield* staff(drafts.reserve(draft.id, { minutes: 60 }))
        assert.deepStrictEqual(yield* stocks(mug.variantId, book.variantId), [[5, 3], [7, 3]])
        yield* staff(drafts.delete(draft.id))
        assert.deepStrictEqual(yield* stocks(mug.variantId, book.variantId), [[5, 5], [7, 7]])
        const { order } = yield* Shop.place(yield* Shop.guest([mug.variantId, 1]))
        yield* drain
        const plan = yield* staff(edits.preview(order.id, { add: [{ variantId: both.variantId as never, quantity: 2 }] }))
        assert.deepStrictEqual(new Set(plan.stock.map(({ change, variantId }) => `${variantId} ${change}`)), new Set([
          `${mug.variantId} -2`,
          `${book.variantId} -4`
        ]))
        const { order: edited } = yield* staff(edits.apply(order.id, { add: [{ variantId: both.variantId as never, quantity: 2 }] }))
        assert.deepStrictEqual(yield* stocks(mug.variantId, book.variantId), [[2, 2], [3, 3]])
        const lineId = edited.lines.find(({ parts }) => parts !== undefined)?.id ?? assert.fail("no line")
        yield* staff(edits.apply(order.id, { lines: [{ lineId, quantity: 1 }] }))
        assert.deepStrictEqual(yield* stocks(mug.variantId, book.variantId), [[3, 3], [5, 5]])
      }))

    test("of which a draft was priced are not sold once they consist of something else, until it is priced again", () =>
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const drafts = yield* DraftOrders
        yield* taxed
        const { book, both, mug } = yield* breakfast()
        const lamp = yield* Shop.product({ title: "Lamp", price: usd(500), stock: 9, sku: "LAMP" })
        const consists = (...parts: Bundle["parts"]) =>
          staff(catalog.updateVariant(both.productId, both.variantId, { bundle: { parts } }))
        const draft = yield* staff(drafts.create({
          email: "ada@example.com",
          shippingAddress: Shop.address,
          shipping: { name: "Ours", price: usd(0) },
          lines: [{ variantId: both.variantId as never, quantity: 1 }]
        }))
        yield* staff(drafts.reserve(draft.id, { minutes: 60 }))
        const complete = Effect.flatMap(staff(drafts.get(draft.id)), ({ total, version }) =>
          staff(drafts.complete(draft.id, { version, expectedTotal: total, payment: "later" })))
        for (
          const parts of [
            [part(mug.variantId), part(book.variantId, 2), part(lamp.variantId)],
            [part(mug.variantId)],
            [part(mug.variantId), part(lamp.variantId, 2)],
            [part(mug.variantId), part(book.variantId, 1)]
          ]
        ) {
          yield* consists(...parts)
          const refused = yield* Effect.flip(complete)
          assert.deepStrictEqual(refused._tag === "NotForSale" && refused.variantIds, [both.variantId])
        }
        yield* consists(part(lamp.variantId), part(mug.variantId))
        const { version } = yield* staff(drafts.get(draft.id))
        yield* staff(drafts.update(draft.id, { version, note: "With a lamp" }))
        assert.deepStrictEqual(yield* stocks(mug.variantId, book.variantId, lamp.variantId), [[5, 4], [7, 7], [9, 8]])
        // the same pieces in another order are the same bundle
        yield* consists(part(mug.variantId), part(lamp.variantId))
        const { lines: [line] } = yield* complete
        // 2,999 by 700 to 500
        assert.deepStrictEqual(line?.parts?.map(({ net, sku }) => [sku, net.amount]), [["MUG", 1_749], ["LAMP", 1_250]])
        assert.deepStrictEqual(yield* staff(Effect.flatMap(Inventory, (inventory) => inventory.reconcile)), [])
      }))

    test("stay what they were in orders, whatever they consist of by now", () =>
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const claims = yield* Claims
        const edits = yield* OrderEdits
        const { book, both, mug } = yield* breakfast()
        const lamp = yield* Shop.product({ title: "Lamp", price: usd(500), stock: 9, sku: "LAMP" })
        const { order } = yield* Shop.place(yield* Shop.guest([both.variantId, 2]))
        const { order: sent } = yield* Shop.place(yield* Shop.guest([both.variantId, 1]))
        yield* drain
        const lineId = order.lines[0]?.id ?? assert.fail("no line")
        const parcel = yield* staff(Effect.flatMap(Fulfilments, (fulfilments) => fulfilments.create(sent.id)))
        yield* staff(Effect.flatMap(Fulfilments, (fulfilments) => fulfilments.advance(parcel.id, { event: "ship" })))
        const claim = yield* staff(claims.open(sent.id, { lines: [{ lineId: sent.lines[0]?.id as never, quantity: 1, reason: "damaged" }] }))
        const consists = (...parts: Bundle["parts"]) =>
          staff(catalog.updateVariant(both.productId, both.variantId, { bundle: { parts } }))
        yield* consists(part(mug.variantId), part(lamp.variantId))
        const before = yield* stocks(mug.variantId, book.variantId, lamp.variantId)
        const discount = { type: "rate", ratePpm: 100_000, reason: "kind" } as const
        for (const line of [{ lineId, quantity: 2, discount }, { lineId, quantity: 3 }]) {
          const refused = yield* Effect.flip(staff(edits.apply(order.id, { lines: [line] })))
          assert.deepStrictEqual(refused._tag === "NotForSale" && refused.variantIds, [both.variantId])
        }
        const refused = yield* Effect.flip(staff(claims.replace(claim.id)))
        assert.deepStrictEqual(refused._tag === "NotForSale" && refused.variantIds, [both.variantId])
        assert.deepStrictEqual(yield* stocks(mug.variantId, book.variantId, lamp.variantId), before)
        yield* consists(part(book.variantId, 2), part(mug.variantId))
        const { order: edited } = yield* staff(edits.apply(order.id, { lines: [{ lineId, quantity: 2, discount }] }))
        const line = edited.lines.find(({ cancelled, quantity }) => quantity > cancelled)
        assert.deepStrictEqual(line?.parts?.map(({ quantity, sku }) => [sku, quantity]), [["BOOK", 2], ["MUG", 1]])
        // staff may send what the bundle is today
        yield* consists(part(lamp.variantId))
        yield* staff(claims.replace(claim.id, { items: [{ variantId: both.variantId as never, quantity: 1 }] }))
        assert.deepStrictEqual((yield* stocks(lamp.variantId))[0], [8, 8])
      }))

    test("are told of once the last missing piece of a part is there", (mailbox) =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const { book, both } = yield* breakfast({}, 5, 0)
        yield* Actor.as(Actor.guest())(Effect.flatMap(BackInStock, (waiting) =>
          waiting.wait(both.productId, { email: "eve@example.com" })))
        const came = (delta: number) => Effect.andThen(
          staff(inventory.adjust({ adjustments: [{ variantId: book.variantId as never, delta }], reason: "came" })),
          drain
        )
        const mails = () => mailbox.mails.filter(({ text }) => text.includes("Breakfast")).length
        yield* came(1)
        assert.strictEqual(mails(), 0)
        yield* came(1)
        yield* staff(Effect.flatMap(Jobs, (jobs) => jobs.runCron("back-in-stock.bundles")))
        yield* drain
        assert.strictEqual(mails(), 1)
        yield* came(-2)
        yield* came(2)
        yield* staff(Effect.flatMap(Jobs, (jobs) => jobs.runCron("back-in-stock.bundles")))
        yield* drain
        assert.strictEqual(mails(), 1)
      }))
  })
}
