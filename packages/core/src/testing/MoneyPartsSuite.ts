/**
 * Money that comes and goes in parts that do not come out even: each part is of one means, and all parts together are the whole, at the
 * bank, in the books and on paper, never a cent more.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { Carts } from "../cart/Carts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Currency from "../kernel/Currency.ts"
import * as Money from "../kernel/Money.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { PriceLists } from "../prices/PriceLists.ts"
import { Promotions } from "../promotions/Promotions.ts"
import { Returns } from "../returns/Returns.ts"
import { Shipping } from "../shipping/Shipping.ts"
import { Stores } from "../stores/Stores.ts"
import { Taxes } from "../tax/Taxes.ts"
import { GiftCards } from "../value/GiftCards.ts"
import { StoreCredit } from "../value/StoreCredit.ts"
import { atTheBank, drain, edit, held, invoice, lineOf, owed, papers, pointsOf, program, refundsOf, system } from "./MoneyFixture.ts"
import * as Fixture from "./PaymentFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Ids of the same moment have no order. */
const later = TestClock.adjust("1 second")

const refund = (orderId: string, amount?: number) =>
  Effect.andThen(
    later,
    system(Effect.flatMap(Payments, (payments) =>
      payments.refund(orderId, { reason: "broken", ...(amount === undefined ? {} : { amount: Shop.usd(amount) }) })))
  )

const deliver = (orderId: string) =>
  Effect.forEach(["ship", "deliver"] as const, (event) =>
    system(Effect.flatMap(Orders, (orders) => orders.changeStatus(orderId, { event }))))

/** So many pieces of a line come back, and their money goes back. */
const giveBack = (as: ReturnType<typeof Actor.as>, orderId: string, lineId: string, quantity: number) =>
  Effect.gen(function*() {
    const returns = yield* Returns
    yield* later
    const { id } = yield* as(returns.request(orderId, { lines: [{ lineId, quantity, reason: "changed_mind" }] }))
    yield* system(returns.approve(id))
    const received = yield* system(returns.receive(id, { lines: [{ lineId, restock: quantity, scrap: 0 }] }))
    const done = yield* system(returns.refund(id))
    yield* drain
    return { amount: received.amount?.amount ?? 0, done }
  })

const nothing = { total: 0, tax: 0, rates: 0, isSound: true }

