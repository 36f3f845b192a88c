/**
 * Captures that come in the same moment: they are written down together and leave what each would leave alone, and whatever is the
 * matter with one of them is nobody else's.
 */
import { assert, describe } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Catalog } from "../catalog/Catalog.ts"
import { EventRepository } from "../events/EventRepository.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { InventoryRepository } from "../inventory/InventoryRepository.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentRequest } from "../kernel/CurrentRequest.ts"
import { StorageError } from "../kernel/StorageError.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Orders } from "../orders/Orders.ts"
import { OrderRepository, type StoredOrder } from "../orders/OrderRepository.ts"
import { PaymentRepository, type StoredPayment } from "../payments/PaymentRepository.ts"
import { Payments } from "../payments/Payments.ts"
import { GiftCards } from "../value/GiftCards.ts"
import * as Fixture from "./PaymentFixture.ts"
import type { ScriptedGateway } from "./ScriptedGateway.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))

/** A storage that says how many payments each statement was to write, and that refuses some. */
const watched = (harness: StorageHarness) => {
  const written: Array<number> = []
  const refused = new Set<string>()
  const refuse = (payments: ReadonlyArray<StoredPayment>) =>
    payments.some(({ orderId }) => refused.has(orderId))
      ? Effect.fail(new StorageError({ operation: "Payments.updateAll", reason: "rejected" }))
      : Effect.void
  return {
    written,
    refused,
    name: harness.name,
    storage: () =>
      Layer.provideMerge(
        Layer.effect(
          PaymentRepository,
          Effect.map(PaymentRepository, (repository) =>
            PaymentRepository.of({
              ...repository,
              updateAll: (payments) => {
                written.push(payments.length)
                return Effect.andThen(refuse(payments), repository.updateAll(payments))
              }
            }))
        ),
        harness.storage()
      )
  }
}

/** Buyers order, and the bank has taken the money of all of them before anybody hears of it; `meanwhile` happens then. */
const payAtOnce = Effect.fnUntraced(function*<E>(
  bank: ScriptedGateway,
  buyers: ReadonlyArray<Shop.Buyer>,
  meanwhile: (orders: ReadonlyArray<StoredOrder>) => Effect.Effect<unknown, E, Shop.ShopServices> = () => Effect.void
) {
  const context = yield* Effect.context<Shop.ShopServices>()
  const all = yield* Deferred.make<void>()
  let asked = 0
  const happens = Effect.gen(function*() {
    const { items } = yield* (yield* OrderRepository).listWhole({ limit: 100 })
    const carts = buyers.map(({ cart }) => cart.id)
    yield* meanwhile(items.toSorted((a, b) => carts.indexOf(a.cartId) - carts.indexOf(b.cartId)))
  }).pipe(Effect.orDie, Effect.provideContext(context))
  bank.on("create", (answer) =>
    Effect.tap(answer, () => {
      asked += 1
      return asked === buyers.length ? Effect.andThen(happens, Deferred.succeed(all, undefined)) : Deferred.await(all)
    }))
  const placed = yield* Effect.forEach(
    buyers,
    (buyer, index) => Effect.provideService(Shop.place(buyer), CurrentRequest, `req_${index}`),
    { concurrency: "unbounded" }
  )
  bank.off("create")
  return placed
})

const guests = (count: number, ...pieces: ReadonlyArray<Shop.Pieces>) =>
  Effect.forEach(Array.from({ length: count }), () => Shop.guest(...pieces))

/** All that a paid order has left, without the ids and numbers that no two orders share. */
const traces = Effect.fnUntraced(function*(orderId: string, variantIds: ReadonlyArray<string>) {
  const events = yield* EventRepository
  const inventory = yield* InventoryRepository
  const { cartId: _c, number: _n, tokenHash: _t, ...order } = yield* Fixture.orderNow(orderId)
  const payments = yield* Fixture.paymentsNow(orderId)
  const told = yield* Effect.forEach([orderId, ...payments.map(({ id }) => id)], (subject) => events.ofSubject(subject))
  const moved = yield* Effect.forEach(variantIds, (variantId) => inventory.movements({ variantId: variantId as never, limit: 100 }))
  const left = {
    order,
    payments,
    told: told.flat(),
    reservations: yield* inventory.reservations([orderId]),
    moved: moved.flatMap(({ items }) => items.filter(({ reference }) => reference === orderId)),
    ledger: yield* Fixture.staff((yield* Payments).ledger(orderId))
  }
  return JSON.stringify(left, (key, value) => key === "sequence" || key === "number" ? undefined : value)
    .replaceAll(/\b([a-z]+)_[0-9a-z]{12,}/gi, "$1")
})

