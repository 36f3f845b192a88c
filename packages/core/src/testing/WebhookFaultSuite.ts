/**
 * Webhooks in trouble: what cannot be worked off is kept for staff, what is about nothing is kept as that, and any order,
 * number and loss of them ends in the gateway's truth.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"
import { JobRetries } from "../jobs/JobRegistry.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { GatewayUnavailable } from "../payments/PaymentGateway.ts"
import { Payments } from "../payments/Payments.ts"
import { Stores } from "../stores/Stores.ts"
import * as Fixture from "./PaymentFixture.ts"
import * as Shop from "./Shop.ts"
import * as Chance from "./simulation/Chance.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Every failure is the last one. */
const once = Effect.provideService(JobRetries, { maxAttempts: 1, delay: Schedule.spaced(0) })

const down = Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "down" }))

const listed = Effect.fnUntraced(function*(query?: { readonly status?: "dead" | "orphan" | "received" | "unrelated" }) {
  const payments = yield* Payments
  const { items } = yield* Fixture.staff(payments.webhooks(query))
  return items.map(({ failures, key, status }) => [key, status, failures] as const)
})

/** Any order and number of three webhooks, of which some are lost, and whether the shop works between them. */
const stories = Array.from({ length: 50 }, (_, seed) => {
  const chance = Chance.make(seed + 1)
  return Array.from({ length: chance.below(9) }, () => ({
    which: chance.below(3),
    isLost: chance.below(2) === 0,
    works: chance.below(2) === 0
  }))
})

export const webhookFaultSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`webhooks in trouble on ${harness.name}`, () => {
    test("that cannot be worked off are dead in the end, shown to staff, and worked off when staff say so", (bank) =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const payments = yield* Payments
        const { order, reference } = yield* Fixture.redirected()
        yield* bank.approve(reference)
        bank.on("retrieve", () => down)
        yield* Fixture.arrives(yield* bank.webhook(reference))
        yield* once(jobs.drain)
        const [dead] = (yield* Fixture.staff(payments.webhooks({ status: "dead" }))).items
        assert.deepStrictEqual([dead?.status, dead?.failures, dead?.gatewayReference], ["dead", 1, reference])
        assert.match(dead?.failure ?? "", /^gateway_unavailable: /)
        const about = { gateway: "sandbox", key: dead?.key ?? "" }
        assert.deepStrictEqual(yield* Fixture.told(about.key), ["payment.webhook_died"])
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "pending")

        yield* Fixture.staff(payments.redriveWebhook(about))
        yield* once(jobs.drain)
        assert.deepStrictEqual(yield* listed(), [[about.key, "dead", 2]], "it fails again and is dead again")
        bank.off("retrieve")
        assert.strictEqual((yield* Fixture.staff(payments.redriveWebhook(about))).status, "received")
        yield* once(jobs.drain)
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        const error = yield* Effect.flip(Fixture.staff(payments.redriveWebhook(about)))
        assert.deepStrictEqual([error._tag, "status" in error && error.status], ["GatewayWebhookNotRedrivable", "handled"])
      }))

    test("that are tried again meanwhile say what went wrong", (bank) =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const payments = yield* Payments
        const { order, reference } = yield* Fixture.redirected()
        yield* bank.approve(reference)
        bank.on("retrieve", () => down)
        const webhook = yield* bank.webhook(reference)
        yield* Fixture.arrives(webhook)
        yield* jobs.drain
        const [waiting] = (yield* Fixture.staff(payments.webhooks({ status: "received", gateway: "sandbox" }))).items
        assert.match(waiting?.failure ?? "", /^gateway_unavailable: /)
        bank.off("retrieve")
        yield* TestClock.adjust("5 minutes")
        yield* payments.recover
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
      }))

    test("about nothing that the shop keeps are kept, and nobody is alarmed", () =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        yield* Fixture.arrives(Fixture.signed({ id: "evt_1", type: "customer.created", data: {} }))
        yield* jobs.drain
        assert.deepStrictEqual(yield* listed(), [["evt_1", "unrelated", 0]])
        assert.deepStrictEqual(yield* Fixture.told("evt_1"), [])
      }))

    test("are shown page by page, to staff of the store alone", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const jobs = yield* Jobs
        const stores = yield* Stores
        const data = { reference: "sbx_elsewhere" }
        for (const id of ["evt_1", "evt_2", "evt_3"]) {
          yield* Fixture.arrives(Fixture.signed({ id, type: "charge.captured", data }))
        }
        yield* jobs.drain
        const first = yield* Fixture.staff(payments.webhooks({ status: "orphan", limit: 2 }))
        const rest = yield* Fixture.staff(payments.webhooks({ status: "orphan", limit: 2, after: first.nextCursor ?? "" }))
        assert.deepStrictEqual([...first.items, ...rest.items].map(({ key }) => key), ["evt_3", "evt_2", "evt_1"])
        assert.isNull(rest.nextCursor)

        const { id } = yield* stores.create({ code: "other", name: "Other store", currency: "USD" })
        const there = Effect.provideService(CurrentStore, id)
        assert.deepStrictEqual(yield* there(listed()), [])
        const about = { gateway: "sandbox", key: "evt_1" }
        assert.strictEqual(
          (yield* Effect.flip(there(Fixture.staff(payments.redriveWebhook(about)))))._tag,
          "GatewayWebhookNotFound"
        )
        const reader = Actor.as(Actor.staff("clerk", ["payments:read"]))
        assert.strictEqual((yield* Effect.flip(reader(payments.redriveWebhook(about))))._tag, "Forbidden")
        const guest = Actor.as(Actor.guest())
        assert.strictEqual((yield* Effect.flip(guest(payments.webhooks())))._tag, "Unauthenticated")
      }))

    test("end in the gateway's truth in any order and number, whichever answers are lost", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const jobs = yield* Jobs
        const { variantId } = yield* Shop.product({ stock: stories.length })
        for (const [number, story] of stories.entries()) {
          const { order, payment, reference } = yield* Fixture.redirected({ variantId })
          const seconds = Timestamp.toMillis(yield* Timestamp.now) / 1_000
          const early = yield* bank.webhook(reference)
          yield* bank.approve(reference)
          const late = yield* bank.webhook(reference)
          const lie = Fixture.signed(
            { id: `evt_lie_${number}`, type: "charge.failed", data: { reference, paymentId: payment.id } },
            seconds
          )
          for (const { isLost, which, works } of story) {
            // the gateway does what it was asked, and its answer does not arrive
            bank.on("retrieve", (answer) => isLost ? Effect.andThen(answer, down) : answer)
            yield* Fixture.arrives([early, late, lie][which] ?? late)
            if (works) yield* jobs.drain
          }
          bank.off("retrieve")
          yield* jobs.drain
          yield* TestClock.adjust("5 minutes")
          yield* payments.recover
          assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["captured"])
          const told = yield* Fixture.told(order.id, payment.id)
          assert.lengthOf(told.filter((type) => type === "order.paid"), 1)
          assert.deepStrictEqual((yield* payments.ledger(order.id)).map(({ amount }) => amount.amount), [2_500, -2_500])
        }
        assert.strictEqual(yield* Fixture.takings(bank), stories.length)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 0, available: 0 })
      }), { timeout: 300_000 })
  })
}
