/**
 * Rules against fraud that see the card: before the money is taken where it is only authorised, and otherwise before the order
 * goes on.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { AuditLog } from "../audit/AuditLog.ts"
import { EventRepository } from "../events/EventRepository.ts"
import type { GatewayCard } from "../fraud/Card.ts"
import { FraudLists } from "../fraud/FraudLists.ts"
import { FraudRepository } from "../fraud/FraudRepository.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentClient } from "../kernel/CurrentClient.ts"
import * as Secret from "../kernel/Secret.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { FraudReviews } from "../payments/FraudReviews.ts"
import { Payments } from "../payments/Payments.ts"
import * as SandboxGateway from "../payments/SandboxGateway.ts"
import { PersonalData } from "../privacy/PersonalData.ts"
import type { FraudRule, FraudSettings } from "../stores/FraudSettings.ts"
import { defaultFraudSettings } from "../stores/FraudSettings.ts"
import { Stores } from "../stores/Stores.ts"
import * as Fixture from "./PaymentFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const guard = Actor.as(Actor.staff("user_guard", ["fraud:*"]))

/** A gateway that tells of cards, and the card that whoever pays next has. */
const wallet = (name: string, manualCapture = true) => {
  const first: GatewayCard = {
    fingerprint: "fp_first",
    brand: "visa",
    last4: "4242",
    country: "US",
    funding: "credit",
    checks: { address: "passed", postalCode: "passed", securityCode: "passed" },
    threeDSecure: "authenticated"
  }
  let next = first
  const cards = new Map<string, GatewayCard>()
  const gateway = SandboxGateway.make({
    name,
    card: ({ reference }) => {
      if (!cards.has(reference)) cards.set(reference, next)
      return cards.get(reference) ?? null
    }
  })
  return {
    gateway: { ...gateway, capabilities: { ...gateway.capabilities, manualCapture } },
    bank: gateway.bank,
    holds: (card: Partial<GatewayCard> = {}) =>
      Effect.sync(() => {
        next = { ...first, ...card }
      })
  }
}

