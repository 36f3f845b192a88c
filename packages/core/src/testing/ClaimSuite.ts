/**
 * Claims, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { ClaimRepository } from "../returns/ClaimRepository.ts"
import { Claims } from "../returns/Claims.ts"
import { Returns } from "../returns/Returns.ts"
import { Stores } from "../stores/Stores.ts"
import { StoreCredit } from "../value/StoreCredit.ts"
import * as Invariants from "./Invariants.ts"
import * as Mailbox from "./Mailbox.ts"
import { inState } from "./OrderFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)
const orderOf = (id: string) => system(Effect.flatMap(Orders, (orders) => orders.get(id)))

const allIsWell = Effect.gen(function*() {
  yield* drain
  assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(yield* Shop.Bank) }), [])
  assert.deepStrictEqual(yield* system(Effect.flatMap(Inventory, (inventory) => inventory.reconcile)), [])
})

export const claimSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  /** An order of two pieces of 2000 that has arrived, and its buyer, who can claim some. */
  const arrived = Effect.gen(function*() {
    const claims = yield* Claims
    const { id, order, token, variantId } = yield* inState("delivered")
    const lineId = order.lines[0]?.id as string
    const buyer = Actor.as(Actor.guest({ orderToken: token }))
    const open = (quantity: number, more: object = {}) =>
      claims.open(id, { lines: [{ lineId, quantity, reason: "damaged", ...more }] })
    return { id, order, variantId, lineId, buyer, open }
  })

  describe(`claims on ${harness.name}`, () => {
    test(
      "what came broken is sent again for nothing, as an order of its own",
      Effect.gen(function*() {
        const claims = yield* Claims
        const { buyer, id, open, order, variantId } = yield* arrived
        const claim = yield* buyer(open(1, { note: "In shards", pictures: ["media_2"] }))
        assert.deepInclude(claim, { status: "open", orderId: id, answer: null, amount: null, replacementId: null })
        assert.deepInclude(claim.lines[0], { reason: "damaged", note: "In shards", pictures: ["media_2"], quantity: 1 })
        const replaced = yield* system(claims.replace(claim.id, { answer: "We are sorry", version: claim.version }))
        assert.deepInclude(replaced, { status: "replaced", answer: "We are sorry", amount: null })
        const newId = replaced.replacementId ?? ""
        const again = yield* buyer(Effect.flatMap(Orders, (orders) => orders.get(newId)))
        assert.deepInclude(again, { status: "paid", total: Shop.usd(0), email: order.email })
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 2, available: 2 })
        const parcel = yield* system(Effect.flatMap(Fulfilments, (all) => all.create(newId)))
        yield* system(Effect.flatMap(Fulfilments, (all) => all.advance(parcel.id, { event: "ship" })))
        assert.strictEqual((yield* orderOf(newId)).status, "shipped")
        assert.strictEqual((yield* orderOf(id)).refunded.amount, 0)
        assert.deepStrictEqual(yield* buyer(claims.ofOrder(id)), [replaced])
        assert.deepStrictEqual(yield* buyer(claims.get(claim.id)), replaced)
        const types = (orderId: string) =>
          Effect.map(buyer(Effect.flatMap(Orders, (orders) => orders.timeline(orderId))), (all) => all.map(({ type }) => type))
        assert.includeMembers(yield* types(id), ["claim.opened", "claim.status_changed"])
        assert.includeMembers(yield* types(newId), ["order.placed", "order.replaces", "order.paid"])
        yield* allIsWell
      })
    )

    test(
      "what was lost is refunded without a return, in full or in part, and cannot be claimed or given back after that",
      Effect.gen(function*() {
        const claims = yield* Claims
        const returns = yield* Returns
        const { buyer, id, lineId, open } = yield* arrived
        const first = yield* buyer(open(1))
        const part = yield* system(claims.refund(first.id, { amount: Shop.usd(700) }))
        assert.deepInclude(part, { status: "refunded", amount: Shop.usd(700) })
        yield* drain
        const payments = yield* Payments
        assert.deepStrictEqual((yield* system(payments.refunds(id))).map(({ amount, state }) => [amount.amount, state]), [[700, "succeeded"]])
        const lines = [{ lineId, quantity: 2, reason: "changed_mind" as const }]
        assert.deepInclude(yield* Effect.flip(buyer(returns.request(id, { lines }))), {
          _tag: "ReturnExceedsOrder",
          lines: [{ lineId, wanted: 2, left: 1 }]
        })
        assert.deepInclude(yield* Effect.flip(buyer(open(2))), { _tag: "ClaimExceedsOrder", lines: [{ lineId, wanted: 2, left: 1 }] })
        const second = yield* buyer(open(1))
        // while it is undecided, it cannot come back either
        assert.strictEqual((yield* Effect.flip(buyer(returns.request(id, { lines: lines.map((line) => Object.assign({}, line, { quantity: 1 })) }))))._tag, "ReturnExceedsOrder")
        const over = yield* Effect.flip(system(claims.refund(second.id, { amount: Shop.usd(2_001) })))
        assert.deepInclude(over, { _tag: "RefundExceedsCaptured", refundable: Shop.usd(2_000) })
        assert.deepInclude(yield* system(claims.refund(second.id)), { amount: Shop.usd(2_000) })
        yield* drain
        assert.strictEqual((yield* orderOf(id)).refunded.amount, 2_700)
        assert.strictEqual((yield* Effect.flip(system(claims.refund(second.id))))._tag, "IllegalTransition")
        yield* allIsWell
      })
    )

    test(
      "a line of which pieces are claimed, and others come back, gives back what it cost to the last cent, and credit where it is wanted",
      Effect.gen(function*() {
        const claims = yield* Claims
        const returns = yield* Returns
        const ada = yield* Shop.account("ada@example.com")
        const { variantId } = yield* Shop.product({ price: Shop.usd(333), stock: 3 })
        const buyer = yield* Shop.customer(ada, [variantId, 3])
        const { order } = yield* Shop.place(buyer)
        for (const event of ["ship", "deliver"] as const) {
          yield* system(Effect.flatMap(Orders, (orders) => orders.changeStatus(order.id, { event })))
        }
        const lineId = order.lines[0]?.id as string
        const claim = yield* Actor.as(buyer.actor)(claims.open(order.id, { lines: [{ lineId, quantity: 1, reason: "lost" }] }))
        const refunded = yield* system(claims.refund(claim.id, { to: "store_credit" }))
        assert.deepStrictEqual(
          (yield* Actor.as(buyer.actor)(Effect.flatMap(StoreCredit, (credit) => credit.mine))).balance,
          refunded.amount
        )
        const asked = yield* Actor.as(buyer.actor)(returns.request(order.id, { lines: [{ lineId, quantity: 2, reason: "other" }] }))
        yield* system(returns.approve(asked.id))
        const came = yield* system(returns.receive(asked.id, { lines: [{ lineId, restock: 2, scrap: 0 }] }))
        assert.strictEqual((refunded.amount?.amount ?? 0) + (came.amount?.amount ?? 0), order.lines[0]?.total.amount)
        yield* system(returns.refund(came.id))
        yield* allIsWell
      })
    )

    test(
      "of many who claim the same pieces, or decide about them at once, one is first",
      Effect.gen(function*() {
        const claims = yield* Claims
        const { buyer, id, open, variantId } = yield* arrived
        const many = <A, E, R>(effects: ReadonlyArray<Effect.Effect<A, E, R>>) =>
          Effect.map(
            Effect.all(effects.map((effect) => Effect.exit(effect)), { concurrency: "unbounded" }),
            (exits) => exits.filter(Exit.isSuccess).length
          )
        assert.strictEqual(yield* many(Array.from({ length: 4 }, () => buyer(open(2)))), 1)
        const [claim] = yield* system(claims.ofOrder(id))
        const one = claim?.id ?? ""
        assert.strictEqual(
          yield* many([
            system(claims.replace(one)),
            system(Effect.asVoid(claims.refund(one))),
            system(claims.replace(one)),
            system(Effect.asVoid(claims.refund(one)))
          ] as ReadonlyArray<Effect.Effect<unknown, unknown>>),
          1
        )
        yield* drain
        const decided = yield* system(claims.get(one))
        const refunded = (yield* orderOf(id)).refunded.amount
        const gone = 3 - (yield* Shop.stockOf(variantId)).onHand
        assert.deepStrictEqual([refunded, gone], decided.status === "replaced" ? [0, 2] : [4_000, 0])
        yield* allIsWell
      })
    )

    it.effect("what is rejected is told in words, and can be claimed again", () => {
      const mailbox = Mailbox.make()
      return Effect.gen(function*() {
        yield* Shop.ships
        const claims = yield* Claims
        const { buyer, open } = yield* arrived
        const claim = yield* buyer(open(2))
        assert.strictEqual((yield* Effect.flip(system(claims.reject(claim.id, { answer: "" }))))._tag, "InvalidInput")
        yield* system(claims.reject(claim.id, { answer: "The parcel was handed to you in person." }))
        yield* drain
        const told = mailbox.mails.filter(({ subject }) => subject.startsWith("About your claim"))
        assert.lengthOf(told, 1)
        assert.include(told[0]?.text, "The parcel was handed to you in person.")
        const again = yield* buyer(open(2))
        yield* buyer(claims.cancel(again.id))
        assert.strictEqual((yield* buyer(open(2))).status, "open")
      }).pipe(Effect.provide(Layer.provide(Shop.layer(harness.storage()), Mailbox.layer(mailbox))))
    })

    test(
      "a buyer can claim within the store's time what has left, staff after it, and pieces that are not there are not sent again",
      Effect.gen(function*() {
        const claims = yield* Claims
        yield* system(Effect.flatMap(Stores, (stores) => stores.update({ settings: { claimDays: 3 } })))
        const { buyer, open, variantId } = yield* arrived
        yield* TestClock.adjust("3 days")
        yield* buyer(claims.cancel((yield* buyer(open(1))).id))
        yield* TestClock.adjust("1 millis")
        assert.deepInclude(yield* Effect.flip(buyer(open(1))), { _tag: "ReturnRefused", reason: "window_closed" })
        const claim = yield* system(open(1))
        const none = [{ variantId, quantity: 4 }]
        assert.strictEqual((yield* Effect.flip(system(claims.replace(claim.id, { items: none }))))._tag, "InsufficientStock")
        const unknown = [{ variantId: "var_01jd0000000000000000000000", quantity: 1 }]
        assert.strictEqual((yield* Effect.flip(system(claims.replace(claim.id, { items: unknown }))))._tag, "NotForSale")
        assert.strictEqual((yield* system(claims.get(claim.id))).status, "open")
        for (const state of ["pending", "paid", "processing", "cancelled", "refunded"] as const) {
          const { id, order } = yield* inState(state)
          const lines = [{ lineId: order.lines[0]?.id as string, quantity: 1, reason: "lost" as const }]
          assert.deepInclude(yield* Effect.flip(system(claims.open(id, { lines }))), { _tag: "ReturnRefused", reason: "not_sent" })
        }
        yield* allIsWell
      })
    )

    test(
      "a buyer sees their own, staff decide by their permissions, stores do not see each other's, and what was written is forgotten",
      Effect.gen(function*() {
        const claims = yield* Claims
        const repository = yield* ClaimRepository
        const { buyer, id, open } = yield* arrived
        const claim = yield* buyer(open(1))
        const stranger = Actor.as(Actor.guest())
        const reader = Actor.as(Actor.staff("user_1", ["orders:read"]))
        const packer = Actor.as(Actor.staff("user_2", ["orders:read", "orders:write"]))
        assert.strictEqual((yield* Effect.flip(stranger(open(1))))._tag, "OrderNotFound")
        assert.strictEqual((yield* Effect.flip(stranger(claims.get(claim.id))))._tag, "ClaimNotFound")
        assert.strictEqual((yield* Effect.flip(stranger(claims.cancel(claim.id))))._tag, "ClaimNotFound")
        assert.strictEqual((yield* Effect.flip(buyer(claims.replace(claim.id))))._tag, "Unauthenticated")
        for (const act of [open(1), claims.cancel(claim.id), claims.replace(claim.id), claims.reject(claim.id, { answer: "no" })]) {
          assert.strictEqual((yield* Effect.flip(reader(act as Effect.Effect<unknown, { readonly _tag: string }>)))._tag, "Forbidden")
        }
        assert.strictEqual((yield* Effect.flip(packer(claims.refund(claim.id))))._tag, "Forbidden")
        assert.deepStrictEqual((yield* reader(claims.list({ status: "open" }))).items.map((one) => one.id), [claim.id])
        assert.deepStrictEqual((yield* reader(claims.list({ status: "refunded" }))).items, [])
        const stale = yield* Effect.flip(packer(claims.reject(claim.id, { answer: "no", version: 7 })))
        assert.strictEqual(stale._tag, "VersionConflict")
        const other = yield* system(Effect.flatMap(Stores, (stores) =>
          stores.create({ code: "other", name: "Other", currency: "USD" })))
        const elsewhere = within(other.id)
        assert.deepStrictEqual((yield* elsewhere(system(claims.list()))).items, [])
        assert.strictEqual((yield* Effect.flip(elsewhere(system(claims.reject(claim.id, { answer: "no" })))))._tag, "ClaimNotFound")
        assert.strictEqual((yield* Effect.flip(elsewhere(system(claims.ofOrder(id)))))._tag, "OrderNotFound")
        const { variantId } = yield* Shop.product()
        const { order } = yield* Shop.place(yield* Shop.customer("user_ada", [variantId, 1]))
        yield* system(Effect.flatMap(Orders, (orders) => orders.changeStatus(order.id, { event: "ship" })))
        const lines = [{ lineId: order.lines[0]?.id as string, quantity: 1, reason: "wrong_item" as const, note: "a cat", pictures: ["media_1"] }]
        const own = yield* Actor.as(Actor.customer("user_ada"))(claims.open(order.id, { lines }))
        yield* system(claims.reject(own.id, { answer: "Dear Ada" }))
        assert.deepStrictEqual((yield* repository.list({ customerId: "user_ada" })).items.map((one) => one.id), [own.id])
        assert.deepStrictEqual((yield* repository.list({ customerId: "user_eve" })).items, [])
        yield* repository.forget("user_ada")
        const forgotten = yield* system(claims.get(own.id))
        assert.deepInclude(forgotten.lines[0], { note: null, pictures: [], quantity: 1, reason: "wrong_item" })
        assert.isNull(forgotten.answer)
      })
    )
  })
}