export const moneyPartsSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`money in parts on ${harness.name}`, () => {
    for (const parts of [[1, 2_499, 4_000], [3_333, 3_333], [6_499]]) {
      test(`of a gift card, credit and a card goes back whole in parts of ${parts.join(", ")} and the rest, and its points with it`, () =>
        Effect.gen(function*() {
          yield* program
          const ada = yield* Shop.account("ada@example.com")
          const { code, giftCard } = yield* system(Effect.flatMap(GiftCards, (cards) => cards.create({ amount: Shop.usd(1_111) })))
          yield* system(Effect.flatMap(StoreCredit, (credit) => credit.adjust(ada, { amount: Shop.usd(777), reason: "sorry" })))
          yield* system(Effect.flatMap(Taxes, (taxes) => taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 77_700 })))
          const { variantId } = yield* Shop.product()
          const before = yield* held
          const { order } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 3]), "sandbox_success", { giftCards: [code ?? ""], storeCredit: true })
          yield* invoice(order.id)
          yield* drain
          const points = yield* pointsOf(ada)
          let left = order.total.amount
          for (const amount of parts) {
            yield* refund(order.id, amount)
            yield* drain
            left -= amount
            const { isSound, rates, tax, total } = yield* papers(order.id)
            assert.deepStrictEqual([total, rates, isSound], [left, tax, true])
            assert.strictEqual(yield* pointsOf(ada), Math.floor(points * left / order.total.amount))
          }
          const tooMuch = yield* Effect.flip(refund(order.id, left + 1))
          assert.strictEqual(tooMuch._tag, "RefundExceedsCaptured")
          yield* refund(order.id)
          yield* drain
          assert.deepStrictEqual([yield* papers(order.id), yield* owed(order.id), yield* pointsOf(ada), yield* atTheBank], [nothing, [], 0, 0])
          const card = yield* system(Effect.flatMap(GiftCards, (cards) => cards.get(giftCard.id)))
          const credit = yield* system(Effect.flatMap(StoreCredit, (credit) => credit.of(ada)))
          assert.deepStrictEqual([card.balance, credit.balance], [Shop.usd(1_111), Shop.usd(777)])
          assert.deepStrictEqual(yield* held, before)
          const went = (yield* refundsOf(order.id)).reduce((sum, [, amount]) => sum + amount, 0)
          assert.strictEqual(went, order.total.amount)
        }))
    }

    for (const pricesIncludeTax of [true, false]) {
      test(`of lines at several rates, cheaper by a promotion, goes back line by line and is what was invoiced (tax ${pricesIncludeTax ? "within" : "on top"})`, () =>
        Effect.gen(function*() {
          yield* system(Effect.flatMap(Stores, (stores) => stores.update({ settings: { pricesIncludeTax } })))
          const sold = yield* system(Effect.gen(function*() {
            const taxes = yield* Taxes
            yield* taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 190_000 })
            yield* taxes.create({ name: "Less", taxClass: "reduced", ratePpm: 70_000 })
            yield* (yield* Promotions).create({ name: "Autumn", action: { type: "percent_off_order", args: { ratePpm: 133_300 } } })
            const catalog = yield* Catalog
            return yield* Effect.forEach([["A", 1_999, "standard"], ["B", 333, "reduced"], ["C", 101, "standard"]] as const, ([title, price, taxClass]) =>
              Effect.map(
                catalog.createProduct({ title, taxClass, variants: [{ price: Shop.usd(price), stock: 20 }] }),
                ({ variants: [variant] }) => variant?.id ?? assert.fail("there is no variant")
              ))
          }))
          const buyer = yield* Shop.guest(...sold.map((id, index) => [id, index + 3] as const))
          const { order, token } = yield* Shop.place(buyer)
          const as = Actor.as(Actor.guest({ orderToken: token }))
          yield* invoice(order.id)
          yield* deliver(order.id)
          let left = order.total.amount
          for (const line of order.lines) {
            let ofLine = 0
            for (let piece = 0; piece < line.quantity; piece++) {
              const { amount } = yield* giveBack(as, order.id, line.id, 1)
              ofLine += amount
              left -= amount
              const { isSound, rates, tax, total } = yield* papers(order.id)
              assert.deepStrictEqual([total, rates, isSound], [left, tax, true])
            }
            assert.strictEqual(ofLine, line.total.amount, "a line gives back what it cost")
          }
          // shipping is what is left
          const now = yield* Fixture.orderNow(order.id)
          assert.strictEqual(now.paid.amount - now.refunded.amount, left)
          assert.strictEqual(order.total.amount - order.lines.reduce((sum, { total }) => sum + total.amount, 0), left)
          if (left > 0) yield* refund(order.id)
          yield* drain
          assert.deepStrictEqual([yield* papers(order.id), yield* owed(order.id), yield* atTheBank], [nothing, [], 0])
        }))
    }

    test("that was taken in parts stays what was taken while the order is edited, sent, returned and called off in turn", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        yield* system(Effect.flatMap(Taxes, (taxes) => taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 77_700 })))
        const { as, order, payment, variantId } = yield* Fixture.ordered("sandbox_authorize", { pieces: 3, stock: 20 })
        const half = Math.floor(order.total.amount / 2)
        yield* Fixture.staff(payments.capture(payment.id, { amount: Shop.usd(half) }))
        // the rest is paid by other means
        yield* later
        yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" }))
        yield* drain
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        yield* invoice(order.id)
        const exact = Effect.gen(function*() {
          yield* drain
          const { open, paid, refunded, total } = yield* Fixture.orderNow(order.id)
          const worth = yield* papers(order.id)
          assert.deepStrictEqual([yield* atTheBank, worth.rates, worth.isSound], [paid.amount - refunded.amount, worth.tax, true])
          return { open: open.amount, total: total.amount, kept: paid.amount - refunded.amount, papers: worth.total }
        })
        // one piece less, and two of another price
        const { variantId: oil } = yield* Shop.product({ title: "Oil", price: Shop.usd(749) })
        const edited = yield* edit(order.id, { lines: [{ lineId: lineOf(order), quantity: 2 }], add: [{ variantId: oil as never, quantity: 2 }] })
        const less = yield* exact
        assert.deepStrictEqual([less.papers, less.open], [less.kept, 0])
        assert.strictEqual(less.kept, edited.order.total.amount - edited.edit.refund.amount)
        // more than it costs now
        yield* later
        yield* edit(order.id, { add: [{ variantId: variantId as never, quantity: 1 }] })
        const more = yield* exact
        assert.strictEqual(more.papers, more.kept + more.open)
        yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" }))
        assert.strictEqual((yield* exact).open, 0)
        yield* deliver(order.id)
        for (const line of (yield* Fixture.orderNow(order.id)).lines) {
          if (line.quantity === line.cancelled) continue
          yield* giveBack(as, order.id, line.id, 1)
          const now = yield* exact
          assert.strictEqual(now.papers, now.kept)
        }
        yield* refund(order.id)
        yield* exact
        assert.deepStrictEqual([yield* papers(order.id), yield* owed(order.id), yield* atTheBank], [nothing, [], 0])
      }))

    for (const seed of [1, 2, 3, 4, 5, 6]) {
      test(`is on paper and at the bank what the order keeps of it, whatever happens to it in whichever order (${seed})`, () =>
        Effect.gen(function*() {
          const payments = yield* Payments
          // the same numbers each time
          let state = seed * 7_919
          const upTo = (most: number) => {
            state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
            return 1 + Math.floor(state / 65_536) % most
          }
          yield* system(Effect.flatMap(Stores, (stores) => stores.update({ settings: { pricesIncludeTax: seed % 2 === 0 } })))
          const [one, other] = yield* system(Effect.gen(function*() {
            const taxes = yield* Taxes
            yield* taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 77_700 })
            yield* taxes.create({ name: "Less", taxClass: "reduced", ratePpm: 21_300 })
            const catalog = yield* Catalog
            return yield* Effect.forEach([["A", 1_999, "reduced"], ["B", 333, "standard"]] as const, ([title, price, taxClass]) =>
              Effect.map(
                catalog.createProduct({ title, taxClass, variants: [{ price: Shop.usd(price), stock: 100 }] }),
                ({ variants: [variant] }) => variant?.id ?? assert.fail("there is no variant")
              ))
          }))
          const { order, token } = yield* Shop.place(yield* Shop.guest([one ?? "", 4]))
          const as = Actor.as(Actor.guest({ orderToken: token }))
          yield* invoice(order.id)
          yield* drain
          const done: Array<string> = []
          const now = Fixture.orderNow(order.id)
          const pay = Effect.gen(function*() {
            if ((yield* now).open.amount > 0) {
              yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" }))
            }
          })
          const left = Effect.map(now, ({ lines }) => lines.flatMap(({ cancelled, id, quantity }) => quantity > cancelled ? [{ id, pieces: quantity - cancelled }] : []))
          const steps: Record<string, Effect.Effect<unknown, unknown, Shop.ShopServices>> = {
            add: Effect.suspend(() => edit(order.id, { add: [{ variantId: (upTo(2) === 1 ? one : other) ?? "" as never, quantity: upTo(3) }] })),
            take: Effect.flatMap(left, (lines) => {
              const line = lines[upTo(lines.length) - 1]
              return line === undefined ? Effect.void : edit(order.id, { lines: [{ lineId: line.id, quantity: upTo(line.pieces) - 1 }] })
            }),
            cancel: Effect.flatMap(left, (lines) => {
              const line = lines[upTo(lines.length) - 1]
              const lineId = line?.id ?? ""
              return lines.length < 2 && (line?.pieces ?? 0) < 2 ? Effect.void : system(Effect.flatMap(Cancellations, (all) => all.cancel(order.id, { lines: [{ lineId, quantity: 1 }] })))
            }),
            pay,
            refund: Effect.suspend(() => refund(order.id, upTo(400)))
          }
          const names = Object.keys(steps)
          for (let index = 0; index < 9; index++) {
            const name = names[upTo(names.length) - 1] ?? ""
            yield* later
            // what may not be done now is not
            const did = yield* Effect.result(steps[name] ?? Effect.void)
            yield* drain
            done.push(`${name} ${did._tag}`)
            const { paid, refunded, status, total } = yield* now
            const { isSound, rates, tax } = yield* papers(order.id)
            assert.deepStrictEqual([yield* atTheBank, rates, isSound], [paid.amount - refunded.amount, tax, true], done.join(", "))
            if (status === "refunded" || status === "cancelled") break
            assert.isAtMost(paid.amount - refunded.amount, total.amount)
          }
          if (seed % 3 === 0) yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(order.id)))
          else if ((yield* now).status !== "refunded") yield* refund(order.id)
          yield* drain
          assert.deepStrictEqual([yield* papers(order.id), yield* owed(order.id), yield* atTheBank], [nothing, [], 0], done.join(", "))
        }))
    }

    for (const [code, prices] of [["JPY", [2_000, 1_333]], ["KWD", [12_340, 17_770]], ["EUR", [1_999, 2_741]]] as const) {
      test(`in ${code} of an exchange for pieces of another price is that of both orders, and all of it goes back`, () =>
        Effect.gen(function*() {
          const payments = yield* Payments
          const returns = yield* Returns
          const money = (amount: number) => Money.make(amount, Currency.Currency.make(code))
          const [oneId, otherId, methodId] = yield* system(Effect.gen(function*() {
            yield* (yield* Stores).update({ settings: { currencies: [code] } })
            yield* (yield* Taxes).create({ name: "Tax", taxClass: "standard", ratePpm: 77_700 })
            const [one, other] = [yield* Shop.product(), yield* Shop.product({ title: "Oak" })]
            yield* (yield* PriceLists).create({
              name: "Prices",
              type: "override",
              currency: code,
              prices: [one, other].map(({ variantId }, index) => ({ variantId: variantId as never, price: money(prices[index] ?? 0) }))
            })
            const { id } = yield* (yield* Shipping).create({ name: "Near post", price: money(701) })
            return [one.variantId, other.variantId, id] as const
          }))
          const ada = yield* Shop.account("ada@example.com")
          const { actor, cart } = yield* Shop.customer(ada, [oneId, 2])
          yield* Actor.as(actor)(Effect.flatMap(Carts, (carts) => carts.update(cart.id, { currency: code })))
          const asAda = Actor.as(actor)
          const { order } = yield* Shop.place({ actor, cart }, "sandbox_success", { shippingMethodId: methodId })
          assert.strictEqual<string>(order.currency, code)
          yield* invoice(order.id)
          yield* deliver(order.id)
          const { id } = yield* asAda(returns.request(order.id, {
            lines: [{ lineId: lineOf(order), quantity: 1, reason: "changed_mind" }],
            exchange: [{ variantId: otherId as never, quantity: 1 }]
          }))
          yield* system(returns.approve(id))
          const { exchange } = yield* system(returns.receive(id, { lines: [{ lineId: lineOf(order), restock: 1, scrap: 0 }] }))
          yield* drain
          const newId = exchange?.orderId ?? ""
          if ((yield* Fixture.orderNow(newId)).status === "pending") {
            yield* later
            yield* asAda(payments.initialize({ orderId: newId as never, gateway: "sandbox", method: "sandbox_success" }))
            yield* drain
          }
          const there = yield* Fixture.orderNow(newId)
          assert.deepStrictEqual<ReadonlyArray<unknown>>([there.currency, there.status, there.paid], [code, "paid", there.total])
          yield* invoice(newId)
          const here = yield* Fixture.orderNow(order.id)
          const worth = [yield* papers(order.id), yield* papers(newId)].map(({ total }) => total)
          assert.deepStrictEqual(worth, [here.paid.amount - here.refunded.amount, there.total.amount])
          assert.strictEqual(yield* atTheBank, (worth[0] ?? 0) + (worth[1] ?? 0), "the bank has what both are worth")
          // neither is wanted: what was not paid at the bank again comes onto a card
          yield* system(Effect.flatMap(Orders, (orders) => orders.cancel(newId)))
          yield* drain
          yield* later
          yield* system(payments.refund(order.id, { reason: "none of it" }))
          yield* drain
          assert.deepStrictEqual([yield* papers(order.id), yield* papers(newId)], [nothing, nothing])
          const { items } = yield* system(Effect.flatMap(GiftCards, (cards) => cards.list()))
          const onCards = items.reduce((sum, { balance }) => sum + balance.amount, 0)
          assert.strictEqual(yield* atTheBank, onCards, "what the bank still has is owed on cards")
        }))
    }

    test("that is reserved is taken or let go, and never both, where staff take it at the moment in which the order is called off", () =>
      Effect.gen(function*() {
        const orders = yield* Orders
        const payments = yield* Payments
        for (let round = 0; round < 8; round++) {
          const { as, order, payment } = yield* Fixture.ordered("sandbox_authorize", { stock: 40 })
          const part = round % 3 === 0 ? { amount: Shop.usd(1_001) } : {}
          const taken = Effect.ignore(Fixture.staff(payments.capture(payment.id, part)))
          const called = Effect.ignore(as(orders.cancel(order.id)))
          yield* Effect.all(round % 2 === 0 ? [taken, called, drain] : [called, taken, drain], { concurrency: "unbounded" })
          yield* drain
          yield* TestClock.adjust("2 minutes")
          yield* system(payments.recover)
          yield* drain
          const { paid, refunded, status, total } = yield* Fixture.orderNow(order.id)
          if (status === "cancelled") assert.strictEqual(paid.amount - refunded.amount, 0)
          else assert.include([total.amount, 1_001], paid.amount - refunded.amount)
          if (status === "pending") yield* Effect.andThen(system(orders.cancel(order.id)), drain)
        }
      }))

    test("of a line is never given back twice, by a cancellation, a return and a refund of pieces beside each other", () =>
      Effect.gen(function*() {
        yield* system(Effect.flatMap(Taxes, (taxes) => taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 77_700 })))
        const { as, order } = yield* Fixture.ordered("sandbox_success", { pieces: 7, stock: 20 })
        yield* invoice(order.id)
        const cancelled = Effect.andThen(
          later,
          system(Effect.flatMap(Cancellations, (all) => all.cancel(order.id, { lines: [{ lineId: lineOf(order), quantity: 1 }] })))
        )
        yield* cancelled
        yield* drain
        yield* refund(order.id, 333)
        yield* cancelled
        yield* drain
        yield* deliver(order.id)
        for (let piece = 0; piece < 5; piece++) {
          const { done } = yield* giveBack(as, order.id, lineOf(order), 1)
          assert.include(["refunded", "partially_refunded", "received"], done.status)
        }
        const now = yield* Fixture.orderNow(order.id)
        const left = now.paid.amount - now.refunded.amount
        assert.isAtLeast(left, 0)
        assert.deepStrictEqual([(yield* papers(order.id)).total, yield* atTheBank], [left, left])
        if (left > 0) yield* refund(order.id)
        yield* drain
        assert.deepStrictEqual([yield* papers(order.id), yield* owed(order.id), yield* atTheBank], [nothing, [], 0])
      }))
  })
}
