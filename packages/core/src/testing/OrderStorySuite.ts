/**
 * What may happen to an order after the money, in any sequence: whatever is tried, and whatever of it is refused, the laws of
 * pieces, money, stock and papers hold. Every sequence has a number, which plays it again.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as SoldPart from "../cart/SoldPart.ts"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { Documents } from "../documents/Documents.ts"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { isStoaError } from "../kernel/StoaError.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { Claims } from "../returns/Claims.ts"
import { Returns } from "../returns/Returns.ts"
import { Shipping } from "../shipping/Shipping.ts"
import { Taxes } from "../tax/Taxes.ts"
import * as Invariants from "./Invariants.ts"
import * as Shop from "./Shop.ts"
import * as Chance from "./simulation/Chance.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

const stories = 25
const steps = 20
const stock = 20
const few = 3

const between = (chance: Chance.Chance, least: number, most: number): number => least + chance.below(most - least + 1)

/** One of many, or nothing of none. */
const oneOf = <A>(chance: Chance.Chance, all: ReadonlyArray<A>): A | undefined => all[chance.below(all.length)]

/** One order, what is done to it, and what of that the shop did. */
const story = Effect.fnUntraced(function*(number: number, methods: ReadonlyArray<string>) {
  const chance = Chance.make(number)
  const orders = yield* Orders
  const cancellations = yield* Cancellations
  const fulfilments = yield* Fulfilments
  const returns = yield* Returns
  const claims = yield* Claims
  const payments = yield* Payments
  const documents = yield* Documents
  const edits = yield* OrderEdits
  const wanted = [between(chance, 1, 5), between(chance, 1, 5)]
  const variants = [
    (yield* Shop.product({ price: Shop.usd(between(chance, 1, 9_999)), stock })).variantId,
    (yield* Shop.product({ price: Shop.usd(between(chance, 1, 9_999)), stock })).variantId
  ]
  // what is wanted instead, of which there are few
  const other = (yield* Shop.product({ price: Shop.usd(between(chance, 1, 9_999)), stock: few })).variantId
  // and of every third buyer some gift cards, which need no sending
  const gift = number % 3 === 0 ? [(yield* Shop.product({ price: Shop.usd(1_000 + number), giftCard: true })).variantId] : []
  // and every fourth one buys both together as well
  const bundle = number % 4 !== 1 ? [] : [(yield* Shop.product({
    title: "Both",
    price: Shop.usd(0),
    bundle: {
      parts: [{ variantId: variants[0] as never, quantity: 2 }, { variantId: variants[1] as never, quantity: 1 }],
      reductionPpm: 125_000
    }
  })).variantId]
  const pieces = [
    ...bundle.map((variantId): Shop.Pieces => [variantId, 2]),
    ...variants.map((variantId, index): Shop.Pieces => [variantId, wanted[index] ?? 1]),
    ...gift.map((variantId): Shop.Pieces => [variantId, 3])
  ]
  const { order } = yield* Shop.place(yield* Shop.guest(...pieces))
  const { id } = order
  const told: Array<string> = []

  const line = Effect.map(system(orders.get(id)), ({ lines }) => {
    const { id: lineId, quantity } = oneOf(chance, lines) ?? assert.fail("an order without lines")
    return { lineId, quantity: between(chance, 1, quantity) }
  })
  const goods = Effect.sync(() => ({ variantId: oneOf(chance, variants) ?? "", quantity: between(chance, 1, 3) }))
  const anyFulfilment = Effect.map(system(fulfilments.ofOrder(id)), (all) => oneOf(chance, all))
  const anyClaim = Effect.map(system(claims.ofOrder(id)), (all) => oneOf(chance, all))
  const anyReturn = Effect.map(system(returns.ofOrder(id)), (all) => oneOf(chance, all))

  const possible: Readonly<Record<string, Effect.Effect<unknown, unknown>>> = {
    cancelPart: Effect.flatMap(line, (one) => cancellations.cancel(id, { lines: [one] })),
    pack: Effect.flatMap(line, (one) => fulfilments.create(id, { lines: [one] })),
    packAll: fulfilments.create(id),
    advance: Effect.flatMap(anyFulfilment, (one) =>
      one === undefined ? Effect.void : fulfilments.advance(one.id, { event: chance.pick(["ship", "ship", "deliver", "cancel"]) })),
    askBack: Effect.flatMap(line, ({ lineId, quantity }) =>
      returns.request(id, { lines: [{ lineId, quantity, reason: "changed_mind" }] })),
    askInstead: Effect.flatMap(line, ({ lineId, quantity }) =>
      returns.request(id, {
        lines: [{ lineId, quantity, reason: "does_not_fit" }],
        exchange: [{ variantId: other, quantity: between(chance, 1, 2) }],
        ...(chance.oneIn(2) ? { refundTo: "store_credit" } : {})
      })),
    payRest: Effect.flatMap(anyReturn, (one) =>
      one === undefined || one.exchange === null || one.exchange.orderId === null
        ? Effect.void
        : payments.initialize({ orderId: one.exchange.orderId, gateway: "sandbox", method: "sandbox_success" })),
    giveUpNew: Effect.flatMap(anyReturn, (one) =>
      one === undefined || one.exchange === null || one.exchange.orderId === null ? Effect.void : orders.cancel(one.exchange.orderId)),
    changeMind: Effect.flatMap(anyReturn, (one) => one === undefined ? Effect.void : returns.cancel(one.id)),
    credit: Effect.flatMap(anyReturn, (one) => one === undefined ? Effect.void : returns.refund(one.id, { to: "store_credit" })),
    claim: Effect.flatMap(line, ({ lineId, quantity }) => claims.open(id, { lines: [{ lineId, quantity, reason: "damaged" }] })),
    sendAgain: Effect.flatMap(anyClaim, (one) => one === undefined ? Effect.void : claims.replace(one.id)),
    payClaim: Effect.flatMap(anyClaim, (one) =>
      one === undefined
        ? Effect.void
        : claims.refund(one.id, chance.oneIn(2) ? {} : { amount: Shop.usd(between(chance, 1, 2_000)), to: "store_credit" })),
    approve: Effect.flatMap(anyReturn, (one) => one === undefined ? Effect.void : returns.approve(one.id)),
    receive: Effect.flatMap(anyReturn, (one) =>
      one === undefined ? Effect.void : returns.receive(one.id, {
        lines: one.lines.map(({ lineId, quantity }) => {
          const restock = between(chance, 0, quantity)
          return { lineId, restock, scrap: between(chance, 0, quantity - restock) }
        })
      })),
    giveBack: Effect.flatMap(anyReturn, (one) => one === undefined ? Effect.void : returns.refund(one.id)),
    refund: Effect.suspend(() => payments.refund(id, { amount: Shop.usd(between(chance, 1, 3_000)), reason: "kindness" })),
    invoice: documents.invoice(id),
    editPieces: Effect.flatMap(line, ({ lineId, quantity }) =>
      edits.apply(id, { lines: [{ lineId, quantity: quantity - (chance.oneIn(2) ? 1 : 0) }] })),
    editMore: Effect.flatMap(goods, (one) => edits.apply(id, { add: [one] })),
    editSwap: Effect.flatMap(Effect.all([line, goods]), ([{ lineId }, one]) =>
      edits.apply(id, { lines: [{ lineId, quantity: chance.below(3) }], add: [one] })),
    editShipping: Effect.suspend(() => edits.apply(id, { shippingMethodId: oneOf(chance, methods) as never })),
    payOpen: payments.initialize({ orderId: id, gateway: "sandbox", method: "sandbox_success" }),
    cancel: orders.cancel(id)
  }
  // half of the orders are on their way when the story begins
  if (chance.oneIn(2)) {
    const parcel = yield* system(fulfilments.create(id))
    yield* system(fulfilments.advance(parcel.id, { event: "ship" }))
    // and something of them is broken, or comes back, for other pieces or the money
    const broken = { lineId: order.lines[0]?.id ?? "", quantity: 1 }
    const begin = chance.below(3)
    const isFirst = chance.oneIn(2)
    if (begin === 0) {
      const claim = yield* system(claims.open(id, { lines: [{ ...broken, reason: "damaged" }] }))
      yield* isFirst ? system(claims.replace(claim.id)) : system(Effect.asVoid(claims.refund(claim.id)))
    } else {
      const { id: returnId } = yield* system(returns.request(id, {
        lines: [{ ...broken, reason: "damaged" }],
        ...(begin === 1 ? { exchange: [{ variantId: other, quantity: 1 }] } : {})
      }))
      yield* system(returns.approve(returnId))
      yield* system(returns.receive(returnId, { lines: [{ lineId: broken.lineId, restock: 0, scrap: 1 }] }))
      if (begin === 2) yield* system(returns.refund(returnId, { to: isFirst ? "store_credit" : "original" }))
    }
  }
  // a whole cancellation ends most of a story, so it is seldom
  const oftenTried = [
    "pack", "advance", "advance", "cancelPart", "askBack", "askBack", "askInstead", "askInstead", "approve", "approve",
    "receive", "receive", "receive", "credit", "credit", "giveBack", "giveBack", "claim", "claim", "sendAgain", "payClaim"
  ]
  const names = [...Object.keys(possible).filter((name) => name !== "cancel"), ...oftenTried]

  for (let step = 0; step < steps; step++) {
    const name = chance.oneIn(40) ? "cancel" : oneOf(chance, names) ?? ""
    const outcome = yield* Effect.result(system(possible[name] ?? Effect.void))
    const refusal = outcome._tag === "Failure" ? outcome.failure : undefined
    if (refusal !== undefined && !isStoaError(refusal)) return yield* Effect.die(refusal)
    told.push(refusal === undefined ? name : `${name} (${(refusal as { readonly code: string }).code})`)
    // sometimes much happens before a job is done
    if (!chance.oneIn(3)) yield* drain
  }
  yield* drain

  const end = yield* system(orders.get(id))
  const tale = `story ${number}: ${told.join(", ")}; ${end.status}`
  const parcels = yield* system(fulfilments.ofOrder(id))
  const given = yield* system(returns.ofOrder(id))
  const made = yield* system(claims.ofOrder(id))
  const expected = new Map(variants.map((variantId) => [variantId as string, stock]))
  for (const [index, line] of end.lines.entries()) {
    const { cancelled, giftCard, id: lineId, quantity } = line
    // their law is one of `Invariants`
    if (giftCard !== undefined) continue
    const count = (all: ReadonlyArray<{ readonly lineId: string; readonly quantity: number }>) =>
      all.reduce((sum, one) => one.lineId === lineId ? sum + one.quantity : sum, 0)
    const packed = count(parcels.filter(({ status }) => status !== "cancelled").flatMap(({ lines }) => lines))
    const sent = count(parcels.filter(({ status }) => status === "shipped" || status === "delivered").flatMap(({ lines }) => lines))
    const came = given.flatMap(({ lines }) => lines).filter((one) => one.lineId === lineId)
    const restocked = came.reduce((sum, one) => sum + one.restocked, 0)
    const back = came.reduce((sum, one) => sum + one.restocked + one.scrapped, 0)
    assert.isAtMost(packed + cancelled, quantity, `${tale}: line ${index}`)
    const ofClaims = (wanted: string) => count(made.filter(({ status }) => status === wanted).flatMap(({ lines }) => lines))
    // what was claimed, and whose money went back, never comes back as well
    assert.isAtMost(back + ofClaims("refunded"), sent, `${tale}: line ${index}`)
    assert.isAtMost(ofClaims("open") + ofClaims("replaced") + ofClaims("refunded"), sent, `${tale}: line ${index}`)
    const gone = end.status === "cancelled" ? 0 : quantity - cancelled + ofClaims("replaced")
    for (const [variantId, pieces] of SoldPart.stockOf(line, gone - restocked)) {
      expected.set(variantId, (expected.get(variantId) ?? 0) - pieces)
    }
  }
  for (const [variantId, pieces] of expected) {
    assert.strictEqual((yield* Shop.stockOf(variantId)).onHand, pieces, `${tale}: ${variantId}`)
  }
  // what was wanted instead is held or sold once, and free where it is neither
  let sold = 0
  let held = 0
  for (const { exchange } of given) {
    if (exchange === null || exchange.orderId === null) continue
    const { lines, status } = yield* system(orders.get(exchange.orderId))
    const quantity = lines.reduce((sum, line) => sum + line.quantity, 0)
    if (status === "pending") held += quantity
    else if (status !== "cancelled") sold += quantity
  }
  assert.deepStrictEqual(yield* Shop.stockOf(other), { onHand: few - sold, available: few - sold - held }, tale)
  const { discount, open, paid, shippingTotal, subtotal, tax, total } = end
  assert.strictEqual(subtotal.amount - discount.amount + shippingTotal.amount + tax.amount, total.amount, tale)
  assert.strictEqual(end.taxes.reduce((sum, { amount }) => sum + amount.amount, 0), tax.amount, tale)
  // all that it ever cost is paid, or asked for still
  if (end.status !== "cancelled" && end.status !== "refunded") assert.strictEqual(paid.amount + open.amount, total.amount, tale)
  const papers = yield* system(documents.ofOrder(id))
  const said = (all: typeof papers) => all.reduce((sum, { content }) => sum + content.total.amount, 0)
  const invoices = papers.filter(({ kind }) => kind === "invoice")
  const credits = papers.filter(({ editId, kind }) => kind === "credit_note" && editId !== null)
  if (invoices.length > 0) {
    assert.strictEqual(said(invoices) - said(credits), total.amount, tale)
    // and what went back is on credit notes, whether the invoice was there before it or not
    assert.strictEqual(said(papers.filter(({ refundId }) => refundId !== null)), end.refunded.amount, tale)
    if (end.status === "cancelled" || end.status === "refunded") {
      assert.strictEqual(said(invoices) - said(papers.filter(({ kind }) => kind === "credit_note")), paid.amount - end.refunded.amount, tale)
    }
  }
  assert.isAtMost(end.refunded.amount, end.paid.amount, tale)
  // shipping goes back with the whole order, or by somebody's kindness
  if (end.status !== "cancelled" && !told.includes("refund")) {
    assert.isAtMost(end.refunded.amount, end.total.amount - (end.shipping?.total.amount ?? 0) + (end.shipping?.givenBack?.amount ?? 0), tale)
  }
  const refunded = (yield* system(payments.refunds(id))).filter(({ state }) => state === "succeeded")
  assert.strictEqual(refunded.reduce((sum, { amount }) => sum + amount.amount, 0), end.refunded.amount, tale)
  const ends = [
    ...given.map(({ refundTo, status }) => status === "refunded" && refundTo === "store_credit" ? "credited" : status),
    ...made.map(({ status }) => `claim ${status}`)
  ]
  return { tale, ends, done: told.filter((step) => !step.includes("(")).length }
})

