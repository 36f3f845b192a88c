/**
 * Returns, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as TestClock from "effect/testing/TestClock"
import { Catalog } from "../catalog/Catalog.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import * as Return from "../returns/Return.ts"
import { ReturnRepository } from "../returns/ReturnRepository.ts"
import { Returns } from "../returns/Returns.ts"
import { Stores } from "../stores/Stores.ts"
import * as Invariants from "./Invariants.ts"
import { inState } from "./OrderFixture.ts"
import { returnRefusalSuite } from "./ReturnRefusalSuite.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

const allIsWell = Effect.gen(function*() {
  assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(yield* Shop.Bank) }), [])
  assert.deepStrictEqual(yield* system(Effect.flatMap(Inventory, (inventory) => inventory.reconcile)), [])
})

export const returnSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  /** An order of two pieces of 2000 that has arrived, whose buyer asks to give some back. */
  const asked = Effect.fnUntraced(function*(quantity = 2) {
    const returns = yield* Returns
    const { id, order, token, variantId } = yield* inState("delivered")
    const lineId = order.lines[0]?.id as string
    const buyer = Actor.as(Actor.guest({ orderToken: token }))
    const request = (pieces: number) => returns.request(id, { lines: [{ lineId, quantity: pieces, reason: "changed_mind" }] })
    return { id, order, token, variantId, lineId, buyer, request, asked: yield* buyer(request(quantity)) }
  })

  /** A return whose pieces have come, fit to be sold again. */
  const received = Effect.fnUntraced(function*(quantity = 2, fee = 0) {
    const returns = yield* Returns
    const all = yield* asked(quantity)
    yield* system(returns.approve(all.asked.id, { restockingFee: Shop.usd(fee) }))
    const lines = [{ lineId: all.lineId, restock: quantity, scrap: 0 }]
    return { ...all, received: yield* system(returns.receive(all.asked.id, { lines })) }
  })

  const refundsOf = (orderId: string) => system(Effect.flatMap(Payments, (payments) => payments.refunds(orderId)))

  describe(`returns on ${harness.name}`, () => {
    test(
      "what a buyer gives back is approved, received and looked at; it goes back into stock, and its money to the buyer",
      Effect.gen(function*() {
        const returns = yield* Returns
        const { asked: first, buyer, id, lineId, variantId } = yield* asked()
        assert.deepInclude(first, { status: "requested", orderId: id, amount: null, refundId: null })
        const approved = yield* system(returns.approve(first.id, { label: "label_1", restockingFee: Shop.usd(150) }))
        assert.deepStrictEqual([approved.status, approved.label], ["approved", "label_1"])
        const lines = [{ lineId, restock: 1, scrap: 1 }]
        const came = yield* system(returns.receive(first.id, { lines, version: approved.version }))
        assert.deepStrictEqual([came.status, came.amount], ["received", Shop.usd(3_850)])
        // one of the two can be sold again
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 4, available: 4 })
        assert.lengthOf(yield* refundsOf(id), 0)
        const refunded = yield* system(returns.refund(first.id))
        const [refund] = yield* refundsOf(id)
        assert.deepStrictEqual(
          [refunded.status, refunded.refundId, refund?.amount, refund?.state],
          ["refunded", refund?.id, Shop.usd(3_850), "succeeded"]
        )
        // the buyer sees it, in the timeline too
        assert.deepStrictEqual(yield* buyer(returns.ofOrder(id)), [refunded])
        assert.deepStrictEqual(yield* buyer(returns.get(first.id)), refunded)
        const timeline = yield* buyer(Effect.flatMap(Orders, (orders) => orders.timeline(id)))
        const steps = timeline.flatMap(({ data, type }) =>
          type === "return.status_changed" ? [(data as { readonly to: string }).to] : [])
        assert.deepStrictEqual(steps, ["approved", "received", "refunding", "refunded"])
        yield* allIsWell
      })
    )

    test(
      "never more comes back than was bought, in one return or in many",
      Effect.gen(function*() {
        const returns = yield* Returns
        const { asked: first, buyer, id, lineId, request } = yield* asked(1)
        assert.deepInclude(yield* Effect.flip(buyer(request(2))), {
          _tag: "ReturnExceedsOrder",
          lines: [{ lineId, wanted: 2, left: 1 }]
        })
        const second = yield* buyer(request(1))
        assert.strictEqual((yield* Effect.flip(buyer(request(1))))._tag, "ReturnExceedsOrder")
        // what is not given back after all can be asked for again
        yield* buyer(returns.cancel(second.id))
        const third = yield* buyer(request(1))
        yield* system(returns.reject(third.id, { reason: "worn" }))
        yield* buyer(request(1))
        yield* system(returns.approve(first.id))
        const tooMany = yield* Effect.flip(system(returns.receive(first.id, { lines: [{ lineId, restock: 1, scrap: 1 }] })))
        assert.deepInclude(tooMany, { _tag: "ReturnExceedsOrder", lines: [{ lineId, wanted: 2, left: 1 }] })
        assert.strictEqual((yield* system(returns.get(first.id))).status, "approved")
        assert.lengthOf(yield* system(returns.ofOrder(id)), 4)
        yield* allIsWell
      })
    )

    test(
      "of many who ask for the same pieces at once, or receive or refund the same return, only as many succeed as there are",
      Effect.gen(function*() {
        const returns = yield* Returns
        const { buyer, id, lineId, request, variantId } = yield* asked(1)
        const at = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
          Effect.map(
            Effect.all(Array.from({ length: 4 }, () => Effect.exit(effect)), { concurrency: "unbounded" }),
            (exits) => exits.filter(Exit.isSuccess).length
          )
        assert.strictEqual(yield* at(buyer(request(1))), 1)
        const [first] = yield* system(returns.ofOrder(id))
        const ret = first?.id ?? ""
        yield* system(returns.approve(ret))
        assert.strictEqual(yield* at(system(returns.receive(ret, { lines: [{ lineId, restock: 1, scrap: 0 }] }))), 1)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 4, available: 4 })
        assert.strictEqual(yield* at(system(returns.refund(ret))), 1)
        assert.lengthOf(yield* refundsOf(id), 1)
        yield* allIsWell
      })
    )

    test(
      "a line that comes back piece by piece gives back what was paid for it to the last cent",
      Effect.gen(function*() {
        const returns = yield* Returns
        const { variantId } = yield* Shop.product({ price: Shop.usd(333), stock: 3 })
        const { order, token } = yield* Shop.place(yield* Shop.guest([variantId, 3]))
        for (const event of ["ship", "deliver"] as const) {
          yield* system(Effect.flatMap(Orders, (orders) => orders.changeStatus(order.id, { event })))
        }
        const line = order.lines[0]
        const lineId = line?.id as string
        let sum = 0
        for (let piece = 0; piece < 3; piece++) {
          const lines = [{ lineId, quantity: 1, reason: "damaged" as const }]
          const one = yield* Actor.as(Actor.guest({ orderToken: token }))(returns.request(order.id, { lines }))
          yield* system(returns.approve(one.id))
          yield* system(returns.receive(one.id, { lines: [{ lineId, restock: 1, scrap: 0 }] }))
          sum += (yield* system(returns.refund(one.id))).amount?.amount ?? 0
        }
        assert.strictEqual(sum, line?.total.amount)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 3, available: 3 })
        yield* allIsWell
      })
    )

    test(
      "a buyer can ask within the store's time, staff after it, and nobody before the order has left",
      Effect.gen(function*() {
        const returns = yield* Returns
        yield* system(Effect.flatMap(Stores, (stores) => stores.update({ settings: { returnDays: 14 } })))
        const { asked: first, buyer, request } = yield* asked(1)
        yield* buyer(returns.cancel(first.id))
        yield* TestClock.adjust("14 days")
        const inTime = yield* buyer(request(1))
        yield* TestClock.adjust("1 millis")
        assert.deepInclude(yield* Effect.flip(buyer(request(1))), { _tag: "ReturnRefused", reason: "window_closed" })
        yield* system(request(1))
        assert.strictEqual(inTime.status, "requested")
        for (const state of ["pending", "paid", "processing", "cancelled", "refunded"] as const) {
          const { id, order } = yield* inState(state)
          const lines = [{ lineId: order.lines[0]?.id as string, quantity: 1, reason: "other" as const }]
          assert.deepInclude(yield* Effect.flip(system(returns.request(id, { lines }))), {
            _tag: "ReturnRefused",
            reason: "not_sent"
          })
        }
      })
    )

    test(
      "what was sold for good comes back only where staff say why, and as it was said when it was sold",
      Effect.gen(function*() {
        const returns = yield* Returns
        const catalog = yield* Catalog
        const final = yield* Shop.product({ finalSale: true })
        const usual = yield* Shop.product({ title: "Mug" })
        const { order, token } = yield* Shop.place(yield* Shop.guest([final.variantId, 1], [usual.variantId, 1]))
        for (const event of ["ship", "deliver"] as const) {
          yield* system(Effect.flatMap(Orders, (orders) => orders.changeStatus(order.id, { event })))
        }
        // what the catalog says now changes nothing
        yield* system(catalog.updateVariant(final.productId, final.variantId, { finalSale: false }))
        yield* system(catalog.updateVariant(usual.productId, usual.variantId, { finalSale: true }))
        const buyer = Actor.as(Actor.guest({ orderToken: token }))
        const lineOf = (variantId: string) => order.lines.find((line) => line.variantId === variantId)?.id as string
        assert.deepStrictEqual(order.lines.map(({ finalSale }) => finalSale), [true, false])
        const line = { quantity: 1, reason: "changed_mind" as const }
        const lines = [final.variantId, usual.variantId].map((variantId) => Object.assign({ lineId: lineOf(variantId) }, line))
        for (const who of [buyer, system]) {
          assert.deepInclude(yield* Effect.flip(who(returns.request(order.id, { lines }))), {
            _tag: "ReturnRefused",
            reason: "final_sale",
            lineIds: [lineOf(final.variantId)]
          })
        }
        const exception = "It was broken in the shop"
        const excused = yield* Effect.flip(buyer(returns.request(order.id, { lines, exception })))
        assert.strictEqual(excused._tag, "InvalidInput")
        assert.deepStrictEqual(yield* system(returns.ofOrder(order.id)), [])
        yield* buyer(returns.request(order.id, { lines: lines.slice(1) }))
        yield* system(returns.request(order.id, { lines: lines.slice(0, 1), exception }))
        const timeline = yield* buyer(Effect.flatMap(Orders, (orders) => orders.timeline(order.id)))
        const exceptions = timeline.flatMap(({ data, type }) =>
          type === "return.requested" ? [(data as { readonly exception?: string }).exception] : [])
        assert.deepStrictEqual(exceptions, [undefined, exception])
        yield* allIsWell
      })
    )

    test(
      "a refund that the bank or the balance refuses leaves the return received, to be tried again or closed",
      Effect.gen(function*() {
        const returns = yield* Returns
        const { id, received: came } = yield* received()
        // somebody gave most of the money back by hand
        yield* system(Effect.flatMap(Payments, (payments) => payments.refund(id, { amount: Shop.usd(4_000), reason: "" })))
        assert.strictEqual((yield* Effect.flip(system(returns.refund(came.id))))._tag, "RefundExceedsCaptured")
        const back = yield* system(returns.get(came.id))
        assert.deepStrictEqual([back.status, back.refundId], ["received", null])
        assert.lengthOf(yield* refundsOf(id), 1)
        assert.strictEqual((yield* system(returns.close(came.id, { reason: "given back by hand" }))).status, "closed")
        yield* drain
        yield* allIsWell
      })
    )

    test(
      "whoever dies while asking for the money is followed by another, and the money goes back once",
      Effect.gen(function*() {
        const returns = yield* Returns
        const repository = yield* ReturnRepository
        const payments = yield* Payments
        const { id, received: came } = yield* received()
        const cutOff = { ...came, status: "refunding" as const, version: came.version + 1 }
        yield* repository.update(cutOff)
        // the refund was made, but nobody wrote that down
        yield* system(payments.refund(id, { amount: Shop.usd(4_000), reason: `return ${came.id}` }))
        assert.strictEqual((yield* Effect.flip(system(returns.refund(came.id))))._tag, "IllegalTransition")
        yield* TestClock.adjust("6 minutes")
        const refunded = yield* system(returns.refund(came.id))
        const refunds = yield* refundsOf(id)
        assert.deepStrictEqual([refunded.status, refunded.refundId, refunds.length], ["refunded", refunds[0]?.id, 1])
        yield* allIsWell
      })
    )

    test(
      "a fee that eats up what was paid leaves nothing to give back, and fewer pieces may come than were announced",
      Effect.gen(function*() {
        const returns = yield* Returns
        const { received: eaten } = yield* received(1, 9_999)
        assert.deepStrictEqual(eaten.amount, Shop.usd(0))
        assert.strictEqual((yield* Effect.flip(system(returns.refund(eaten.id))))._tag, "InvalidInput")
        const { asked: both, buyer, lineId, request } = yield* asked(2)
        yield* system(returns.approve(both.id))
        const came = yield* system(returns.receive(both.id, { lines: [{ lineId, restock: 0, scrap: 1 }] }))
        assert.deepStrictEqual(came.amount, Shop.usd(2_000))
        // the other can be asked for again
        yield* buyer(request(1))
        yield* allIsWell
      })
    )

    test(
      "each step happens once and in order, and is refused with what is allowed instead",
      Effect.gen(function*() {
        const returns = yield* Returns
        const { asked: first, lineId } = yield* asked(1)
        const steps = {
          approve: returns.approve(first.id),
          reject: returns.reject(first.id),
          cancel: returns.cancel(first.id),
          receive: returns.receive(first.id, { lines: [{ lineId, restock: 1, scrap: 0 }] }),
          refund: returns.refund(first.id),
          close: returns.close(first.id)
        }
        for (const step of ["approve", "receive", "close"] as const) {
          const { status } = yield* system(returns.get(first.id))
          const allowed = StateMachine.allowed(Return.machine, status)
          for (const [event, effect] of Object.entries(steps)) {
            if (allowed.includes(event as never)) continue
            const error = yield* Effect.flip(system(effect as Effect.Effect<unknown, { readonly _tag: string }>))
            assert.deepInclude(error as object, { _tag: "IllegalTransition", state: status, event, allowed })
          }
          yield* system(steps[step] as Effect.Effect<unknown, { readonly _tag: string }>)
        }
        const stale = yield* Effect.flip(system(returns.close(first.id, { version: 1 })))
        assert.strictEqual(stale._tag, "VersionConflict")
      })
    )

    test(
      "lines that are none of the order, or named twice, and places that are none are refused with nothing changed",
      Effect.gen(function*() {
        const returns = yield* Returns
        const { asked: first, buyer, id, lineId } = yield* asked(1)
        const other = yield* asked(1)
        const line = { quantity: 1, reason: "other" as const }
        for (const lines of [[{ ...line, lineId: other.lineId }], [{ ...line, lineId }, { ...line, lineId }]]) {
          assert.strictEqual((yield* Effect.flip(buyer(returns.request(id, { lines }))))._tag, "InvalidInput")
        }
        yield* system(returns.approve(first.id))
        const lines = [{ lineId, restock: 1, scrap: 0 }]
        const nowhere = returns.receive(first.id, { lines, locationId: "loc_01jd0000000000000000000000" })
        assert.strictEqual((yield* Effect.flip(system(nowhere)))._tag, "LocationNotFound")
        const foreign = returns.approve(other.asked.id, { restockingFee: { amount: 1, currency: "EUR" } })
        assert.strictEqual((yield* Effect.flip(system(foreign)))._tag, "InvalidInput")
        assert.strictEqual((yield* system(returns.get(first.id))).status, "approved")
        yield* allIsWell
      })
    )

    test(
      "a buyer sees and cancels their own, staff do the rest by their permissions, and stores do not see each other's",
      Effect.gen(function*() {
        const returns = yield* Returns
        const { asked: first, buyer, id, lineId, request } = yield* asked(1)
        const stranger = Actor.as(Actor.guest())
        const reader = Actor.as(Actor.staff("user_1", ["orders:read"]))
        const packer = Actor.as(Actor.staff("user_2", ["orders:read", "orders:write"]))
        assert.strictEqual((yield* Effect.flip(stranger(request(1))))._tag, "OrderNotFound")
        assert.strictEqual((yield* Effect.flip(stranger(returns.get(first.id))))._tag, "ReturnNotFound")
        assert.strictEqual((yield* Effect.flip(stranger(returns.cancel(first.id))))._tag, "ReturnNotFound")
        assert.strictEqual((yield* Effect.flip(reader(request(1))))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(reader(returns.cancel(first.id))))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(buyer(returns.approve(first.id))))._tag, "Unauthenticated")
        yield* packer(returns.approve(first.id))
        // who receives need not be allowed to change stock otherwise
        yield* packer(returns.receive(first.id, { lines: [{ lineId, restock: 1, scrap: 0 }] }))
        assert.strictEqual((yield* Effect.flip(packer(returns.refund(first.id))))._tag, "Forbidden")
        assert.deepStrictEqual((yield* reader(returns.list({ status: "received" }))).items.map((one) => one.id), [first.id])
        assert.deepStrictEqual((yield* reader(returns.list({ status: "refunded" }))).items, [])
        const other = yield* system(Effect.flatMap(Stores, (stores) =>
          stores.create({ code: "other", name: "Other", currency: "USD" })))
        const elsewhere = within(other.id)
        assert.deepStrictEqual((yield* elsewhere(system(returns.list()))).items, [])
        assert.strictEqual((yield* Effect.flip(elsewhere(system(returns.close(first.id)))))._tag, "ReturnNotFound")
        assert.strictEqual((yield* Effect.flip(elsewhere(system(returns.ofOrder(id)))))._tag, "OrderNotFound")
      })
    )

    test(
      "what a customer wrote and pictured is handed out to them and forgotten with them; the figures stay",
      Effect.gen(function*() {
        const returns = yield* Returns
        const repository = yield* ReturnRepository
        const { variantId } = yield* Shop.product()
        const { order } = yield* Shop.place(yield* Shop.customer("user_ada", [variantId, 1]))
        for (const event of ["ship", "deliver"] as const) {
          yield* system(Effect.flatMap(Orders, (orders) => orders.changeStatus(order.id, { event })))
        }
        const lines = [{
          lineId: order.lines[0]?.id as string,
          quantity: 1,
          reason: "damaged" as const,
          note: "my cat did it",
          pictures: ["media_1"]
        }]
        for (const address of ["javascript:alert(1)", "//tracker.example/1.gif"]) {
          const pictured = { lines: lines.map((line) => ({ ...line, pictures: [address] })) }
          const refused = yield* Effect.flip(Actor.as(Actor.customer("user_ada"))(returns.request(order.id, pictured)))
          assert.strictEqual(refused._tag, "InvalidInput", address)
        }
        const { id } = yield* Actor.as(Actor.customer("user_ada"))(returns.request(order.id, { lines }))
        assert.deepStrictEqual((yield* repository.list({ customerId: "user_ada" })).items.map((one) => one.id), [id])
        assert.deepStrictEqual((yield* repository.list({ customerId: "user_eve" })).items, [])
        yield* repository.forget("user_ada")
        const [line] = (yield* system(returns.get(id))).lines
        assert.deepInclude(line, { note: null, pictures: [], quantity: 1, reason: "damaged" })
      })
    )
  })
  returnRefusalSuite(harness)
}
