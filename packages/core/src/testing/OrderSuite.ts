/**
 * What orders must do on any storage: who sees them, how they are found, how they move.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { AuditLog } from "../audit/AuditLog.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { StoreId, within } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { OrderStatus } from "../orders/Order.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { Stores } from "../stores/Stores.ts"
import * as Invariants from "./Invariants.ts"
import { inState, ordered, paths, type Step } from "./OrderFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const staff = (...permissions: ReadonlyArray<string>) => Actor.as(Actor.staff("key_1", permissions))
const holder = (orderToken: string) => Actor.as(Actor.guest({ orderToken }))

const allIsWell = Effect.gen(function*() {
  const bank = yield* Shop.Bank
  assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(bank) }), [])
})

export const orderSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () =>
      Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  describe(`orders on ${harness.name}`, () => {
    test(
      "are seen by whom they belong to and by staff, and by nobody else",
      Effect.gen(function*() {
        const orders = yield* Orders
        const { variantId } = yield* Shop.product()
        const guests = yield* Shop.place(yield* Shop.guest([variantId, 1]))
        const others = yield* Shop.place(yield* Shop.guest([variantId, 1]))
        const ada = yield* Shop.place(yield* Shop.customer("user_ada", [variantId, 1]))

        assert.strictEqual((yield* holder(guests.token)(orders.get(guests.order.id))).id, guests.order.id)
        assert.strictEqual((yield* Actor.as(Actor.customer("user_ada"))(orders.get(ada.order.id))).id, ada.order.id)
        // a customer who ordered before they signed in still holds the order's token
        const later = Actor.customer("user_ada", { orderToken: guests.token })
        assert.strictEqual((yield* Actor.as(later)(orders.get(guests.order.id))).id, guests.order.id)
        assert.strictEqual((yield* staff("orders:read")(orders.get(ada.order.id))).id, ada.order.id)

        const unknown = "ord_00000000000000000000000000"
        const strangers: ReadonlyArray<Actor.Actor> = [
          Actor.guest(),
          Actor.guest({ orderToken: others.token }),
          Actor.guest({ orderToken: `${guests.token}x` }),
          Actor.guest({ cartToken: guests.token }),
          Actor.customer("user_bob"),
          Actor.customer("user_bob", { orderToken: others.token }),
          Actor.staff("key_1", ["catalog:write", "payments:read"])
        ]
        for (const stranger of strangers) {
          const as = Actor.as(stranger)
          const missing = yield* Effect.flip(as(orders.get(unknown)))
          for (const { id } of [guests.order, ada.order]) {
            const attempts: ReadonlyArray<Effect.Effect<unknown, Error>> = [
              orders.get(id),
              orders.timeline(id),
              orders.cancel(id)
            ]
            for (const attempt of attempts) {
              const refused = yield* Effect.flip(as(attempt))
              // the answer differs from the one for an id that does not exist in nothing but that id
              assert.deepStrictEqual<object>({ ...refused, order: unknown }, { ...missing })
              assert.strictEqual(refused.message, missing.message.replace(unknown, id))
            }
          }
        }
        assert.strictEqual((yield* system(orders.get(guests.order.id))).status, "paid")
        yield* allIsWell
      })
    )

    test(
      "say to the last minor unit what was agreed on, and to the millisecond when",
      Effect.gen(function*() {
        yield* TestClock.setTime(1_700_000_000_123)
        for (const amount of [115, 1_999, 16_777_217, 2_147_483_648]) {
          const { variantId } = yield* Shop.product({ price: Shop.usd(amount) })
          const { order } = yield* Shop.place(yield* Shop.guest([variantId, 3]))
          const { lines, paid, placedAt, total } = yield* system((yield* Orders).get(order.id))
          assert.deepStrictEqual([lines[0]?.unitPrice.amount, total.amount, paid.amount], [amount, 3 * amount + 500, 3 * amount + 500])
          assert.strictEqual(placedAt, "2023-11-14T22:13:20.123Z")
        }
        yield* allIsWell
      })
    )

    test(
      "are not written by another store, whatever it knows of them",
      Effect.gen(function*() {
        const repository = yield* OrderRepository
        const { variantId } = yield* Shop.product()
        const { order } = yield* Shop.place(yield* Shop.guest([variantId, 1]))
        const before = yield* repository.find(order.id)
        if (before === undefined) return yield* Effect.die("it was placed")
        const changed = { ...before, status: "cancelled" as const, tags: ["theirs"], version: before.version + 1 }
        const elsewhere = within(yield* StoreId.generate)
        for (const write of [repository.update, repository.setShipping, repository.tag]) {
          assert.strictEqual((yield* Effect.flip(elsewhere(write(changed))))._tag, "VersionConflict")
        }
        assert.deepStrictEqual(yield* elsewhere(repository.updateAll([changed])), [order.id])
        assert.deepStrictEqual(yield* repository.find(order.id), before)
      })
    )

    test(
      "are listed for a customer without those of others, whatever is asked",
      Effect.gen(function*() {
        const orders = yield* Orders
        const { variantId } = yield* Shop.product()
        const mine = [
          yield* Shop.place(yield* Shop.customer("user_ada", [variantId, 1])),
          yield* Shop.place(yield* Shop.customer("user_ada", [variantId, 2]))
        ]
        yield* Shop.place(yield* Shop.customer("user_bob", [variantId, 1]))
        yield* Shop.place(yield* Shop.guest([variantId, 1]))
        const ada = Actor.as(Actor.customer("user_ada"))
        for (const query of [{}, { customerId: "user_bob" }, { email: "ada@example.com" }]) {
          const { items, nextCursor } = yield* ada(orders.listMine(query))
          assert.sameMembers(items.map(({ id }) => id), mine.map(({ order }) => order.id))
          assert.strictEqual(nextCursor, null)
        }
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(orders.listMine())))._tag, "Unauthenticated")
        assert.strictEqual((yield* Effect.flip(ada(orders.list())))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(orders.list())))._tag, "Unauthenticated")
      })
    )

    test(
      "are listed newest first, in pages that lose and repeat nothing while others are placed",
      Effect.gen(function*() {
        const orders = yield* Orders
        const { variantId } = yield* Shop.product({ stock: 100 })
        const place = Effect.flatMap(Shop.guest([variantId, 1]), (buyer) => Shop.place(buyer))
        for (let index = 0; index < 7; index++) {
          yield* place
          // some are of the same moment
          if (index % 2 === 0) yield* TestClock.adjust("1 second")
        }
        const seen: Array<number> = []
        let after: string | undefined
        do {
          const page = yield* system(orders.list(after === undefined ? { limit: 3 } : { limit: 3, after }))
          assert.isAtMost(page.items.length, 3)
          seen.push(...page.items.map(({ number }) => number))
          after = page.nextCursor ?? undefined
          yield* place
        } while (after !== undefined)
        assert.sameMembers(seen, [1001, 1002, 1003, 1004, 1005, 1006, 1007])
        const all = (yield* system(orders.list())).items
        assert.deepStrictEqual(
          all.map(({ placedAt }) => placedAt),
          all.map(({ placedAt }) => placedAt).toSorted().toReversed()
        )
        for (const wrong of [{ after: "nonsense" }, { limit: 0 }, { limit: 101 }, { sort: "password" }]) {
          const refused = yield* Effect.flip(system(orders.list(wrong)))
          assert.strictEqual(refused._tag, "InvalidInput")
        }
      })
    )

    test(
      "are found by state, money, number, buyer and time",
      Effect.gen(function*() {
        const orders = yield* Orders
        const { variantId } = yield* Shop.product({ stock: 100 })
        const first = yield* Shop.place(yield* Shop.guest([variantId, 3]), "sandbox_success", { email: "Eve@Example.com" })
        yield* TestClock.adjust("1 hour")
        const second = yield* Shop.place(yield* Shop.customer("user_ada", [variantId, 1]), "sandbox_decline")
        const find = (query: Parameters<Orders["Service"]["list"]>[0]) =>
          Effect.map(system(orders.list(query)), ({ items }) => items.map(({ number }) => number))
        assert.deepStrictEqual(yield* find({ status: "paid" }), [first.order.number])
        assert.deepStrictEqual(yield* find({ paymentStatus: "unpaid" }), [second.order.number])
        assert.deepStrictEqual(yield* find({ number: first.order.number }), [first.order.number])
        assert.deepStrictEqual(yield* find({ customerId: "user_ada" }), [second.order.number])
        assert.deepStrictEqual(yield* find({ email: " EVE@example.com" }), [first.order.number])
        assert.deepStrictEqual(yield* find({ placedFrom: second.order.placedAt }), [second.order.number])
        assert.deepStrictEqual(yield* find({ placedTo: second.order.placedAt }), [first.order.number])
        assert.deepStrictEqual(yield* find({ status: "paid", customerId: "user_ada" }), [])
        const [summary] = (yield* system(orders.list({ status: "paid" }))).items
        assert.strictEqual(summary?.itemCount, 3)
      })
    )

    test(
      "tell what happened to them, to a buyer without the names of staff",
      Effect.gen(function*() {
        const orders = yield* Orders
        const { id, token } = yield* ordered()
        yield* staff("orders:write")(orders.changeStatus(id, { event: "process", reason: "picked" }))
        const forBuyer = yield* holder(token)(orders.timeline(id))
        assert.deepStrictEqual(forBuyer.map(({ actor, type }) => [type, actor]), [
          ["order.placed", "guest"],
          ["order.paid", "guest"],
          ["order.status_changed", "staff"]
        ])
        const forStaff = yield* staff("orders:read")(orders.timeline(id))
        assert.strictEqual(forStaff[2]?.actor, "staff:key_1")
        assert.deepInclude(forStaff[2]?.data as object, { from: "paid", to: "processing", reason: "picked" })
      })
    )

    test(
      "can be cancelled by the buyer before they are paid: the stock is free, the payment given up",
      Effect.gen(function*() {
        const orders = yield* Orders
        const { id, payment, token, variantId } = yield* ordered("sandbox_redirect")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 5, available: 3 })
        const cancelled = yield* holder(token)(orders.cancel(id, { reason: "found it cheaper" }))
        assert.strictEqual(cancelled.status, "cancelled")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 5, available: 5 })
        yield* (yield* Jobs).drain
        assert.strictEqual((yield* system((yield* Payments).get(payment?.id ?? ""))).state, "cancelled")
        // the bank will not take it any more either
        const bank = yield* Shop.Bank
        yield* Effect.flip(bank.approve(payment?.gatewayReference ?? ""))
        yield* allIsWell
      })
    )

    test(
      "can be cancelled by the buyer after they are paid: the pieces go back, and so does the money, once",
      Effect.gen(function*() {
        const orders = yield* Orders
        const { id, order, token, variantId } = yield* ordered()
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 3, available: 3 })
        yield* holder(token)(orders.cancel(id))
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 5, available: 5 })
        const again = yield* Effect.flip(holder(token)(orders.cancel(id)))
        assert.strictEqual(again._tag, "IllegalTransition")
        yield* (yield* Jobs).drain
        const after = yield* holder(token)(orders.get(id))
        assert.strictEqual(after.status, "cancelled")
        assert.strictEqual(after.paymentStatus, "refunded")
        assert.deepStrictEqual(after.refunded, order.total)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 5, available: 5 })
        yield* allIsWell
      })
    )

    test(
      "can be cancelled by the buyer until they are processed, and by staff until they are shipped",
      Effect.gen(function*() {
        const orders = yield* Orders
        for (const state of Object.keys(paths) as ReadonlyArray<OrderStatus>) {
          const own = yield* inState(state)
          const byBuyer = yield* Effect.exit(holder(own.token)(orders.cancel(own.id)))
          assert.strictEqual(byBuyer._tag === "Success", ["pending", "failed", "paid"].includes(state), state)
          const theirs = yield* inState(state)
          const byStaff = yield* Effect.result(staff("orders:write", "orders:read")(orders.cancel(theirs.id)))
          const allowed = ["pending", "failed", "paid", "processing", "on_hold"].includes(state)
          assert.strictEqual(byStaff._tag === "Success", allowed, state)
          if (byStaff._tag === "Failure") {
            assert(byStaff.failure._tag === "IllegalTransition")
            assert.notInclude(byStaff.failure.allowed, "cancel")
            assert.strictEqual(byStaff.failure.state, state)
          }
          assert.strictEqual((yield* system(orders.get(theirs.id))).status, allowed ? "cancelled" : state)
        }
        yield* (yield* Jobs).drain
        yield* allIsWell
      })
    )

    test(
      "can be cancelled only by staff who may, on the version that they saw, and leave a trace of who did it",
      Effect.gen(function*() {
        const orders = yield* Orders
        const { id, order } = yield* ordered()
        const reader = yield* Effect.flip(staff("orders:read")(orders.cancel(id)))
        assert(reader._tag === "OrderNotFound" || reader._tag === "Forbidden")
        assert.strictEqual(reader._tag, "Forbidden")
        const stale = yield* Effect.flip(staff("orders:*")(orders.cancel(id, { version: order.version - 1 })))
        assert.strictEqual(stale._tag, "VersionConflict")
        yield* staff("orders:*")(orders.cancel(id, { version: order.version, reason: "out of boards" }))
        const [entry] = (yield* system((yield* AuditLog).list({ subject: id }))).items
        assert.strictEqual(entry?.action, "order.cancel")
        assert.strictEqual(entry?.actor, "staff:key_1")
        assert.deepStrictEqual(entry?.details, { from: "paid", reason: "out of boards" })
      })
    )

    test(
      "attack 29, step skipping: move along by staff, who are told what is possible instead",
      Effect.gen(function*() {
        const orders = yield* Orders
        const { id, token } = yield* ordered()
        const change = (event: Exclude<Step, "cancel" | "refund">, version?: number) =>
          staff("orders:write")(orders.changeStatus(id, version === undefined ? { event } : { event, version }))
        const early = yield* Effect.flip(change("deliver"))
        assert(early._tag === "IllegalTransition")
        assert.sameMembers([...early.allowed], ["process", "ship", "hold", "cancel", "refund"])
        const processing = yield* change("process")
        assert.strictEqual(processing.status, "processing")
        assert.strictEqual((yield* Effect.flip(change("ship", processing.version - 1)))._tag, "VersionConflict")
        assert.strictEqual((yield* change("ship", processing.version)).status, "shipped")
        assert.strictEqual((yield* change("deliver")).status, "delivered")
        for (const event of ["pay", "refund", "cancel", "fail", "retry", "nonsense"]) {
          const refused = yield* Effect.flip(change(event as "process"))
          assert.strictEqual(refused._tag, "InvalidInput")
        }
        assert.strictEqual(
          (yield* Effect.flip(holder(token)(orders.changeStatus(id, { event: "process" }))))._tag,
          "Unauthenticated"
        )
        assert.strictEqual((yield* Effect.flip(staff("orders:read")(orders.changeStatus(id, { event: "hold" }))))._tag, "Forbidden")
        const actions = (yield* system((yield* AuditLog).list({ subject: id }))).items.map(({ action }) => action)
        assert.sameMembers([...actions], ["order.process", "order.ship", "order.deliver"])
        // what nobody has paid goes nowhere
        const waiting = yield* ordered("sandbox_redirect")
        for (const event of ["process", "ship", "hold", "resume", "deliver"] as const) {
          const refused = yield* Effect.flip(staff("orders:write")(orders.changeStatus(waiting.id, { event })))
          assert(refused._tag === "IllegalTransition")
          assert.deepStrictEqual([refused.state, refused.event, refused.allowed.includes(event)], ["pending", event, false])
        }
        assert.deepInclude(yield* system(orders.get(waiting.id)), { status: "pending", version: waiting.order.version })
        assert.deepStrictEqual((yield* system((yield* AuditLog).list({ subject: waiting.id }))).items, [])
        yield* allIsWell
      })
    )

    test(
      "are of one store: in another they do not exist, and numbers begin anew",
      Effect.gen(function*() {
        const orders = yield* Orders
        const stores = yield* Stores
        const { id, token } = yield* ordered()
        const outlet = yield* system(stores.create({ code: "outlet", name: "Outlet", currency: "USD" }))
        const there = within(outlet.id)
        assert.strictEqual((yield* Effect.flip(there(system(orders.get(id)))))._tag, "OrderNotFound")
        assert.strictEqual((yield* Effect.flip(there(holder(token)(orders.get(id)))))._tag, "OrderNotFound")
        assert.strictEqual((yield* Effect.flip(there(system(orders.cancel(id)))))._tag, "OrderNotFound")
        assert.deepStrictEqual((yield* there(system(orders.list()))).items, [])
        assert.strictEqual((yield* there(system(orders.stats()))).total, 0)
        const other = yield* there(Effect.andThen(Shop.ships, ordered()))
        assert.strictEqual(other.order.number, 1001)
        assert.deepStrictEqual((yield* system(orders.list())).items.map((order) => order.id), [id])
        // both have their payments at the same bank
        assert.deepStrictEqual(yield* Invariants.violations(), [])
        assert.deepStrictEqual(yield* there(Invariants.violations()), [])
      })
    )

    test(
      "add up to statistics of states and revenue",
      Effect.gen(function*() {
        const orders = yield* Orders
        const payments = yield* Payments
        yield* inState("failed")
        yield* inState("shipped")
        const { id, order } = yield* inState("paid")
        yield* system(payments.refund(id, { amount: Shop.usd(1_000), reason: "a scratch" }))
        const stats = yield* staff("orders:read")(orders.stats())
        assert.strictEqual(stats.total, 3)
        assert.deepInclude(stats.byStatus, { failed: 1, shipped: 1, paid: 1, pending: 0, cancelled: 0 })
        const total = order.total.amount
        assert.deepStrictEqual(stats.revenue, [{
          currency: order.currency,
          orders: 2,
          paid: Shop.usd(2 * total),
          refunded: Shop.usd(1_000),
          net: Shop.usd(2 * total - 1_000)
        }])
        const none = yield* system(orders.stats({ placedFrom: Timestamp.plus(order.placedAt, "1 second") }))
        assert.deepStrictEqual(none.revenue, [])
        assert.strictEqual((yield* Effect.flip(staff("catalog:read")(orders.stats())))._tag, "Forbidden")
      })
    )

    test(
      "can be exported as CSV that a spreadsheet does not run",
      Effect.gen(function*() {
        const orders = yield* Orders
        const { variantId } = yield* Shop.product({ sku: "=1+1", stock: 300 })
        for (const note of ["=HYPERLINK(\"http://evil\")", "+1", "-1", "@SUM(A1)", "\tx", "plain, \"quoted\"\nlines"]) {
          yield* Shop.place(yield* Shop.guest([variantId, 1]), "sandbox_success", {
            note,
            shippingAddress: { ...Shop.address, name: "=Ada" }
          })
        }
        const read = (query: Parameters<Orders["Service"]["export"]>[0]) =>
          Effect.map(Stream.runCollect(orders.export(query)), (chunks) => [...chunks])
        const [header = "", ...lines] = yield* staff("orders:read")(read({ limit: 2 }))
        assert.isTrue(header.startsWith("number,id,placed_at,status,"))
        assert.strictEqual(lines.length, 6)
        const text = lines.join("")
        assert.include(text, "\"'=HYPERLINK(\"\"http://evil\"\")\"")
        for (const cell of ["'+1", "'-1", "'@SUM(A1)", "'\tx", "'=Ada", "\"plain, \"\"quoted\"\"\nlines\""]) {
          assert.include(text, cell)
        }
        assert.include(lines[5], ",25.00,25.00,0.00,Post,")
        assert.deepStrictEqual(yield* system(read({ status: "failed" })), [header])
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(read({}))))._tag, "Unauthenticated")
      })
    )
  })
}