const paid = (placed: ReadonlyArray<{ readonly order: { readonly status: string } }>) =>
  placed.map(({ order }) => order.status)

export const plainCaptureSuite = (harness: StorageHarness): void => {
  const test = (
    name: string,
    body: (bank: ScriptedGateway, storage: ReturnType<typeof watched>) => Effect.Effect<unknown, unknown, Shop.ShopServices>
  ) => {
    const storage = watched(harness)
    Fixture.test(storage)(name, (bank) => body(bank, storage))
  }

  describe(`captures of one moment on ${harness.name}`, () => {
    test("are written together, and leave what each of them leaves alone, with who has bought", (bank, { written }) =>
      Effect.gen(function*() {
        const board = yield* Shop.product({ stock: 50 })
        const oil = yield* Shop.product({ title: "Oil", price: Shop.usd(750), stock: 50 })
        const plan = yield* Shop.product({ title: "Plan", trackStock: false, requiresShipping: false })
        const variants = [board.variantId, oil.variantId, plan.variantId]
        const carts: ReadonlyArray<ReadonlyArray<Shop.Pieces>> = [
          [[board.variantId, 1]],
          [[board.variantId, 2], [oil.variantId, 3]],
          [[plan.variantId, 1]],
          [[oil.variantId, 1], [plan.variantId, 1]],
          [[board.variantId, 4]]
        ]
        const ada = yield* Shop.account("ada@example.com")
        const somebody = Effect.forEach(carts, (pieces, index) =>
          index % 2 === 0 ? Shop.guest(...pieces) : Shop.customer(ada, ...pieces))

        const alone = yield* Effect.forEach(yield* somebody, (buyer, index) =>
          Effect.provideService(Shop.place(buyer), CurrentRequest, `req_${index}`))
        assert.deepStrictEqual(written.splice(0), [1, 1, 1, 1, 1])
        const buyers = yield* somebody
        const together = yield* payAtOnce(bank, buyers)
        assert.deepStrictEqual(written, [5])

        for (const [index, { order, payment }] of together.entries()) {
          assert.strictEqual(order.status, "paid")
          const twin = yield* traces(alone[index]?.order.id ?? "", variants)
          assert.strictEqual(yield* traces(order.id, variants), twin)
          assert.include(twin, "payment.captured")
          const events = (yield* (yield* EventRepository).ofSubject(payment?.id ?? "")).filter(({ type }) => type === "payment.captured")
          assert.deepStrictEqual(events.map(({ actor, requestId }) => [actor, requestId]), [
            [Actor.describe((buyers[index] as Shop.Buyer).actor), `req_${index}`]
          ])
        }
        assert.deepStrictEqual(yield* Shop.stockOf(board.variantId), { onHand: 36, available: 36 })
        assert.deepStrictEqual(yield* Shop.stockOf(oil.variantId), { onHand: 42, available: 42 })
      }))

    test("are written without the one whose order was cancelled meanwhile, and its money goes back", (bank, { written }) =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 10 })
        const placed = yield* payAtOnce(bank, yield* guests(4, [variantId, 1]), ([, second]) =>
          system(Effect.flatMap(Orders, (orders) => orders.cancel(second?.id ?? "", { reason: "" }))))
        assert.deepStrictEqual(paid(placed), ["paid", "cancelled", "paid", "paid"])
        assert.deepStrictEqual(written, [4, 3])
        yield* (yield* Jobs).drain
        assert.deepStrictEqual(yield* Fixture.statesNow(placed[1]?.order.id ?? ""), ["refunded"])
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 7, available: 7 })
      }))

    test("are written without the one whose payment somebody else has touched, which is read again", (bank, { written }) =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 10 })
        const placed = yield* payAtOnce(bank, yield* guests(4, [variantId, 1]), ([first]) =>
          Effect.gen(function*() {
            const payments = yield* PaymentRepository
            const [payment] = yield* payments.ofOrder(first?.id ?? "")
            if (payment !== undefined) yield* payments.update({ ...payment, version: payment.version + 1 })
          }))
        assert.deepStrictEqual(paid(placed), ["paid", "paid", "paid", "paid"])
        assert.deepStrictEqual(written, [4, 3])
        assert.strictEqual(yield* Fixture.takings(bank), 4)
        for (const { payment } of placed) assert.deepStrictEqual(yield* Fixture.told(payment?.id ?? ""), ["payment.captured"])
      }))

    test("are written without the one whose pieces were let go, which takes them again, or not if they are gone", (bank, { written }) =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 10 })
        const rare = yield* Shop.product({ title: "Rare", stock: 1 })
        const buyers = [...yield* guests(3, [variantId, 1]), ...yield* guests(1, [rare.variantId, 1])]
        const placed = yield* payAtOnce(bank, buyers, ([, , third, fourth]) =>
          Effect.gen(function*() {
            const inventory = yield* Inventory
            const { transaction } = yield* Transactor
            yield* transaction(inventory.release(third?.id ?? "", "test"))
            yield* transaction(inventory.release(fourth?.id ?? "", "test"))
            const { items: [level] } = yield* system(inventory.list({ variantId: rare.variantId }))
            yield* system(inventory.adjust({
              adjustments: [{ variantId: rare.variantId, locationId: level?.locationId ?? "", onHand: 0 }],
              reason: "broken"
            }))
          }))
        assert.deepStrictEqual(paid(placed), ["paid", "paid", "paid", "cancelled"])
        assert.deepStrictEqual(written, [4, 2])
        yield* (yield* Jobs).drain
        assert.deepStrictEqual(yield* Fixture.statesNow(placed[3]?.order.id ?? ""), ["refunded"])
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 7, available: 7 })
      }))

    test("are written one by one where one of them cannot be, and that one once it can", (bank, { refused, written }) =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 10 })
        const placed = yield* payAtOnce(bank, yield* guests(4, [variantId, 1]), ([, , third]) =>
          Effect.sync(() => void refused.add(third?.id ?? "")))
        assert.deepStrictEqual(paid(placed), ["paid", "paid", "pending", "paid"])
        assert.deepStrictEqual(written, [4, 1, 1, 1, 1])
        assert.deepStrictEqual(yield* Fixture.told(placed[2]?.payment?.id ?? ""), [])
        refused.clear()
        yield* TestClock.adjust("5 minutes")
        yield* system((yield* Payments).recover)
        assert.strictEqual((yield* Fixture.orderNow(placed[2]?.order.id ?? "")).status, "paid")
        assert.strictEqual(yield* Fixture.takings(bank), 4)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 6, available: 6 })
      }))

    test("are written one by one where what was promised to them is not there any more", (bank, { written }) =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 10 })
        const gone = yield* Shop.product({ title: "Gone", stock: 10 })
        const buyers = [...yield* guests(2, [gone.variantId, 1]), ...yield* guests(1, [variantId, 1])]
        const placed = yield* payAtOnce(bank, buyers, () =>
          system(Effect.flatMap(Catalog, (catalog) => catalog.deleteProduct(gone.productId))))
        assert.deepStrictEqual(paid(placed), ["paid", "paid", "paid"])
        assert.deepStrictEqual(written, [3, 1, 1, 1])
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 9, available: 9 })
      }))

    test("count once though the bank calls and the buyers come back at the same time", (bank) =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 10 })
        const waiting = yield* Effect.forEach(Array.from({ length: 5 }), () => Fixture.redirected({ variantId }))
        for (const { reference } of waiting) yield* bank.approve(reference)
        const payments = yield* Payments
        yield* Fixture.together(bank, "retrieve", 2)
        yield* Effect.forEach(waiting, ({ as, payment, reference }) => {
          const verified = as(payments.verify(payment.id))
          return Effect.all([
            verified,
            Effect.flatMap(bank.webhook(reference), Fixture.arrives),
            verified
          ], { concurrency: "unbounded" })
        }, { concurrency: "unbounded" })
        yield* (yield* Jobs).drain
        for (const { order, payment } of waiting) {
          assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
          assert.deepStrictEqual(yield* Fixture.told(payment.id), ["payment.requires_action", "payment.captured"])
        }
        assert.strictEqual(yield* Fixture.takings(bank), 5)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 5, available: 5 })
      }))

    test("have no part in it where the order was paid in part, or waits for a person", (bank, { written }) =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 10 })
        const { code } = yield* system(Effect.flatMap(GiftCards, (cards) => cards.create({ amount: Shop.usd(700) })))
        const { order } = yield* Shop.place(yield* Shop.guest([variantId, 1]), "sandbox_success", { giftCards: [code ?? ""] })
        assert.strictEqual(order.status, "paid")
        const reserved = yield* Fixture.ordered("sandbox_authorize", { variantId })
        yield* Fixture.staff((yield* Payments).capture(reserved.payment.id))
        assert.strictEqual((yield* Fixture.orderNow(reserved.order.id)).status, "paid")
        assert.deepStrictEqual(written, [])
        assert.strictEqual(yield* Fixture.takings(bank), 2)
      }))
  })
}
