/**
 * What money does to orders, and to their stock, on any storage: every happening in every state, late, twice and at
 * the same time.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Inventory } from "../inventory/Inventory.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { Order, OrderStatus } from "../orders/Order.ts"
import type { LifecycleOutcome } from "../orders/OrderLifecycle.ts"
import { OrderLifecycle } from "../orders/OrderLifecycle.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { Orders } from "../orders/Orders.ts"
import { inState } from "./OrderFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))

/** What becomes of an order in each state when its money does something: the answer, and the state after it. */
const lifecycle = `
            paid               authorized         paymentFailed     retry              refunded            cancelUnpaid         disputed  review  approved
pending     applied:paid       applied:pending    applied:failed    applied:pending    -                   applied:cancelled  unchanged:pending  unchanged:pending  unchanged:pending
failed      applied:paid       applied:pending    unchanged:failed  applied:pending    -                   applied:cancelled  unchanged:failed  unchanged:failed  unchanged:failed
paid        paid:paid          paid:paid          paid:paid         paid:paid          applied:refunded    paid:paid  applied:on_hold  applied:on_hold  unchanged:paid
processing  paid:processing    paid:processing    paid:processing   paid:processing    applied:refunded    paid:processing  applied:on_hold  applied:on_hold  unchanged:processing
on_hold     paid:on_hold       paid:on_hold       paid:on_hold      paid:on_hold       applied:refunded    paid:on_hold  unchanged:on_hold  unchanged:on_hold  unchanged:on_hold
shipped     paid:shipped       paid:shipped       paid:shipped      paid:shipped       applied:refunded    paid:shipped  unchanged:shipped  unchanged:shipped  unchanged:shipped
delivered   paid:delivered     paid:delivered     paid:delivered    paid:delivered     applied:refunded    paid:delivered  unchanged:delivered  unchanged:delivered  unchanged:delivered
cancelled   cancelled:cancelled  cancelled:cancelled  cancelled:cancelled  cancelled:cancelled  -  unchanged:cancelled  unchanged:cancelled  unchanged:cancelled  unchanged:cancelled
refunded    cancelled:refunded  cancelled:refunded  cancelled:refunded  cancelled:refunded  -  cancelled:refunded  unchanged:refunded  unchanged:refunded  unchanged:refunded
`

/** What happens to one order at a time. */
type Happening = Exclude<keyof OrderLifecycle["Service"], "paidAtOnce" | "owedAgain" | "refundFailed">

const [happenings = [], ...rows] = lifecycle.trim().split("\n").map((line) => line.trim().split(/\s+/))
const cases = rows.flatMap(([state = "", ...cells]) =>
  cells.map((cell, index) => ({ state, happening: happenings[index] ?? "", cell }))
).filter(({ cell }) => cell !== "-").map(({ cell, happening, state }) => {
  const [outcome = "", target = ""] = cell.split(":")
  return {
    state: state as OrderStatus,
    happening: happening as Happening,
    outcome: outcome as LifecycleOutcome,
    target: target as OrderStatus
  }
})

