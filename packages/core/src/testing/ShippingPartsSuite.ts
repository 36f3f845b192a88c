/**
 * Goods of one order that ship apart, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { Carts } from "../cart/Carts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Checkout } from "../checkout/Checkout.ts"
import { Documents } from "../documents/Documents.ts"
import { DraftOrders } from "../drafts/DraftOrders.ts"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import type { Order, OrderLineId } from "../orders/Order.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { Promotions } from "../promotions/Promotions.ts"
import { Shipping } from "../shipping/Shipping.ts"
import type { CreateShippingMethod } from "../shipping/ShippingMethod.ts"
import { Taxes } from "../tax/Taxes.ts"
import * as Invariants from "./Invariants.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

const allIsWell = Effect.gen(function*() {
  yield* drain
  assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(yield* Shop.Bank) }), [])
  assert.deepStrictEqual(yield* system(Effect.flatMap(Inventory, (inventory) => inventory.reconcile)), [])
})

const orderNow = (id: string) => system(Effect.flatMap(Orders, (orders) => orders.get(id)))
const method = (input: typeof CreateShippingMethod.Encoded) => system(Effect.flatMap(Shipping, (shipping) => shipping.create(input)))
const everyDay = { cutOff: null, weekdays: [1, 2, 3, 4, 5, 6, 7] }

/** A book that goes by post, a sofa that a haulier brings, and a van that takes both. */
const shop = Effect.gen(function*() {
  yield* TestClock.setTime(Date.parse("2026-11-26T08:00:00.000Z"))
  const post = yield* method({
    name: "Letter",
    price: Shop.usd(399),
    shippingClasses: ["standard"],
    delivery: { minimumDays: 1, maximumDays: 2, ...everyDay }
  })
  const freight = yield* method({
    name: "Freight",
    price: Shop.usd(4_999),
    shippingClasses: ["bulky"],
    delivery: { minimumDays: 10, maximumDays: 14, ...everyDay }
  })
  const van = yield* method({ name: "Van", price: Shop.usd(3_000) })
  const book = yield* Shop.product({ title: "Book", price: Shop.usd(1_999) })
  const sofa = yield* Shop.product({ title: "Sofa", price: Shop.usd(50_000) })
  yield* system(Effect.flatMap(Catalog, (catalog) => catalog.updateProduct(sofa.productId, { shippingClass: "bulky" })))
  return { post, freight, van, book, sofa }
})

const partsOf = ({ shipping }: Pick<Order, "shipping">) => shipping?.parts ?? []

/** An order of two books by post and a sofa by freight, paid. */
const placed = Effect.gen(function*() {
  const there = yield* shop
  const buyer = yield* Shop.guest([there.book.variantId, 2], [there.sofa.variantId, 1])
  const { order, token } = yield* Shop.place(buyer)
  yield* drain
  const lineOf = (variantId: string) => order.lines.find((line) => line.variantId === variantId)?.id ?? order.lines[0]?.id as never
  return { ...there, id: order.id, order, token, bookLine: lineOf(there.book.variantId), sofaLine: lineOf(there.sofa.variantId) }
})

const cancel = (id: string, lineId: string, quantity: number) =>
  system(Effect.flatMap(Cancellations, (cancellations) => cancellations.cancel(id, { lines: [{ lineId, quantity }] })))

const taxed = system(Effect.flatMap(Taxes, (taxes) => taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 77_500 })))