export const orderStorySuite = (harness: StorageHarness): void => {
  describe(`the stories of orders on ${harness.name}`, () => {
    it.effect("keep the laws of pieces, money, stock and papers, whatever is done in whatever sequence", () =>
      Effect.gen(function*() {
        yield* Shop.ships
        yield* system(Effect.flatMap(Taxes, (taxes) => taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 77_500 })))
        const shipping = yield* Shipping
        const express = yield* system(shipping.create({ name: "Express", price: Shop.usd(1_299) }))
        const snail = yield* system(shipping.create({ name: "Snail", price: Shop.usd(149) }))
        const methods = [express.id, snail.id]
        let done = 0
        const ends = new Map<string, number>()
        for (let number = 1; number <= stories; number++) {
          const told = yield* story(number, methods)
          done += told.done
          for (const end of told.ends) ends.set(end, (ends.get(end) ?? 0) + 1)
        }
        for (const end of ["exchanged", "credited", "refunded", "claim replaced", "claim refunded"]) {
          assert.isAbove(ends.get(end) ?? 0, 0, `no story in which a return or claim is ${end}`)
        }
        // most of what is tried is done
        assert.isAbove(done, stories * steps / 3)
        assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(yield* Shop.Bank), papers: true }), [])
        assert.deepStrictEqual(yield* system(Effect.flatMap(Inventory, (inventory) => inventory.reconcile)), [])
        const documents = yield* Documents
        const numbers: Array<string> = []
        let after: string | undefined
        do {
          const page = yield* system(documents.list(after === undefined ? { limit: 100 } : { limit: 100, after }))
          numbers.push(...page.items.map(({ number }) => number))
          after = page.nextCursor ?? undefined
        } while (after !== undefined)
        for (const kind of ["INV", "CN"]) {
          const own = numbers.filter((number) => number.startsWith(kind)).map((number) => Number(number.slice(-6)))
          assert.isAbove(own.length, 3)
          assert.deepStrictEqual(own.toSorted((a, b) => a - b), own.map((_, index) => index + 1), kind)
        }
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))
  })
}
