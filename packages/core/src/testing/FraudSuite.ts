/**
 * What becomes of orders that may be fraud, on any storage: let through, looked at by a person, refused.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { AuditLog } from "../audit/AuditLog.ts"
import { Carts } from "../cart/Carts.ts"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { EventRepository } from "../events/EventRepository.ts"
import { FraudLists } from "../fraud/FraudLists.ts"
import { FraudRepository } from "../fraud/FraudRepository.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentClient } from "../kernel/CurrentClient.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Secret from "../kernel/Secret.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Orders } from "../orders/Orders.ts"
import { Disputes } from "../payments/Disputes.ts"
import { FraudReviews } from "../payments/FraudReviews.ts"
import { Payments } from "../payments/Payments.ts"
import * as SandboxGateway from "../payments/SandboxGateway.ts"
import type { FraudSettings } from "../stores/FraudSettings.ts"
import { defaultFraudSettings, longestSpan } from "../stores/FraudSettings.ts"
import { Stores } from "../stores/Stores.ts"
import { GiftCards } from "../value/GiftCards.ts"
import { fraudCardSuite } from "./FraudCardSuite.ts"
import * as PaymentFixture from "./PaymentFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const guard = Actor.as(Actor.staff("user_guard", ["fraud:*"]))
const unknownId = "frv_00000000000000000000000000"

/** Switches the store's rules on. */
const rules = (settings: Partial<FraudSettings> = {}) =>
  system(Effect.flatMap(Stores, (stores) =>
    stores.update({ settings: { fraud: { ...defaultFraudSettings, enabled: true, ...settings } } })))

/** Whatever costs more than 10 dollars is looked at. */
const reviewed = rules({ rules: [{ rule: "amount", above: Shop.usd(1_000), points: 50 }] })

const from = (address: string) =>
  Effect.provideService(CurrentClient, { address, userAgent: null })

const onlyReview = Effect.gen(function*() {
  const { items } = yield* guard((yield* FraudReviews).reviews({ status: "open" }))
  assert.strictEqual(items.length, 1)
  const [review] = items
  return review ?? (yield* Effect.die("there is no review"))
})

const drained = Effect.flatMap(Jobs, (jobs) => jobs.drain)

/** A gateway that takes money at once or not at all. */
const direct = () => {
  const gateway = SandboxGateway.make({ name: "direct" })
  return { ...gateway, capabilities: { ...gateway.capabilities, manualCapture: false } }
}