export const shippingPartsSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      return Effect.suspend(() => body(mailbox)).pipe(
        Effect.provide(Shop.layer(harness.storage()).pipe(Layer.provide(Mailbox.layer(mailbox))))
      )
    })

  describe(`goods that ship apart, on ${harness.name}`, () => {
    test("are parts of the cart with the ways to send each, for which their buyer chooses", () =>
      Effect.gen(function*() {
        const carts = yield* Carts
        const { book, freight, post, sofa, van } = yield* shop
        const { actor, cart } = yield* Shop.guest([book.variantId, 1])
        // one kind of goods is one part
        assert.deepStrictEqual([cart.shippingParts, cart.pricing.shipping?.parts, cart.pricing.shipping?.name], [undefined, undefined, "Letter"])
        yield* Effect.gen(function*() {
          const both = yield* carts.addItem(cart.id, { variantId: sofa.variantId, quantity: 1 })
          const [bookLine = "", sofaLine = ""] = both.lines.map(({ id }) => id as string)
          assert.deepStrictEqual(
            both.shippingParts?.map(({ id, lineIds, options, shippingMethodId }) => [id, lineIds, shippingMethodId, options.map(({ name }) => name)]),
            [["bulky", [sofaLine], freight.id, ["Freight", "Van"]], ["standard", [bookLine], post.id, ["Letter", "Van"]]]
          )
          const { shipping } = both.pricing
          assert.deepStrictEqual([shipping?.name, both.pricing.shippingTotal], ["Freight, Letter", Shop.usd(5_398)])
          assert.deepStrictEqual(
            shipping?.parts?.map(({ estimate, id, lineIds, methodId, total, trace }) => [id, methodId, lineIds, total, estimate, trace]),
            [
              ["bulky", freight.id, [sofaLine], Shop.usd(4_999), { earliest: "2026-12-06", latest: "2026-12-10" }, [
                { source: `shipping:${freight.id}`, label: "Freight", amount: Shop.usd(4_999) }
              ]],
              ["standard", post.id, [bookLine], Shop.usd(399), { earliest: "2026-11-27", latest: "2026-11-28" }, [
                { source: `shipping:${post.id}`, label: "Letter", amount: Shop.usd(399) }
              ]]
            ]
          )
          assert.deepStrictEqual(
            (yield* carts.shippingOptions(cart.id)).map(({ name, part, price }) => [part, name, price.amount]),
            [[undefined, "Van", 3_000], ["bulky", "Freight", 4_999], ["bulky", "Van", 3_000], ["standard", "Letter", 399], ["standard", "Van", 3_000]]
          )
          // two parts by one method go together, and pay once
          const byVan = yield* carts.update(cart.id, { shippingMethodId: van.id })
          assert.deepStrictEqual([byVan.pricing.shipping?.parts, byVan.pricing.shippingTotal], [undefined, Shop.usd(3_000)])
          const same = yield* carts.update(cart.id, {
            shippingChoices: [{ part: "bulky", shippingMethodId: van.id }, { part: "standard", shippingMethodId: van.id }]
          })
          assert.deepStrictEqual([same.shippingMethodId, same.pricing.shipping], [null, byVan.pricing.shipping])
          const mixed = yield* carts.update(cart.id, { shippingChoices: [{ part: "bulky", shippingMethodId: van.id }] })
          assert.deepStrictEqual(mixed.pricing.shipping?.parts?.map(({ id, name }) => [id, name]), [["bulky", "Van"], ["standard", "Letter"]])
          assert.deepStrictEqual((yield* carts.get(cart.id)), mixed)
          // and once the sofa is out, the book goes by what was chosen for it, or the first
          const alone = yield* carts.removeItem(cart.id, sofaLine)
          assert.deepStrictEqual([alone.shippingParts, alone.pricing.shippingTotal, alone.notices], [undefined, Shop.usd(399), []])
        }).pipe(Actor.as(actor))
      }))

    test("are told of where they go by another way than was chosen, because they are in another part by now", () =>
      Effect.gen(function*() {
        const carts = yield* Carts
        const { book, freight, post, sofa, van } = yield* shop
        yield* system(Effect.flatMap(Shipping, (shipping) => shipping.update(post.id, { shippingClasses: ["standard", "fragile"] })))
        const vase = yield* Shop.product({ title: "Vase", price: Shop.usd(4_000) })
        yield* system(Effect.flatMap(Catalog, (catalog) => catalog.updateProduct(vase.productId, { shippingClass: "fragile" })))
        const { actor, cart } = yield* Shop.guest([book.variantId, 1], [sofa.variantId, 1])
        const ways = ({ pricing }: { readonly pricing: { readonly shipping: Order["shipping"] } }) =>
          pricing.shipping?.parts?.map(({ id, name }) => [id, name])
        yield* Effect.gen(function*() {
          const choose = (part: string) =>
            carts.update(cart.id, {
              shippingChoices: [{ part: "bulky", shippingMethodId: freight.id }, { part, shippingMethodId: van.id }]
            })
          const chosen = yield* choose("standard")
          assert.deepStrictEqual([chosen.notices, ways(chosen)], [[], [["bulky", "Freight"], ["standard", "Van"]]])
          const more = yield* carts.addItem(cart.id, { variantId: vase.variantId, quantity: 1 })
          assert.deepStrictEqual([more.notices, ways(more)], [
            [{ _tag: "shipping_choice_lapsed", part: "standard", shippingMethodId: van.id }],
            [["bulky", "Freight"], ["fragile+standard", "Letter"]]
          ])
          const again = yield* choose("fragile+standard")
          assert.deepStrictEqual([again.notices, ways(again)], [[], [["bulky", "Freight"], ["fragile+standard", "Van"]]])
          const lineOf = (title: string) => again.lines.find((line) => line.title === title)?.id ?? ""
          // what is gone is no news; what goes otherwise is
          assert.deepStrictEqual((yield* carts.removeItem(cart.id, lineOf("Sofa"))).notices, [])
          assert.deepStrictEqual((yield* carts.removeItem(cart.id, lineOf("Vase"))).notices, [
            { _tag: "shipping_choice_lapsed", part: "fragile+standard", shippingMethodId: van.id }
          ])
          assert.deepStrictEqual((yield* carts.update(cart.id, { shippingMethodId: null })).notices, [])
        }).pipe(Actor.as(actor))
      }))

    test("refuse what is no part, and a method that does not take it, and name at checkout what nobody takes", () =>
      Effect.gen(function*() {
        const carts = yield* Carts
        const checkout = yield* Checkout
        const { book, freight, post, sofa, van } = yield* shop
        const { actor, cart } = yield* Shop.guest([book.variantId, 1], [sofa.variantId, 1])
        yield* Effect.gen(function*() {
          for (
            const [input, expected] of [
              [{ shippingChoices: [{ part: "fragile", shippingMethodId: post.id }] }, "shippingChoices.0.part"],
              [{ shippingChoices: [{ part: "bulky", shippingMethodId: van.id }, { part: "bulky", shippingMethodId: van.id }] }, "shippingChoices.1.part"],
              [{ shippingMethodId: van.id, shippingChoices: [{ part: "bulky", shippingMethodId: van.id }] }, "shippingChoices"],
              [{ shippingChoices: [{ part: "bulky", shippingMethodId: "post" }] }, "shippingChoices.0.shippingMethodId"],
              [{ shippingChoices: [{ part: "bulky", shippingMethodId: post.id }] }, post.id],
              [{ shippingMethodId: post.id }, post.id]
            ] as const
          ) {
            const errors = [
              yield* Effect.flip(carts.update(cart.id, input as never)),
              ...("shippingMethodId" in input ? [] : [
                yield* Effect.flip(checkout.preview({ cartId: cart.id, ...input } as never)),
                yield* Effect.flip(checkout.place({ ...Shop.order({ actor, cart }), ...input } as never))
              ])
            ]
            for (const error of errors) {
              assert.strictEqual(
                error._tag === "InvalidInput" ? error.faults.map(({ path }) => path.join(".")).join() : error._tag === "ShippingMethodUnavailable" ? error.shippingMethodId : error._tag,
                expected
              )
            }
          }
          // a choice that is no longer offered is told, and nothing is ordered
          yield* carts.update(cart.id, { shippingChoices: [{ part: "bulky", shippingMethodId: freight.id }] })
          yield* system(Effect.flatMap(Shipping, (shipping) => shipping.update(freight.id, { active: false })))
          const left = yield* carts.get(cart.id)
          assert.deepStrictEqual(left.notices, [{ _tag: "shipping_unavailable", shippingMethodId: freight.id }])
          assert.strictEqual(left.shippingParts?.find(({ id }) => id === "bulky")?.shippingMethodId, null)
          assert.deepInclude(yield* Effect.flip(checkout.place(Shop.order({ actor, cart }))), {
            _tag: "ShippingMethodUnavailable",
            shippingMethodId: freight.id
          })
          // nobody takes the sofa any more
          yield* carts.update(cart.id, { shippingMethodId: null })
          yield* system(Effect.flatMap(Shipping, (shipping) => shipping.update(van.id, { shippingClasses: ["standard"] })))
          assert.deepStrictEqual((yield* checkout.preview(Shop.order({ actor, cart }))).missing, ["shippingChoices.bulky"])
          assert.deepInclude(yield* Effect.flip(checkout.place(Shop.order({ actor, cart }))), {
            _tag: "CheckoutIncomplete",
            missing: ["shippingChoices.bulky"]
          })
        }).pipe(Actor.as(actor))
      }))

    test("are frozen on the order, sent part by part, and listed in its papers and mails", (mailbox) =>
      Effect.gen(function*() {
        yield* taxed
        yield* system(Effect.flatMap(Promotions, (promotions) =>
          promotions.create({
            name: "Cheaper shipping",
            action: { type: "free_shipping", args: { maximum: { amount: 1_000, currency: "USD" } } }
          })))
        const { bookLine, freight, id, order, sofaLine } = yield* placed
        const [bulky, standard] = partsOf(order)
        // 10.00 off 53.98, to the last cent: 9.26 and 0.74
        assert.deepStrictEqual(partsOf(order).map(({ discount, id, lineIds, name, net, tax, total }) =>
          [id, name, lineIds, discount.amount, net.amount, tax.amount, total.amount]), [
          ["bulky", "Freight", [sofaLine], 926, 4_073, 316, 4_389],
          ["standard", "Letter", [bookLine], 74, 325, 25, 350]
        ])
        assert.deepStrictEqual([order.shipping?.total, order.shipping?.discount], [Shop.usd(4_739), Shop.usd(1_000)])
        assert.deepStrictEqual((yield* orderNow(id)).shipping, order.shipping)

        const mail = mailbox.mails.find(({ subject }) => subject.includes("order"))
        assert.match(mail?.text ?? "", /Shipping \(Freight\): \$40\.73\nShipping \(Letter\): \$3\.25\n/)
        const invoice = yield* system(Effect.flatMap(Documents, (documents) => documents.invoice(id)))
        assert.deepStrictEqual(invoice.content.shipping, {
          name: "Freight, Letter",
          amount: Shop.usd(4_398),
          parts: [{ name: "Freight", amount: Shop.usd(4_073) }, { name: "Letter", amount: Shop.usd(325) }]
        })

        const fulfilments = yield* Fulfilments
        const wrong = yield* Effect.flip(system(fulfilments.create(id, {
          lines: [{ lineId: bookLine, quantity: 1 }, { lineId: sofaLine, quantity: 1 }]
        })))
        assert.deepStrictEqual(wrong._tag === "InvalidInput" ? wrong.faults.map(({ path }) => path.join(".")) : wrong, ["lines"])
        for (const part of ["nothing", "standard"] as const) {
          const refused = yield* Effect.flip(system(fulfilments.create(id, { part, lines: [{ lineId: sofaLine, quantity: 1 }] })))
          assert.strictEqual(refused._tag, "InvalidInput")
        }
        assert.deepStrictEqual((yield* system(fulfilments.progress(id))).open.map(({ lineId, part, quantity }) => [lineId, part, quantity]), [
          [bookLine, "standard", 2],
          [sofaLine, "bulky", 1]
        ])
        const heavy = yield* system(fulfilments.create(id, { part: "bulky" }))
        assert.deepStrictEqual([heavy.kind, heavy.lines, heavy.part], ["ship", [{ lineId: sofaLine, quantity: 1 }], {
          id: "bulky",
          methodId: freight.id as string,
          name: "Freight",
          estimate: bulky?.estimate ?? null
        }])
        const light = yield* system(fulfilments.create(id))
        assert.deepStrictEqual([light.lines, light.part?.name, light.part?.estimate], [
          [{ lineId: bookLine, quantity: 2 }],
          "Letter",
          standard?.estimate
        ])
        assert.deepStrictEqual(yield* system(fulfilments.get(heavy.id)), heavy)
        yield* system(fulfilments.advance(light.id, { event: "ship" }))
        assert.strictEqual((yield* orderNow(id)).fulfilmentStatus, "partially_shipped")
        yield* system(fulfilments.advance(heavy.id, { event: "ship" }))
        assert.strictEqual((yield* orderNow(id)).status, "shipped")
        yield* allIsWell
      }))

    for (const [first, name] of [["sofa", "the large part first"], ["book", "the small part first"]] as const) {
      test(`give back what their part of shipping cost once all of it is cancelled, and all in the end, ${name}`, () =>
        Effect.gen(function*() {
          yield* taxed
          const { bookLine, id, order, sofaLine } = yield* placed
          const [bulky, standard] = partsOf(order)
          const goods = (lineId: string) => order.lines.find((line) => line.id === lineId)?.total.amount ?? 0
          if (first === "sofa") {
            yield* cancel(id, sofaLine, 1)
            yield* drain
            assert.strictEqual((yield* orderNow(id)).refunded.amount, goods(sofaLine) + (bulky?.total.amount ?? 0))
          } else {
            yield* cancel(id, bookLine, 1)
            yield* drain
            // a part of which something is left is still sent
            assert.isUndefined((yield* orderNow(id)).shipping?.givenBack)
            yield* cancel(id, bookLine, 1)
            yield* drain
            assert.strictEqual((yield* orderNow(id)).refunded.amount, goods(bookLine) + (standard?.total.amount ?? 0))
          }
          const part = first === "sofa" ? bulky : standard
          const between = yield* orderNow(id)
          assert.deepStrictEqual([between.shipping?.givenBack, partsOf(between)], [
            part?.total,
            partsOf(order).map((each) => each.id === part?.id ? Object.assign({}, each, { givenBack: true }) : each)
          ])
          yield* allIsWell
          yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(id)))
          yield* allIsWell
          assert.deepStrictEqual((yield* orderNow(id)).refunded, order.total)
        }))
    }

    test("give it back just the same where an edit takes them out, unless others come in with them", () =>
      Effect.gen(function*() {
        yield* taxed
        const edits = yield* OrderEdits
        const { bookLine, id, order, sofa, sofaLine } = yield* placed
        const [bulky, standard] = partsOf(order)
        const goods = (lineId: string) => order.lines.find((line) => line.id === lineId)?.total.amount ?? 0
        const edit = (input: Parameters<typeof edits.apply>[1]) => Effect.map(system(edits.apply(id, input)), ({ order }) => order)
        // a part of which something is left is still sent, and one into which something comes
        const fewer = yield* edit({ lines: [{ lineId: bookLine, quantity: 1 }] })
        assert.isUndefined(fewer.shipping?.givenBack)
        const cheaper = { type: "rate" as const, ratePpm: 100_000, reason: "Came late" }
        const swapped = yield* edit({ lines: [{ lineId: sofaLine as OrderLineId, quantity: 1, discount: cheaper }] })
        assert.deepStrictEqual([swapped.shipping?.givenBack, swapped.shippingTotal], [undefined, order.shippingTotal])
        const other = swapped.lines.at(-1)
        const exchanged = yield* edit({ lines: [{ lineId: other?.id as OrderLineId, quantity: 0 }], add: [{ variantId: sofa.variantId, quantity: 1 }] })
        const newest = exchanged.lines.at(-1)
        assert.deepStrictEqual([exchanged.shipping?.givenBack, exchanged.lines.length], [undefined, 4])
        yield* allIsWell
        const before = yield* orderNow(id)
        const preview = yield* system(edits.preview(id, { lines: [{ lineId: bookLine, quantity: 0 }] }))
        const worth = goods(bookLine) - Math.floor(goods(bookLine) / 2) + (standard?.total.amount ?? 0)
        assert.strictEqual(preview.difference.amount, -worth)
        const without = yield* edit({ lines: [{ lineId: bookLine, quantity: 0 }] })
        assert.deepStrictEqual(partsOf(without).map(({ givenBack, id }) => [id, givenBack]), [["bulky", undefined], ["standard", true]])
        yield* allIsWell
        const after = yield* orderNow(id)
        // what is open for the new sofa is made up for first
        const made = before.open.amount + (after.refunded.amount - before.refunded.amount)
        assert.strictEqual(made - after.open.amount, worth)
        assert.strictEqual(newest?.id, after.lines.at(-1)?.id)
        yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(id)))
        yield* allIsWell
        const end = yield* orderNow(id)
        assert.deepStrictEqual([end.refunded, end.paid.amount], [end.paid, order.total.amount])
        assert.isDefined(bulky)
      }))

    test("of which some shipping was never paid give back the rest of it once, whatever is chosen and cancelled after that", () =>
      Effect.gen(function*() {
        yield* taxed
        const edits = yield* OrderEdits
        const { book, freight, post, sofa, van } = yield* shop
        yield* system(Effect.flatMap(Catalog, (catalog) => catalog.updateVariant(sofa.productId, sofa.variantId, { price: Shop.usd(100) })))
        const { order } = yield* Shop.place(yield* Shop.guest([book.variantId, 3]), "sandbox_success", { shippingMethodId: post.id })
        const { id } = order
        yield* drain
        const edit = (input: Parameters<typeof edits.apply>[1]) => Effect.map(system(edits.apply(id, input)), ({ order }) => order)
        const bookLine = order.lines[0]?.id as OrderLineId
        const apart = {
          shippingChoices: [{ part: "bulky", shippingMethodId: freight.id }, { part: "standard", shippingMethodId: post.id }]
        }
        const more = yield* edit({ add: [{ variantId: sofa.variantId, quantity: 1 }], ...apart })
        const dear = partsOf(more).find((part) => part.id === "bulky")?.total.amount ?? 0
        // 1.00 and 49.99, each with 7.75 %
        assert.deepStrictEqual([dear, more.open.amount], [5_386, 5_386 + 108])
        // a book makes up for some of it
        const fewer = yield* edit({ lines: [{ lineId: bookLine, quantity: 2 }] })
        assert.strictEqual(fewer.open.amount, 5_386 + 108 - 2_154)
        const gone = yield* edit({ lines: [{ lineId: more.lines[1]?.id as OrderLineId, quantity: 0 }] })
        // of its shipping 33.40 were never paid and leave the figures; the rest, and the sofa, go back: what the book was
        assert.deepStrictEqual([gone.open.amount, gone.shipping?.givenBack?.amount], [0, 5_386 - 3_340])
        yield* allIsWell
        const now = yield* orderNow(id)
        assert.strictEqual(now.refunded.amount, 2_154)
        assert.deepStrictEqual(partsOf(now).map(({ givenBack, id, total }) => [id, givenBack, total.amount]), [
          ["bulky", true, 5_386 - 3_340],
          ["standard", undefined, 430]
        ])
        // shipping costs what a letter does now, and the same if that is said again
        const same = yield* edit({ shippingMethodId: post.id })
        assert.deepStrictEqual([same.open.amount, same.total], [0, now.total])
        const byVan = yield* edit({ shippingMethodId: van.id })
        assert.strictEqual(byVan.open.amount, 3_233 - 430)
        const back = yield* edit({ shippingMethodId: post.id })
        assert.deepStrictEqual([back.open.amount, back.shipping?.givenBack?.amount], [0, 5_386 - 3_340])
        for (const { net, tax, total } of back.shipping === null ? [] : [back.shipping, ...partsOf(back)]) {
          assert.strictEqual(net.amount + tax.amount, total.amount)
        }
        yield* allIsWell
        yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(id)))
        yield* allIsWell
        const end = yield* orderNow(id)
        assert.deepStrictEqual([end.refunded, end.total], [end.paid, end.paid])
      }))

    test("go together where staff choose so, which gives back the difference once, also after a part was cancelled", () =>
      Effect.gen(function*() {
        const edits = yield* OrderEdits
        const { book, bookLine, freight, id, order, post, sofa, sofaLine, van } = yield* placed
        const edit = (input: Parameters<typeof edits.apply>[1]) => Effect.map(system(edits.apply(id, input)), ({ order }) => order)
        // goods that are added go with the part that has goods like them, at no more for shipping
        const more = yield* edit({ add: [{ variantId: sofa.variantId, quantity: 1 }, { variantId: book.variantId, quantity: 1 }] })
        const [newSofa = "", newBook = ""] = more.lines.slice(2).map((line) => line.id as string)
        assert.deepStrictEqual(partsOf(more).map(({ id, lineIds }) => [id, lineIds]), [
          ["bulky", [sofaLine, newSofa]],
          ["standard", [bookLine, newBook]]
        ])
        assert.deepStrictEqual(more.shippingTotal, order.shippingTotal)
        yield* edit({ lines: [{ lineId: newSofa, quantity: 0 }, { lineId: newBook, quantity: 0 }] })
        for (const wrong of [{ shippingMethodId: post.id }, { shippingChoices: [{ part: "bulky", shippingMethodId: post.id }] }]) {
          assert.strictEqual((yield* Effect.flip(edit(wrong)))._tag, "ShippingMethodUnavailable")
        }
        const together = yield* edit({ shippingMethodId: van.id })
        assert.deepStrictEqual([together.shipping?.name, together.shipping?.parts, together.shipping?.givenBack], [
          "Van",
          undefined,
          Shop.usd(5_398 - 3_000)
        ])
        yield* allIsWell
        assert.strictEqual((yield* orderNow(id)).refunded.amount, 5_398 - 3_000)
        const apart = yield* edit({
          shippingChoices: [{ part: "bulky", shippingMethodId: freight.id }, { part: "standard", shippingMethodId: post.id }]
        })
        assert.deepStrictEqual(partsOf(apart).map(({ lineIds, name, total }) => [name, lineIds, total.amount]), [
          ["Freight", [sofaLine], 4_999],
          ["Letter", [bookLine], 399]
        ])
        assert.strictEqual(apart.open.amount, 5_398 - 3_000)
        yield* allIsWell
      }))

    test("and of which a part was cancelled, give its shipping back only once, whatever is chosen for the rest", () =>
      Effect.gen(function*() {
        const edits = yield* OrderEdits
        const { id, order, post, sofaLine, van } = yield* placed
        yield* cancel(id, sofaLine, 1)
        yield* drain
        const { order: by } = yield* system(edits.apply(id, { shippingMethodId: post.id }))
        assert.deepStrictEqual([by.open.amount, by.shippingTotal, by.total], [0, order.shippingTotal, order.total])
        yield* allIsWell
        assert.strictEqual((yield* orderNow(id)).refunded.amount, 50_000 + 4_999)
        const { order: dear } = yield* system(edits.apply(id, { shippingMethodId: van.id }))
        assert.strictEqual(dear.open.amount, 3_000 - 399)
        yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(id)))
        yield* allIsWell
        const end = yield* orderNow(id)
        assert.deepStrictEqual(end.refunded, order.total)
      }))

    test("are charged their shipping again, and give it back again, where goods are added to a part that was cancelled", () =>
      Effect.gen(function*() {
        const edits = yield* OrderEdits
        const payments = yield* Payments
        const { book, freight, id, order, post, sofa, sofaLine, token } = yield* placed
        yield* cancel(id, sofaLine, 1)
        const add = [{ variantId: sofa.variantId, quantity: 1 }]
        for (const input of [{ add }, { lines: [{ lineId: sofaLine as OrderLineId, quantity: 1 }] }]) {
          const incomplete = yield* Effect.flip(system(edits.apply(id, input)))
          assert.deepStrictEqual(incomplete._tag === "CheckoutIncomplete" ? incomplete.missing : incomplete, ["shippingMethodId"])
        }
        // what goes with the other part needs no way of its own
        yield* system(edits.preview(id, { add: [{ variantId: book.variantId, quantity: 1 }] }))
        const { order: more } = yield* system(edits.apply(id, {
          add,
          shippingChoices: [{ part: "bulky", shippingMethodId: freight.id }, { part: "standard", shippingMethodId: post.id }]
        }))
        assert.deepStrictEqual([more.open.amount, more.shipping?.givenBack?.amount], [50_000 + 4_999, 4_999])
        yield* payments.initialize({ orderId: id, gateway: "sandbox", method: "sandbox_success" }).pipe(Actor.as(Actor.guest({ orderToken: token })))
        yield* cancel(id, more.lines.at(-1)?.id ?? "", 1)
        yield* allIsWell
        const after = yield* orderNow(id)
        assert.deepStrictEqual([after.refunded.amount, after.shipping?.givenBack?.amount], [2 * (50_000 + 4_999), 2 * 4_999])
        assert.strictEqual(after.total.amount - after.refunded.amount, order.total.amount - 50_000 - 4_999)
      }))

    test("that an edit added, nobody paid and the buyer cancels give back no other money, neither for goods nor for shipping", () =>
      Effect.gen(function*() {
        yield* taxed
        const edits = yield* OrderEdits
        const { book, freight, post, sofa } = yield* shop
        const { order, token } = yield* Shop.place(yield* Shop.guest([book.variantId, 1]), "sandbox_success", { shippingMethodId: post.id })
        const { id } = order
        yield* drain
        const { order: more } = yield* system(edits.apply(id, {
          add: [{ variantId: sofa.variantId, quantity: 1 }],
          shippingChoices: [{ part: "bulky", shippingMethodId: freight.id }, { part: "standard", shippingMethodId: post.id }]
        }))
        assert.deepStrictEqual(more.open, Shop.usd(more.total.amount - order.total.amount))
        yield* Effect.flatMap(Cancellations, (cancellations) =>
          cancellations.cancel(id, { lines: [{ lineId: more.lines[1]?.id as OrderLineId, quantity: 1 }] })
        ).pipe(Actor.as(Actor.guest({ orderToken: token })))
        yield* allIsWell
        const after = yield* orderNow(id)
        const { open, paymentStatus, refunded, shippingTotal, status, subtotal, tax, taxes, total } = after
        assert.deepStrictEqual({ open, paymentStatus, refunded, shippingTotal, status, subtotal, tax, taxes, total }, {
          open: Shop.usd(0),
          paymentStatus: "paid",
          refunded: Shop.usd(0),
          shippingTotal: order.shippingTotal,
          status: "paid",
          subtotal: order.subtotal,
          tax: order.tax,
          taxes: order.taxes,
          total: order.total
        })
        assert.deepStrictEqual([after.shipping?.total, after.shipping?.givenBack?.amount], [order.shipping?.total, 0])
        for (const { net, tax, total, trace } of [...partsOf(after), ...(after.shipping === null ? [] : [after.shipping])]) {
          assert.strictEqual(net.amount + tax.amount, total.amount)
          assert.strictEqual(trace.reduce((sum, { amount }) => sum + amount.amount, 0), total.amount)
        }
      }))

    test("are taxed where they are handed over, and need no address where the buyer comes for all of them", () =>
      Effect.gen(function*() {
        const { book, post, sofa } = yield* shop
        yield* system(Effect.gen(function*() {
          const taxes = yield* Taxes
          yield* taxes.create({ name: "Tax", taxClass: "standard", country: "US", ratePpm: 100_000 })
          yield* taxes.create({ name: "VAT", taxClass: "standard", country: "DE", ratePpm: 190_000 })
        }))
        const berlin = { ...Shop.address, city: "Berlin", region: null, postalCode: "10115", country: "DE" } as typeof Shop.address
        const counter = yield* method({ name: "Counter", price: Shop.usd(100), pickup: { address: berlin, hours: null } })
        const buyer = yield* Shop.guest([book.variantId, 1], [sofa.variantId, 1])
        const { order } = yield* Shop.place(buyer, "sandbox_success", {
          shippingChoices: [{ part: "bulky", shippingMethodId: counter.id }, { part: "standard", shippingMethodId: post.id }]
        })
        yield* drain
        assert.deepStrictEqual(order.lines.map(({ tax, taxes }) => [taxes.map(({ name }) => name).join(), tax.amount]), [["Tax", 200], ["VAT", 9_500]])
        assert.deepStrictEqual(partsOf(order).map(({ isPickedUp, tax }) => [isPickedUp, tax.amount]), [[true, 19], [false, 40]])
        assert.deepStrictEqual([order.tax.amount, order.shipping?.id], [200 + 9_500 + 19 + 40, post.id])
        const collected = yield* system(Effect.flatMap(Fulfilments, (fulfilments) => fulfilments.create(order.id, { part: "bulky" })))
        assert.strictEqual(collected.kind, "pickup")

        const { shippingAddress: _, ...rest } = Shop.order(yield* Shop.guest([book.variantId, 1], [sofa.variantId, 1]))
        const other = yield* Shop.guest([book.variantId, 1], [sofa.variantId, 1])
        const all = yield* (yield* Checkout).place({ ...rest, cartId: other.cart.id, shippingMethodId: counter.id }).pipe(Actor.as(other.actor))
        assert.deepStrictEqual([all.order.shippingAddress, all.order.shipping?.parts, all.order.taxes.map(({ name }) => name)], [null, undefined, ["VAT"]])
        yield* allIsWell
      }))

    test("are so in drafts of staff as well, whose orders have the parts that were told", () =>
      Effect.gen(function*() {
        const drafts = yield* DraftOrders
        const { book, freight, post, sofa, van } = yield* shop
        const input = {
          email: "ada@example.com",
          shippingAddress: Shop.address,
          lines: [{ variantId: book.variantId, quantity: 1 }, { variantId: sofa.variantId, quantity: 1 }]
        }
        const wrong = yield* Effect.flip(system(drafts.create({ ...input, shipping: { choices: [{ part: "fragile", shippingMethodId: van.id }] } })))
        assert.deepStrictEqual(wrong._tag === "InvalidInput" ? wrong.faults.map(({ path }) => path.join(".")) : wrong, ["shipping.choices.0.part"])
        const lacking = yield* system(drafts.create({ ...input, shipping: { choices: [{ part: "bulky", shippingMethodId: post.id }] } }))
        assert.deepStrictEqual(lacking.missing, ["shipping.choices.bulky"])
        const draft = yield* system(drafts.create({
          ...input,
          shipping: { choices: [{ part: "bulky", shippingMethodId: freight.id }, { part: "standard", shippingMethodId: van.id }] }
        }))
        assert.deepStrictEqual([draft.missing, draft.pricing.shipping?.parts?.map(({ name }) => name)], [[], ["Freight", "Van"]])
        yield* system(Effect.flatMap(Shipping, (shipping) => shipping.update(freight.id, { price: Shop.usd(9_999) })))
        const { id } = yield* system(drafts.complete(draft.id, { payment: "outside" }))
        const order = yield* orderNow(id)
        assert.deepStrictEqual(partsOf(order).map(({ lineIds, total }) => [total.amount, lineIds]), [
          [4_999, order.lines.slice(1, 2).map((line) => line.id)],
          [3_000, order.lines.slice(0, 1).map((line) => line.id)]
        ])
      }))

    test("are given back to the last cent by refunds of any size", () =>
      Effect.gen(function*() {
        yield* taxed
        const { id, order } = yield* placed
        const payments = yield* Payments
        let left = order.total.amount
        for (const amount of [1, 350, 4_739, 9_999]) {
          yield* system(payments.refund(id, { amount: Shop.usd(amount), reason: "part" }))
          left -= amount
        }
        assert.strictEqual((yield* Effect.flip(system(payments.refund(id, { amount: Shop.usd(left + 1), reason: "more" }))))._tag, "RefundExceedsCaptured")
        yield* system(payments.refund(id, { reason: "the rest" }))
        yield* allIsWell
        assert.deepStrictEqual((yield* orderNow(id)).refunded, order.total)
      }))
  })
}