export const orderLifecycleSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () =>
      Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  describe(`the money of orders on ${harness.name}`, () => {
    const until = Effect.map(Timestamp.now, (now) => Timestamp.plus(now, "2 hours"))

    /** Lets something happen to an order's money, as payments would. */
    const happen = Effect.fnUntraced(function*(happening: Happening, { id, total }: Order) {
      const lifecycle = yield* OrderLifecycle
      const transactor = yield* Transactor
      const later = yield* until
      return yield* transactor.transaction(Effect.suspend(() => {
        switch (happening) {
          case "paid":
            return lifecycle.paid(id, total)
          case "authorized":
            return lifecycle.authorized(id, later)
          case "paymentFailed":
            return lifecycle.paymentFailed(id, "declined")
          case "retry":
            return lifecycle.retry(id, later)
          case "refunded":
            return lifecycle.refunded(id, total, "ref_test", { restock: true })
          case "cancelUnpaid":
            return lifecycle.cancelUnpaid(id, "test")
          case "disputed":
            return lifecycle.disputed(id)
          case "review":
            return lifecycle.review(id)
          case "approved":
            return lifecycle.approved(id)
        }
      }))
    })

    for (const { happening, outcome, state, target } of cases) {
      test(
        `${happening} on an order that is ${state}: ${outcome}, then ${target}`,
        Effect.gen(function*() {
          const { order, variantId } = yield* inState(state)
          const answer = yield* happen(happening, order)
          assert.strictEqual(answer.outcome, outcome)
          assert.strictEqual(answer.order.status, target)
          const stored = yield* system((yield* Orders).get(order.id))
          const { holds: _h, tokenHash: _t, ...shown } = answer.order
          assert.deepStrictEqual(stored, shown)
          // money is written down whatever the order makes of it
          if (happening === "paid") assert.strictEqual(stored.paid.amount, order.paid.amount + order.total.amount)
          assert.deepStrictEqual(yield* system((yield* Inventory).reconcile), [])
          const { available, onHand } = yield* Shop.stockOf(variantId)
          const expected = target === "pending"
            ? { onHand: 5, available: 3 }
            : ["failed", "cancelled"].includes(target) || (happening === "refunded" && !["shipped", "delivered"].includes(state))
            ? { onHand: 5, available: 5 }
            : { onHand: 3, available: 3 }
          assert.deepStrictEqual({ onHand, available }, expected)
        })
      )
    }

    test(
      "cancels an order whose money comes after its last piece was sold to somebody else",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 1 })
        const late = yield* Shop.place(yield* Shop.guest([variantId, 1]), "sandbox_decline")
        yield* Shop.place(yield* Shop.guest([variantId, 1]))
        const { order, outcome } = yield* happen("paid", late.order)
        assert.strictEqual(outcome, "out_of_stock")
        assert.strictEqual(order.status, "cancelled")
        assert.deepStrictEqual(order.paid, late.order.total)
        assert.deepStrictEqual(yield* system((yield* Inventory).reconcile), [])
        const types = (yield* system((yield* Orders).timeline(order.id))).map(({ type }) => type)
        assert.deepStrictEqual(types, ["order.placed", "order.payment_failed", "order.cancelled"])
      })
    )

    test(
      "waits for the rest of an order that is paid in parts",
      Effect.gen(function*() {
        const { order } = yield* inState("pending")
        const lifecycle = yield* OrderLifecycle
        const part = yield* lifecycle.paid(order.id, Shop.usd(order.total.amount - 1))
        assert.deepStrictEqual([part.outcome, part.order.status], ["unchanged", "pending"])
        const rest = yield* lifecycle.paid(order.id, Shop.usd(1))
        assert.deepStrictEqual([rest.outcome, rest.order.status], ["applied", "paid"])
      })
    )

    test(
      "leaves an order paid when it was paid twice and one payment went back",
      Effect.gen(function*() {
        const { order } = yield* inState("paid")
        const lifecycle = yield* OrderLifecycle
        assert.strictEqual((yield* lifecycle.paid(order.id, order.total)).outcome, "paid")
        const after = yield* lifecycle.refunded(order.id, order.total, "ref_test", { restock: true })
        assert.strictEqual(after.order.status, "paid")
        assert.strictEqual(after.order.paymentStatus, "paid")
      })
    )

    test(
      "holds the same pieces however often paying is tried again",
      Effect.gen(function*() {
        const { order, variantId } = yield* inState("failed")
        for (let times = 0; times < 3; times++) {
          assert.strictEqual((yield* happen("retry", order)).order.status, "pending")
          assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 5, available: 3 })
          yield* happen("paymentFailed", order)
          assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 5, available: 5 })
        }
        assert.deepStrictEqual(yield* system((yield* Inventory).reconcile), [])
      })
    )

    test(
      "never shortens the time that stock is held",
      Effect.gen(function*() {
        const { order } = yield* inState("pending")
        const lifecycle = yield* OrderLifecycle
        const sooner = yield* lifecycle.retry(order.id, order.placedAt)
        assert.deepStrictEqual([sooner.outcome, sooner.order.reservedUntil], ["unchanged", order.reservedUntil])
        const later = yield* lifecycle.retry(order.id, Timestamp.plus(order.reservedUntil, "1 hour"))
        assert.strictEqual(later.order.reservedUntil, Timestamp.plus(order.reservedUntil, "1 hour"))
      })
    )

    test(
      "counts every payment once when many change one order at the same time",
      Effect.gen(function*() {
        const { order } = yield* inState("paid")
        const lifecycle = yield* OrderLifecycle
        const transactor = yield* Transactor
        yield* Effect.forEach(
          Array.from({ length: 10 }),
          () => transactor.transaction(lifecycle.paid(order.id, Shop.usd(1))),
          { concurrency: "unbounded" }
        )
        const { paid, version } = yield* system((yield* Orders).get(order.id))
        assert.strictEqual(paid.amount, order.total.amount + 10)
        assert.strictEqual(version, order.version + 10)
      })
    )

    test(
      "is looked for among the orders that were not paid in time, the longest overdue first",
      Effect.gen(function*() {
        const repository = yield* OrderRepository
        const first = yield* inState("pending")
        yield* TestClock.adjust("1 minute")
        const second = yield* inState("failed")
        yield* inState("paid")
        const overdue = (after: Parameters<typeof TestClock.adjust>[0], limit = 10) =>
          Effect.andThen(TestClock.adjust(after), Effect.flatMap(Timestamp.now, (now) => repository.overdue(now, limit)))
        assert.deepStrictEqual(yield* overdue("13 minutes"), [])
        assert.deepStrictEqual(yield* overdue("90 seconds"), [first.id])
        assert.deepStrictEqual(yield* overdue("1 hour"), [first.id, second.id])
        assert.deepStrictEqual(yield* overdue("1 hour", 1), [first.id])
      })
    )
  })
}
