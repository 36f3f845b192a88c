/**
 * What drafts of orders are held to, and what becomes of them in the end, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { DraftOrders } from "../drafts/DraftOrders.ts"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { Payments } from "../payments/Payments.ts"
import { Promotions } from "../promotions/Promotions.ts"
import { Stores } from "../stores/Stores.ts"
import { drain, sound, staff } from "./GiftCardFixture.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import { usd } from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const drafting = <A, E, R>(use: (drafts: DraftOrders["Service"]) => Effect.Effect<A, E, R>) => staff(Effect.flatMap(DraftOrders, use))

const buyer = { email: "ada@example.com", shippingAddress: Shop.address }

const run = (job: string) => staff(Effect.flatMap(Jobs, (jobs) => Effect.andThen(jobs.runCron(job), jobs.drain)))

export const draftEndSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      const store = { settings: { storefrontUrl: "https://shop.example.com" } }
      return body(mailbox).pipe(Effect.provide(Layer.provide(Shop.layer(harness.storage(), { store }), Mailbox.layer(mailbox))))
    })

  const sent = Effect.fnUntraced(function*(mailbox: Mailbox.Mailbox, id: string) {
    yield* drafting((drafts) => drafts.send(id))
    yield* drain
    return mailbox.mails.flatMap(({ text }) => /draft-orders#token=([A-Za-z0-9_-]+)/.exec(text)?.[1] ?? []).at(-1) ?? ""
  })

  const pay = (token: string, method: Shop.Method) =>
    Actor.as(Actor.guest())(Effect.flatMap(DraftOrders, (drafts) => drafts.pay({ token, payment: { gateway: "sandbox", method } })))

  describe(`the end of draft orders on ${harness.name}`, () => {
    test("comes with the pieces that were held for them, which a declined payment does not let go", (mailbox) =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 2, requiresShipping: false })
        const kept = Effect.map(Shop.stockOf(variantId), ({ available }) => available)
        const draft = yield* drafting((drafts) => drafts.create({ ...buyer, lines: [{ variantId, quantity: 2 }] }))
        yield* drafting((drafts) => drafts.reserve(draft.id, { minutes: 600 }))
        const token = yield* sent(mailbox, draft.id)
        const { order } = yield* pay(token, "sandbox_decline")
        assert.deepStrictEqual([order.status, yield* kept], ["failed", 0])
        assert.notProperty(order, "keptUntil")
        // nor does a bank at which the buyer does nothing
        const payments = yield* Payments
        const holder = Actor.as(Actor.guest({ orderToken: token }))
        yield* holder(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_redirect" }))
        yield* TestClock.adjust("5 hours")
        yield* staff(payments.recover)
        assert.strictEqual(yield* kept, 0)
        yield* TestClock.adjust("4 hours")
        yield* holder(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_decline" }))
        yield* run("inventory.release-forgotten")
        assert.strictEqual(yield* kept, 0)
        // until the time that they were held for
        yield* TestClock.adjust("2 hours")
        yield* staff(payments.recover)
        assert.strictEqual(yield* kept, 2)
        yield* sound
      }))

    test("lets go at once what was not held for them", (mailbox) =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 2, requiresShipping: false })
        const draft = yield* drafting((drafts) => drafts.create({ ...buyer, lines: [{ variantId, quantity: 2 }] }))
        const { order } = yield* pay(yield* sent(mailbox, draft.id), "sandbox_decline")
        assert.deepStrictEqual([order.status, (yield* Shop.stockOf(variantId)).available], ["failed", 2])
        yield* sound
      }))

    test("counts against the limit of a promotion that was switched off meanwhile", (mailbox) =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ requiresShipping: false })
        const promotions = yield* Promotions
        const once = yield* staff(promotions.create({
          name: "For the first",
          usageLimit: 1,
          action: { type: "percent_off_order", args: { ratePpm: 100_000 } }
        }))
        const tokens: Array<string> = []
        for (let count = 0; count < 2; count++) {
          const draft = yield* drafting((drafts) => drafts.create({ ...buyer, lines: [{ variantId, quantity: 1 }] }))
          assert.strictEqual(draft.total.amount, 1_800)
          tokens.push(yield* sent(mailbox, draft.id))
        }
        yield* staff(promotions.update(once.id, { active: false }))
        yield* pay(tokens[0] ?? "", "sandbox_success")
        assert.strictEqual((yield* Effect.flip(pay(tokens[1] ?? "", "sandbox_success")))._tag, "PromotionUsedUp")
        const { use } = yield* staff(promotions.get(once.id))
        assert.strictEqual(use.used, 1)
        yield* sound
      }))

    test("is deletion once they became nothing, after as many days as the shop says", () =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ requiresShipping: false })
        const input = { ...buyer, lines: [{ variantId, quantity: 1 }] }
        const ids: Array<string> = []
        for (let count = 0; count < 2; count++) ids.push((yield* drafting((drafts) => drafts.create(input))).id)
        yield* drafting((drafts) => drafts.complete(ids[0] ?? "", { payment: "outside" }))
        const there = Effect.map(drafting((drafts) => drafts.list()), ({ items }) => items.map(({ status }) => status).sort())
        yield* TestClock.adjust("15 days")
        yield* run("draft-orders.expire")
        assert.deepStrictEqual(yield* there, ["expired", "ordered"])
        yield* staff(Effect.flatMap(Stores, (stores) => stores.update({ settings: { draftDays: null } })))
        yield* TestClock.adjust("200 days")
        yield* run("draft-orders.expire")
        assert.deepStrictEqual(yield* there, ["expired", "ordered"])
        yield* staff(Effect.flatMap(Stores, (stores) => stores.update({ settings: { draftDays: 30 } })))
        yield* run("draft-orders.expire")
        assert.deepStrictEqual(yield* there, ["ordered"])
        const gone = yield* Effect.flip(drafting((drafts) => drafts.get(ids[1] ?? "")))
        assert.strictEqual(gone._tag, "DraftOrderNotFound")
        yield* sound
      }))

    test("is not 501 gift cards in one line, nor is that of an edit", () =>
      Effect.gen(function*() {
        const gift = yield* Shop.product({ title: "Gift card", price: usd(1_000), giftCard: true, stock: 0 })
        const goods = yield* Shop.product({ requiresShipping: false, stock: 600 })
        const lines = (quantity: number) => [{ variantId: goods.variantId, quantity: 501 }, { variantId: gift.variantId, quantity }]
        const pathOf = (error: { readonly _tag: string } | { readonly _tag: "InvalidInput"; readonly faults: ReadonlyArray<{ readonly path: ReadonlyArray<PropertyKey> }> }) =>
          "faults" in error ? error.faults.map(({ path }) => path.join(".")) : error._tag
        const refused = yield* Effect.flip(drafting((drafts) => drafts.create({ ...buyer, lines: lines(501) })))
        assert.deepStrictEqual(pathOf(refused), ["lines.1.quantity"])
        assert.strictEqual((yield* drafting((drafts) => drafts.create({ ...buyer, lines: lines(500) }))).total.amount, 501 * 2_000 + 500_000)
        const { order } = yield* Shop.place(yield* Shop.guest([goods.variantId, 1]))
        const edit = yield* Effect.flip(staff(Effect.flatMap(OrderEdits, (edits) =>
          edits.apply(order.id, { add: [{ variantId: gift.variantId, quantity: 501 }] }))))
        assert.deepStrictEqual(pathOf(edit), ["add.0.quantity"])
      }))
  })
}