export const fraudCardSuite = (harness: StorageHarness): void => {
  const shopTest = Fixture.test(harness)

  /** A test in a shop with a gateway that authorises, "cards", and one that takes money at once, "direct". */
  const test = (
    name: string,
    body: (cards: ReturnType<typeof wallet>, direct: ReturnType<typeof wallet>) => Effect.Effect<unknown, unknown, Shop.ShopServices>,
    options: Fixture.PaymentTestOptions = {}
  ) => {
    const [cards, direct] = [wallet("cards"), wallet("direct", false)]
    shopTest(name, () => body(cards, direct), { settled: false, gateways: [cards.gateway, direct.gateway], ...options })
  }

  const rules = (all: ReadonlyArray<FraudRule>, settings: Partial<FraudSettings> = {}) =>
    system(Effect.flatMap(Stores, (stores) =>
      stores.update({ settings: { fraud: { ...defaultFraudSettings, enabled: true, rules: all, ...settings } } })))

  /** Somebody buys a thing for 25 dollars. */
  const buys = Effect.fnUntraced(function*(
    gateway: string,
    email = "ada@example.com",
    method: Shop.Method = "sandbox_success",
    billing = "US"
  ) {
    const { variantId } = yield* Shop.product({ stock: 3 })
    const buyer = yield* Shop.guest([variantId, 1])
    const { order, payment, token } = yield* Shop.place(buyer, method, {
      payment: { gateway, method, returnUrl: "https://shop.example/thanks" },
      email,
      billingAddress: { ...Shop.address, country: billing }
    })
    return {
      order,
      payment: payment ?? (yield* Effect.die("an order that costs something has a payment")),
      variantId,
      as: Actor.as(Actor.guest({ orderToken: token }))
    }
  })

  const openReviews = Effect.map(
    Effect.flatMap(FraudReviews, (reviews) => guard(reviews.reviews({ status: "open" }))),
    ({ items }) => items
  )

  const onlyReview = Effect.flatMap(openReviews, ([review, ...more]) =>
    review === undefined || more.length > 0 ? Effect.die("there is not one review") : Effect.succeed(review))

  const chargesOf = (bank: ReturnType<typeof wallet>["bank"]) =>
    Effect.map(bank.charges, (charges) => charges.map(({ status }) => status))

  describe(`cards of orders that may be fraud, on ${harness.name}`, () => {
    test("are looked at before the money is taken, which is taken at once if nothing is against them", (cards) =>
      Effect.gen(function*() {
        yield* rules([{ rule: "countries", differ: "billing_card", points: 50 }])
        const good = yield* buys("cards")
        assert.deepStrictEqual([good.order.status, good.payment.state], ["paid", "captured"])
        assert.deepStrictEqual(yield* Fixture.told(good.payment.id), ["payment.authorized", "payment.captured"])
        assert.deepStrictEqual(yield* openReviews, [])
        yield* cards.holds({ country: "NG", fingerprint: "fp_second" })
        const odd = yield* buys("cards")
        assert.deepStrictEqual([odd.order.status, odd.payment.state], ["pending", "authorized"])
        assert.deepStrictEqual(yield* chargesOf(cards.bank), ["captured", "authorized"])
        const review = yield* onlyReview
        assert.deepStrictEqual(
          [review.orderId, review.score, review.reasons],
          [odd.order.id, 50, [{ code: "countries_billing_card", detail: "US and NG", points: 50 }]]
        )
        assert.deepStrictEqual((yield* Fixture.inboxNow).map(({ template }) => template), ["fraud-review"])
        yield* guard((yield* FraudReviews).approve(review.id))
        assert.strictEqual((yield* Fixture.orderNow(odd.order.id)).status, "paid")
        assert.deepStrictEqual(yield* chargesOf(cards.bank), ["captured", "captured"])
        assert.deepStrictEqual(yield* openReviews, [], "what was approved is not asked again")
      }))

    test("of money that is taken at once let the order rest, until it is approved or the money is back", (_, direct) =>
      Effect.gen(function*() {
        yield* rules([{ rule: "card", is: "security_code_failed", points: 60 }, { rule: "card", is: "prepaid", points: 40 }])
        assert.strictEqual((yield* buys("direct")).order.status, "paid")
        yield* direct.holds({ checks: { address: null, postalCode: null, securityCode: "failed" }, funding: "prepaid" })
        const { order, payment } = yield* buys("direct")
        // a hundred points refuse what is not taken yet; what is taken waits for a person
        assert.deepStrictEqual([order.status, payment.state], ["on_hold", "captured"])
        const review = yield* onlyReview
        assert.deepStrictEqual(review.reasons.map(({ code }) => code), ["card_security_code_failed", "card_prepaid"])
        yield* guard((yield* FraudReviews).reject(review.id))
        yield* (yield* Jobs).drain
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "cancelled")
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["refunded"])
      }))

    test("that are blocked are refused before the money is taken, and the buyer may take another", (cards) =>
      Effect.gen(function*() {
        // no rule looks at cards: the list alone is enough
        yield* rules([{ rule: "card", is: "prepaid", points: 1 }])
        const lists = yield* FraudLists
        const { payment } = yield* buys("cards")
        yield* rules([])
        const entry = yield* guard(lists.addEntry({ list: "block", kind: "card", value: payment.id, note: "a chargeback" }))
        assert.match(entry.value, /^[\w-]{8}\.\.\.$/)
        assert.deepStrictEqual((yield* guard(lists.entries({ kind: "card" }))).items, [entry])
        const twice = yield* Effect.flip(guard(lists.addEntry({ list: "block", kind: "card", value: payment.id })))
        assert.strictEqual(twice._tag, "FraudEntryTaken")
        const { as, order, payment: refused, variantId } = yield* buys("cards", "eve@example.com")
        assert.deepStrictEqual([order.status, refused.state, refused.failure?.code], ["failed", "cancelled", "declined"])
        assert.isNull(refused.failure?.gatewayCode, "the buyer does not learn why")
        assert.deepStrictEqual(yield* chargesOf(cards.bank), ["captured", "cancelled"])
        assert.deepStrictEqual(yield* Fixture.told(refused.id), ["payment.cancelled"])
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 3, available: 3 })
        const events = yield* (yield* EventRepository).ofSubject(order.id)
        const told = events.find(({ type }) => type === "checkout.refused")
        assert.deepInclude(told?.data, { reasons: ["block_card"], score: 100 })
        assert.notInclude(JSON.stringify(events), "fp_first")
        yield* cards.holds({ fingerprint: "fp_other" })
        const again = yield* as((yield* Payments).initialize({ orderId: order.id, gateway: "cards" }))
        assert.strictEqual(again.state, "captured")
        yield* guard(lists.removeEntry(entry.id))
        yield* cards.holds()
        assert.strictEqual((yield* buys("cards")).order.status, "paid")
        assert.strictEqual(
          (yield* Effect.flip(guard(lists.addEntry({ list: "block", kind: "card", value: "pay_unknown" }))))._tag,
          "FraudCardUnknown"
        )
      }))

    test("of many buyers are noticed, and many cards of one buyer, those that were declined as well", (cards) =>
      Effect.gen(function*() {
        yield* rules([
          { rule: "card_shared", moreThan: 2, minutes: 60, points: 50 },
          { rule: "cards_tried", moreThan: 2, minutes: 60, points: 60 }
        ])
        const statuses: Array<string> = []
        for (const email of ["ada@example.com", "bob@example.com", "ada@example.com", "eve@example.com"]) {
          statuses.push((yield* buys("cards", email)).order.status)
        }
        assert.deepStrictEqual(statuses, ["paid", "paid", "paid", "pending"])
        assert.deepStrictEqual((yield* onlyReview).reasons.map(({ code, detail }) => [code, detail]), [
          ["card_shared", "3 buyers with one card in 60 minutes"]
        ])
        for (const fingerprint of ["fp_2", "fp_3", "fp_4"]) {
          yield* cards.holds({ fingerprint })
          const { order } = yield* buys("cards", "tim@example.com", "sandbox_decline")
          assert.strictEqual(order.status, "failed")
        }
        // the three that were declined are known before a fourth is tried
        yield* cards.holds({ fingerprint: "fp_5" })
        const { order } = yield* buys("cards", "tim@example.com")
        assert.strictEqual(order.status, "pending")
        const review = (yield* openReviews).find(({ orderId }) => orderId === order.id)
        assert.deepStrictEqual(review?.reasons.map(({ code, points }) => [code, points]), [["cards_tried", 60]], "counted once")
      }))

    test("that are used too often are noticed, and points of what was known before are added", () =>
      Effect.gen(function*() {
        yield* rules([
          { rule: "amount", above: Shop.usd(1_000), points: 30 },
          { rule: "velocity", by: "card", moreThan: 2, minutes: 60, points: 25 }
        ])
        const statuses: Array<string> = []
        for (let time = 0; time < 3; time++) statuses.push((yield* buys("direct")).order.status)
        assert.deepStrictEqual(statuses, ["paid", "paid", "on_hold"])
        const { reasons, score } = yield* onlyReview
        assert.deepStrictEqual([score, reasons.map(({ code }) => code)], [55, ["amount", "velocity_card"]])
      }))

    test("are compared with the place of the network that the order came from, also when the buyer was at the bank", (cards) =>
      Effect.gen(function*() {
        yield* rules([{ rule: "countries", differ: "network_card", points: 50 }])
        const client = { address: "203.0.113.7", userAgent: null }
        const { as, order, payment } = yield* Effect.provideService(
          buys("cards", "ada@example.com", "sandbox_redirect"),
          CurrentClient,
          client
        )
        assert.strictEqual(payment.state, "requires_action")
        yield* cards.gateway.approve(payment.gatewayReference ?? "")
        // whoever asks now is somewhere else
        const confirmed = yield* as((yield* Payments).confirm(payment.id))
        assert.deepStrictEqual([confirmed.state, (yield* Fixture.orderNow(order.id)).status], ["authorized", "pending"])
        assert.deepStrictEqual((yield* onlyReview).reasons.map(({ detail }) => detail), ["NG and US"])
      }), { placeLocator: { locate: () => Effect.succeed({ name: "Lagos", country: "NG" }) } })

    test("are told to a person who has approved the order without knowing them", (cards) =>
      Effect.gen(function*() {
        yield* rules([
          { rule: "amount", above: Shop.usd(1_000), points: 50 },
          { rule: "card", is: "not_authenticated", points: 20 }
        ])
        yield* cards.holds({ threeDSecure: null })
        const { as, order, payment } = yield* buys("cards", "ada@example.com", "sandbox_redirect")
        const first = yield* onlyReview
        yield* guard((yield* FraudReviews).approve(first.id))
        yield* cards.gateway.approve(payment.gatewayReference ?? "")
        assert.strictEqual((yield* as((yield* Payments).verify(payment.id))).state, "authorized")
        const again = yield* onlyReview
        assert.deepStrictEqual([again.id, again.score, again.decidedBy], [first.id, 70, null])
        assert.deepStrictEqual(again.reasons.map(({ code }) => code), ["amount", "card_not_authenticated"])
        assert.strictEqual((yield* Effect.flip(Fixture.staff((yield* Payments).capture(payment.id))))._tag, "PaymentUnderReview")
        yield* guard((yield* FraudReviews).approve(again.id))
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
      }))

    test("count for nothing with whom the store allows, but those that it blocks", () =>
      Effect.gen(function*() {
        yield* rules([{ rule: "card", is: "prepaid", points: 1 }, { rule: "countries", differ: "billing_card", points: 50 }])
        const lists = yield* FraudLists
        yield* guard(lists.addEntry({ list: "allow", kind: "email", value: "ada@example.com" }))
        const allowed = yield* buys("cards", "ada@example.com", "sandbox_success", "CA")
        assert.strictEqual(allowed.order.status, "paid")
        assert.strictEqual((yield* buys("cards", "bob@example.com", "sandbox_success", "CA")).order.status, "pending")
        yield* guard(lists.addEntry({ list: "allow", kind: "card", value: allowed.payment.id }))
        assert.strictEqual((yield* buys("cards", "bob@example.com", "sandbox_success", "CA")).order.status, "paid")
        yield* guard(lists.addEntry({ list: "block", kind: "card", value: allowed.payment.id }))
        assert.strictEqual((yield* buys("cards", "ada@example.com", "sandbox_success", "CA")).order.status, "failed")
      }))

    test("are looked at after the charge where the store would rather not wait for it", () =>
      Effect.gen(function*() {
        yield* rules([{ rule: "countries", differ: "billing_card", points: 100 }], { authorizeFirst: false })
        const good = yield* buys("cards")
        assert.deepStrictEqual(yield* Fixture.told(good.payment.id), ["payment.captured"])
        const odd = yield* buys("cards", "ada@example.com", "sandbox_success", "CA")
        assert.deepStrictEqual([odd.order.status, odd.payment.state], ["on_hold", "captured"])
      }))

    test("are shown to who looks at fraud without what they are known by, and to nobody else", () =>
      Effect.gen(function*() {
        yield* rules([{ rule: "card", is: "prepaid", points: 1 }])
        const { as, order, payment } = yield* buys("cards")
        const reviews = yield* FraudReviews
        const [card] = yield* guard(reviews.cards(order.id))
        assert.match(card?.card ?? "", /^[\w-]{8}\.\.\.$/)
        assert.deepInclude(card, { paymentId: payment.id, orderId: order.id, gateway: "cards" })
        assert.deepInclude(card?.facts, { brand: "visa", last4: "4242", country: "US", threeDSecure: "authenticated" })
        assert.strictEqual((yield* Effect.flip(as(reviews.cards(order.id))))._tag, "Unauthenticated")
        assert.strictEqual((yield* Effect.flip(Fixture.staff(reviews.cards(order.id))))._tag, "Forbidden")
        const { items } = yield* system((yield* AuditLog).list({}))
        const seen = JSON.stringify([card, payment, order, items, yield* as((yield* Payments).get(payment.id))])
        assert.notInclude(seen, "fp_first")
        const key = yield* (yield* FraudRepository).keyOfCard(payment.id)
        assert.isDefined(key)
        assert.notInclude(seen, key ?? "")
        assert.notInclude(key ?? "", "fp_first")
      }))

    test("are forgotten with their customer, and a year after they were used", () =>
      Effect.gen(function*() {
        yield* rules([{ rule: "velocity", by: "card", moreThan: 9, minutes: 60, points: 1 }])
        const repository = yield* FraudRepository
        const customerId = yield* Shop.account("ada@example.com")
        const { variantId } = yield* Shop.product()
        const place = Effect.gen(function*() {
          const buyer = yield* Shop.customer(customerId, [variantId, 1])
          const { order } = yield* Shop.place(buyer, "sandbox_success", { payment: { gateway: "cards" } })
          return order.id
        })
        const orderId = yield* place
        const holders = yield* (yield* PersonalData).holders
        const holder = holders.find(({ name }) => name === "fraudAttempts") ?? (yield* Effect.die("nobody keeps cards"))
        const handed = yield* Stream.runCollect(holder.hand(customerId))
        assert.deepInclude(handed[0], { orderId, brand: "visa", last4: "4242" })
        assert.notInclude(JSON.stringify(handed), (yield* repository.keyOfCard(String((handed[0] as { paymentId: string }).paymentId))) ?? "-")
        const counted = repository.counts([
          { kind: "email", value: Secret.hash("ada@example.com"), since: Timestamp.fromMillis(0), related: "card" }
        ])
        assert.deepStrictEqual(yield* counted, [1])
        yield* holder.forget(customerId)
        assert.deepStrictEqual([yield* counted, yield* repository.cardsOfOrder(orderId)], [[0], []])
        assert.isUndefined(yield* repository.lookOf(orderId))
        const later = yield* place
        yield* repository.forgetCards(Timestamp.plus(yield* Timestamp.now, "1 second"))
        assert.deepStrictEqual(yield* repository.cardsOfOrder(later), [])
      }))

    test("are not looked at, and not kept, where the store has no rule that sees them", () =>
      Effect.gen(function*() {
        yield* rules([{ rule: "amount", above: Shop.usd(100_000), points: 50 }])
        const { order, payment } = yield* buys("cards")
        assert.deepStrictEqual(yield* Fixture.told(payment.id), ["payment.captured"])
        assert.deepStrictEqual(yield* guard((yield* FraudReviews).cards(order.id)), [])
      }))
  })
}