export const fraudSuite = (harness: StorageHarness): void => {
  const test = PaymentFixture.test(harness)

  describe(`orders that may be fraud, on ${harness.name}`, () => {
    test("are not looked for where the store has its rules switched off", () =>
      Effect.gen(function*() {
        yield* system((yield* FraudLists).addEntry({ list: "block", kind: "domain", value: "example.com" }))
        const { order } = yield* PaymentFixture.ordered()
        assert.strictEqual(order.status, "paid")
        const counts = yield* (yield* FraudRepository).counts([
          { kind: "email", value: Secret.hash("ada@example.com"), since: Timestamp.fromMillis(0) }
        ])
        assert.deepStrictEqual(counts, [0])
      }))

    test("are authorised only, and paid once somebody approves them", (bank) =>
      Effect.gen(function*() {
        yield* reviewed
        const { order, payment, variantId } = yield* PaymentFixture.ordered()
        assert.strictEqual(payment.state, "authorized")
        assert.deepStrictEqual([order.status, order.paymentStatus], ["pending", "authorized"])
        assert.strictEqual(yield* PaymentFixture.takings(bank), 0)
        const review = yield* onlyReview
        assert.deepStrictEqual(review.reasons.map(({ code, points }) => [code, points]), [["amount", 50]])
        assert.strictEqual(review.orderId, order.id)
        // nobody gets around the decision
        const { staff } = PaymentFixture
        assert.strictEqual((yield* Effect.flip(staff((yield* Payments).capture(payment.id))))._tag, "PaymentUnderReview")
        assert.strictEqual(
          (yield* Effect.flip(staff((yield* Orders).changeStatus(order.id, { event: "process" }))))._tag,
          "OrderUnderReview"
        )
        const approved = yield* guard((yield* FraudReviews).approve(review.id, { note: "I rang them up", version: 1 }))
        assert.deepStrictEqual(
          [approved.status, approved.note, approved.decidedBy],
          ["approved", "I rang them up", "staff:user_guard"]
        )
        assert.strictEqual((yield* PaymentFixture.orderNow(order.id)).status, "paid")
        assert.strictEqual(yield* PaymentFixture.takings(bank), 1)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 9, available: 9 })
        assert.deepStrictEqual(yield* guard((yield* FraudReviews).review(review.id)), approved)
        assert.deepStrictEqual(yield* PaymentFixture.told(review.id), ["fraud.review_opened", "fraud.review_approved"])
        const { items } = yield* system((yield* AuditLog).list({ subject: review.id }))
        assert.deepStrictEqual(items.map(({ action }) => action), ["fraud.review.approved"])
        const again = yield* Effect.flip(guard((yield* FraudReviews).reject(review.id)))
        assert.strictEqual(again._tag, "FraudReviewClosed")
      }))

    test("are called off once somebody rejects them, and nothing is taken", (bank) =>
      Effect.gen(function*() {
        yield* reviewed
        const { order, variantId } = yield* PaymentFixture.ordered()
        const review = yield* onlyReview
        const stale = yield* Effect.flip(guard((yield* FraudReviews).reject(review.id, { version: 2 })))
        assert.strictEqual(stale._tag, "VersionConflict")
        yield* guard((yield* FraudReviews).reject(review.id))
        yield* drained
        assert.strictEqual((yield* PaymentFixture.orderNow(order.id)).status, "cancelled")
        assert.deepStrictEqual(yield* PaymentFixture.statesNow(order.id), ["cancelled"])
        assert.deepStrictEqual((yield* bank.bank.charges).map(({ status }) => status), ["cancelled"])
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        assert.strictEqual((yield* guard((yield* FraudReviews).review(review.id))).status, "rejected")
      }))

    test("rest once they are paid where the gateway takes money at once, and go on or give it back", () =>
      Effect.gen(function*() {
        yield* reviewed
        const orders = yield* Orders
        const reviews = yield* FraudReviews
        const place = Effect.gen(function*() {
          const { variantId } = yield* Shop.product({ stock: 5 })
          const buyer = yield* Shop.guest([variantId, 1])
          const { order, payment } = yield* Shop.place(buyer, "sandbox_success", { payment: { gateway: "direct" } })
          assert.deepStrictEqual([order.status, payment?.state], ["on_hold", "captured"])
          return { order, review: yield* onlyReview }
        })
        const good = yield* place
        assert.strictEqual(
          (yield* Effect.flip(system(orders.changeStatus(good.order.id, { event: "resume" }))))._tag,
          "OrderUnderReview"
        )
        yield* guard(reviews.approve(good.review.id))
        assert.strictEqual((yield* PaymentFixture.orderNow(good.order.id)).status, "paid")
        const bad = yield* place
        yield* guard(reviews.reject(bad.review.id))
        yield* drained
        assert.strictEqual((yield* PaymentFixture.orderNow(bad.order.id)).status, "cancelled")
        assert.deepStrictEqual(yield* PaymentFixture.statesNow(bad.order.id), ["refunded"])
      }), { gateways: [direct()], settled: false })

    test("rest as well where a gift card pays all of them, with no gateway asked, and give it back if they are rejected", (bank) =>
      Effect.gen(function*() {
        yield* reviewed
        const cards = yield* GiftCards
        const reviews = yield* FraudReviews
        const { variantId } = yield* Shop.product({ stock: 5 })
        const { code, giftCard } = yield* system(cards.create({ amount: Shop.usd(10_000) }))
        const place = Effect.gen(function*() {
          const buyer = yield* Shop.guest([variantId, 1])
          const { order, payment } = yield* Shop.place(buyer, "sandbox_success", { giftCards: [code ?? ""] })
          assert.deepStrictEqual([order.status, order.paymentStatus, payment], ["on_hold", "paid", null])
          return { order, review: yield* onlyReview }
        })
        const balance = Effect.map(system(cards.get(giftCard.id)), ({ balance }) => balance.amount)
        const good = yield* place
        assert.deepStrictEqual(yield* PaymentFixture.told(good.review.id), ["fraud.review_opened"])
        yield* guard(reviews.approve(good.review.id))
        assert.strictEqual((yield* PaymentFixture.orderNow(good.order.id)).status, "paid")
        const bad = yield* place
        assert.strictEqual(yield* balance, 5_000)
        yield* guard(reviews.reject(bad.review.id))
        yield* drained
        assert.strictEqual((yield* PaymentFixture.orderNow(bad.order.id)).status, "cancelled")
        assert.strictEqual(yield* balance, 7_500)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 4, available: 4 })
        yield* rules({ rules: [{ rule: "amount", above: Shop.usd(1_000), points: 100 }] })
        const refused = yield* Effect.flip(Shop.place(yield* Shop.guest([variantId, 1]), "sandbox_success", { giftCards: [code ?? ""] }))
        assert.strictEqual(refused._tag, "PurchaseRefused")
        assert.strictEqual(yield* balance, 7_500)
        assert.deepStrictEqual(bank.calls, [])
      }))

    test("of which something has left are not called off with what an edit has added to them, but its money is let go", (bank) =>
      Effect.gen(function*() {
        const fulfilments = yield* Fulfilments
        const payments = yield* Payments
        const { as, order, variantId } = yield* PaymentFixture.ordered("sandbox_success", { pieces: 2 })
        const lineId = order.lines[0]?.id as never
        const parcel = yield* system(fulfilments.create(order.id, { lines: [{ lineId, quantity: 1 }] }))
        yield* system(fulfilments.advance(parcel.id, { event: "ship" }))
        const more = { add: [{ variantId: variantId as never, quantity: 1 }] }
        yield* system(Effect.flatMap(OrderEdits, (edits) => edits.apply(order.id, more)))
        yield* reviewed
        const paying = yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" }))
        assert.strictEqual(paying.state, "authorized")
        const rejected = yield* guard((yield* FraudReviews).reject((yield* onlyReview).id))
        assert.strictEqual(rejected.status, "rejected")
        yield* drained
        const now = yield* PaymentFixture.orderNow(order.id)
        assert.deepStrictEqual([now.status, now.open.amount], ["processing", 2_000])
        assert.sameMembers([...yield* PaymentFixture.statesNow(order.id)], ["captured", "cancelled"])
        assert.strictEqual(yield* PaymentFixture.takings(bank), 1)
      }))

    test("go on once they are approved only if nothing else holds them", () =>
      Effect.gen(function*() {
        yield* reviewed
        const orders = yield* Orders
        const reviews = yield* FraudReviews
        const disputes = yield* Disputes
        const { variantId } = yield* Shop.product({ stock: 5 })
        const held = Effect.gen(function*() {
          const { order, payment } = yield* Shop.place(yield* Shop.guest([variantId, 1]), "sandbox_success", { payment: { gateway: "direct" } })
          assert.strictEqual(order.status, "on_hold")
          return { order, paymentId: payment?.id ?? "", review: yield* onlyReview }
        })
        const statusOf = (id: string) => Effect.map(PaymentFixture.orderNow(id), ({ status }) => status)
        const resume = (id: string) => system(orders.changeStatus(id, { event: "resume" }))

        const disputed = yield* held
        const { staff } = PaymentFixture
        yield* staff(disputes.open({ paymentId: disputed.paymentId as never, reason: "it never came" }))
        yield* guard(reviews.approve(disputed.review.id))
        assert.strictEqual(yield* statusOf(disputed.order.id), "on_hold", "the buyer wants the money back")
        assert.strictEqual((yield* resume(disputed.order.id)).status, "paid")

        const stopped = yield* held
        yield* system(orders.changeStatus(stopped.order.id, { event: "hold", reason: "the address is a car park" }))
        yield* guard(reviews.approve(stopped.review.id))
        assert.strictEqual(yield* statusOf(stopped.order.id), "on_hold", "a person said so")
        assert.strictEqual((yield* resume(stopped.order.id)).status, "paid")
        // and what rests anew has nothing left from before
        yield* system(orders.changeStatus(stopped.order.id, { event: "hold" }))
        assert.strictEqual((yield* resume(stopped.order.id)).status, "paid")
      }), { gateways: [direct()], settled: false })

    test("are paid at last when they are approved while the buyer is still at the bank", (bank) =>
      Effect.gen(function*() {
        yield* reviewed
        const { as, order, payment, reference } = yield* PaymentFixture.redirected()
        yield* guard((yield* FraudReviews).approve((yield* onlyReview).id))
        yield* bank.approve(reference)
        yield* as((yield* Payments).verify(payment.id))
        yield* drained
        assert.strictEqual((yield* PaymentFixture.orderNow(order.id)).status, "paid")
      }))

    test("stay under review when they are paid by other means, until they are decided or called off", () =>
      Effect.gen(function*() {
        yield* reviewed
        const { as, order } = yield* PaymentFixture.ordered("sandbox_decline")
        assert.strictEqual(order.status, "failed")
        const retried = yield* as((yield* Payments).initialize({ orderId: order.id, gateway: "sandbox" }))
        assert.strictEqual(retried.state, "authorized")
        const { id } = yield* onlyReview
        yield* as((yield* Orders).cancel(order.id))
        yield* drained
        assert.strictEqual((yield* guard((yield* FraudReviews).review(id))).status, "closed")
        assert.deepStrictEqual(yield* PaymentFixture.statesNow(order.id), ["cancelled", "failed"])
      }))

    test("are refused without a word of why, and leave the cart as it was", () =>
      Effect.gen(function*() {
        yield* rules({ rules: [{ rule: "velocity", by: "email", moreThan: 2, minutes: 60, points: 100 }] })
        yield* PaymentFixture.ordered()
        const { as, order } = yield* PaymentFixture.ordered("sandbox_decline")
        const { variantId } = yield* Shop.product()
        const buyer = yield* Shop.guest([variantId, 1])
        const refused = yield* Effect.flip(Shop.place(buyer))
        assert.deepStrictEqual(
          refused._tag === "PurchaseRefused" ? [refused.code, refused.kind, refused.advice] : refused,
          ["purchase_refused", "payment", "contact"]
        )
        assert.notInclude(JSON.stringify(refused), "velocity")
        assert.strictEqual((yield* Actor.as(buyer.actor)((yield* Carts).get(buyer.cart.id))).status, "open")
        // another card on an order that is there already is one more attempt
        const again = yield* Effect.flip(as((yield* Payments).initialize({ orderId: order.id, gateway: "sandbox" })))
        assert.strictEqual(again._tag, "PurchaseRefused")
        const told = (yield* (yield* EventRepository).ofSubject(order.id)).find(({ type }) => type === "checkout.refused")
        assert.deepInclude(told?.data, { reasons: ["velocity_email"], score: 100 })
        const other = yield* Shop.place(buyer, "sandbox_success", { email: "bob@example.com" })
        assert.strictEqual(other.order.status, "paid")
        yield* (yield* FraudRepository).forgetAttempts(
          Timestamp.plus(yield* Timestamp.now, { minutes: longestSpan })
        )
        assert.strictEqual((yield* PaymentFixture.ordered()).order.status, "paid")
      }))

    test("are counted however many come at once from one network", () =>
      Effect.gen(function*() {
        yield* rules({ rules: [{ rule: "velocity", by: "network", moreThan: 2, minutes: 60, points: 100 }] })
        const { variantId } = yield* Shop.product()
        const buyers = yield* Effect.forEach(Array.from({ length: 6 }), () => Shop.guest([variantId, 1]))
        const outcomes = yield* Effect.forEach(
          buyers,
          (buyer, index) =>
            Effect.result(from("203.0.113.7")(Shop.place(buyer, "sandbox_success", { email: `buyer${index}@example.com` }))),
          { concurrency: "unbounded" }
        )
        const failures = outcomes.flatMap((outcome) => outcome._tag === "Failure" ? [outcome.failure._tag] : [])
        assert.isAtLeast(failures.length, 4)
        assert.deepStrictEqual([...new Set(failures)], ["PurchaseRefused"])
        const elsewhere = yield* Shop.guest([variantId, 1])
        yield* from("203.0.113.8")(Shop.place(elsewhere))
      }))

    test("are refused from whom the store has blocked, and let through from whom it allows", () =>
      Effect.gen(function*() {
        yield* rules({ rules: [{ rule: "amount", above: Shop.usd(1_000), points: 100 }] })
        const lists = yield* FraudLists
        const customerId = yield* Shop.account("eve@example.org")
        const { variantId } = yield* Shop.product({ stock: 20 })
        const tries = Effect.fnUntraced(function*(email: string) {
          const buyer = yield* Shop.customer(customerId, [variantId, 1])
          const placed = yield* Effect.result(from("2001:db8:1:2::7")(Shop.place(buyer, "sandbox_success", { email })))
          return placed._tag === "Success" ? placed.success.order.status : placed.failure._tag
        })
        assert.strictEqual(yield* tries("eve@example.org"), "PurchaseRefused")
        const allowed = yield* guard(lists.addEntry({ list: "allow", kind: "customer", value: customerId, note: "our own" }))
        assert.strictEqual(yield* tries("eve@example.org"), "paid")
        for (
          const entry of [
            { kind: "email", value: " EVE@example.org " },
            { kind: "domain", value: "example.org" },
            { kind: "network", value: "2001:db8:1:2::/64" },
            { kind: "country", value: "US" },
            { kind: "customer", value: customerId }
          ] as const
        ) {
          const blocked = yield* guard(lists.addEntry({ list: "block", ...entry }))
          assert.strictEqual(yield* tries("eve@example.org"), "PurchaseRefused", entry.kind)
          assert.strictEqual((yield* Effect.flip(guard(lists.addEntry({ list: "block", ...entry }))))._tag, "FraudEntryTaken")
          yield* guard(lists.removeEntry(blocked.id))
        }
        assert.strictEqual(yield* tries("eve@example.org"), "paid")
        assert.deepStrictEqual(yield* guard(lists.entries({ list: "allow" })), { items: [allowed], nextCursor: null })
        yield* guard(lists.removeEntry(allowed.id))
        assert.strictEqual((yield* Effect.flip(guard(lists.removeEntry(allowed.id))))._tag, "FraudEntryNotFound")
        for (const wrong of [{ kind: "country", value: "usa" }, { kind: "domain", value: "a@b.c" }, { kind: "x", value: "y" }]) {
          const fault = yield* Effect.flip(guard(lists.addEntry({ list: "block", ...wrong } as never)))
          assert.strictEqual(fault._tag, "InvalidInput")
        }
      }))

    test("are those whose countries do not fit together", () =>
      Effect.gen(function*() {
        yield* rules({
          rules: [
            { rule: "countries", differ: "billing_shipping", points: 30 },
            { rule: "countries", differ: "shipping_network", points: 30 }
          ]
        })
        const { variantId } = yield* Shop.product()
        const tries = Effect.fnUntraced(function*(billing: string, address: string) {
          const buyer = yield* Shop.guest([variantId, 1])
          const { order } = yield* from(address)(
            Shop.place(buyer, "sandbox_success", { billingAddress: { ...Shop.address, country: billing } })
          )
          return order.status
        })
        assert.strictEqual(yield* tries("US", "203.0.113.7"), "paid")
        assert.strictEqual(yield* tries("CA", "203.0.113.7"), "paid")
        assert.strictEqual(yield* tries("US", "198.51.100.7"), "paid")
        assert.strictEqual(yield* tries("CA", "198.51.100.7"), "pending")
        const { reasons, score } = yield* onlyReview
        assert.deepStrictEqual([score, ...reasons.map(({ detail }) => detail)], [60, "CA and US", "US and NG"])
        // who cannot be located is nowhere
        assert.strictEqual(yield* tries("US", "192.0.2.1"), "paid")
      }), {
      settled: false,
      placeLocator: {
        locate: (address) =>
          address === "192.0.2.1"
            ? Effect.die("broken")
            : Effect.succeed(address === "203.0.113.7" ? { name: "Portland, US", country: "US" } : { name: "Lagos", country: "ng" })
      }
    })

    const screens: Array<unknown> = []
    test("are shown to an outside service, and looked at where it does not answer", () =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 20 })
        const tries = Effect.fnUntraced(function*(email: string) {
          const buyer = yield* Shop.guest([variantId, 1])
          const placed = yield* Effect.result(Shop.place(buyer, "sandbox_success", { email }))
          return placed._tag === "Success" ? placed.success.order.status : placed.failure._tag
        })
        assert.strictEqual(yield* tries("bad@example.com"), "paid")
        assert.deepStrictEqual(screens, [])
        yield* rules()
        assert.strictEqual(yield* tries("good@example.com"), "paid")
        assert.deepStrictEqual(screens, [{ email: "good@example.com", score: 0, total: Shop.usd(2_500) }])
        assert.strictEqual(yield* tries("bad@example.com"), "PurchaseRefused")
        assert.strictEqual(yield* tries("odd@example.com"), "pending")
        for (const email of ["silent@example.com", "broken@example.com", "wrong@example.com"]) {
          for (const [unscreened, outcome] of [["review", "pending"], ["refuse", "PurchaseRefused"], ["allow", "paid"]] as const) {
            yield* rules({ unscreened })
            assert.strictEqual(yield* tries(email), outcome, `${email} ${unscreened}`)
          }
        }
      }), {
      settled: false,
      fraud: {
        timeout: 0,
        screen: ({ order: { email }, score, total }) => {
          if (email.startsWith("silent")) return Effect.never
          if (email.startsWith("broken")) return Effect.die("broken")
          screens.push({ email, score, total })
          if (email.startsWith("wrong")) return Effect.succeed({ points: Number.NaN, detail: "" })
          return Effect.succeed({ points: email.startsWith("bad") ? 100 : email.startsWith("odd") ? 60 : 0, detail: "model 7" })
        }
      }
    })

    test("are decided by who may, in their own store", () =>
      Effect.gen(function*() {
        yield* reviewed
        yield* PaymentFixture.ordered()
        const { id } = yield* onlyReview
        const reviews = yield* FraudReviews
        const lists = yield* FraudLists
        const attempts = (review: string) => [
          Effect.flip(reviews.review(review)),
          Effect.flip(reviews.approve(review)),
          Effect.flip(reviews.reject(review))
        ]
        const tags = (all: ReadonlyArray<Effect.Effect<{ readonly _tag: string }, unknown, never>>) =>
          Effect.map(Effect.all(all), (failures) => [...new Set(failures.map(({ _tag }) => _tag))])
        const asked = [
          ...attempts(id),
          Effect.flip(reviews.reviews()),
          Effect.flip(lists.entries()),
          Effect.flip(lists.addEntry({ list: "block", kind: "country", value: "US" })),
          Effect.flip(lists.removeEntry("fre_x"))
        ]
        assert.deepStrictEqual(yield* Actor.as(Actor.guest())(tags(asked)), ["Unauthenticated"])
        assert.deepStrictEqual(yield* Actor.as(Actor.staff("clerk", ["orders:*", "payments:*"]))(tags(asked)), ["Forbidden"])
        assert.deepStrictEqual(yield* guard(tags(attempts(unknownId))), ["FraudReviewNotFound"])
        const elsewhere = yield* system(
          Effect.flatMap(Stores, (stores) => stores.create({ code: "elsewhere", name: "Elsewhere", currency: "USD" }))
        )
        assert.deepStrictEqual(yield* within(elsewhere.id)(guard(tags(attempts(id)))), ["FraudReviewNotFound"])
        assert.deepStrictEqual((yield* within(elsewhere.id)(guard(reviews.reviews()))).items, [])
        const stale = Actor.as(Actor.customer("user_guard", {
          permissions: ["fraud:*"],
          assurance: { freshUntil: "1970-01-01T00:00:00.000Z", secondFactor: true }
        }))
        assert.strictEqual((yield* Effect.flip(stale(reviews.approve(id))))._tag, "StepUpRequired")
      }), { settled: false })

    test("leave nothing of what was counted about somebody who is forgotten", () =>
      Effect.gen(function*() {
        yield* rules({ rules: [{ rule: "velocity", by: "customer", moreThan: 9, minutes: 60, points: 1 }] })
        const customerId = yield* Shop.account("ada@example.com")
        const { variantId } = yield* Shop.product()
        yield* Shop.place(yield* Shop.customer(customerId, [variantId, 1]))
        const repository = yield* FraudRepository
        const counted = repository.counts(
          [["customer", customerId], ["email", "ada@example.com"]].map(([kind, value = ""]) => ({
            kind: kind as "customer",
            value: Secret.hash(value),
            since: Timestamp.fromMillis(0)
          }))
        )
        assert.deepStrictEqual(yield* counted, [1, 1])
        yield* repository.forget(customerId, Secret.hash(customerId))
        assert.deepStrictEqual(yield* counted, [0, 0])
      }))
  })

  fraudCardSuite(harness)
}
