/**
 * Everything that a carrier's adapter must do, in one call.
 *
 * **Details**
 *
 * The adapter runs against a fake of its carrier that keeps state and speaks the real protocol, such as `ParcelCarrier`.
 * Time is the test's clock. Everything that the adapter answers is searched for the secrets that the harness names.
 *
 * **Example**
 *
 * ```ts
 * import { carrierConformance } from "@stoa/core/testing"
 *
 * carrierConformance({ name: "My Post", service: "parcel", open: openMyPostWithItsFake })
 * ```
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { Carrier, CarrierStatus } from "../shipping/Carrier.ts"
import type { GatewayFault, WebhookRequest } from "./GatewayHarness.ts"
import { faults } from "./GatewayHarness.ts"
import * as Shop from "./Shop.ts"

/** A carrier under test, in front of a fake of the real one whose every move the test decides. */
export interface CarrierUnderTest {
  readonly carrier: Carrier
  /** The labels that the carrier has sold and not taken back, by its own ids. */
  readonly labels: Effect.Effect<ReadonlyArray<string>>
  /** The next request that changes something goes wrong. */
  readonly fail: (fault: GatewayFault) => Effect.Effect<void>
  /** Something happens to a shipment; the webhook that tells of it, signed at this moment. */
  readonly happen: (reference: string, status: CarrierStatus) => Effect.Effect<WebhookRequest>
  readonly sign: (
    body: Uint8Array,
    options?: { readonly secret?: string; readonly atSeconds?: number }
  ) => Effect.Effect<WebhookRequest>
  /** What must never be seen in an answer or an error. */
  readonly secrets: ReadonlyArray<string>
}

export interface CarrierHarness {
  readonly name: string
  /** One of its services that delivers within the United States, where rates are in US dollars. */
  readonly service: string
  /** Whether signatures hold the time, so that old ones are refused. */
  readonly signsTime: boolean
  readonly open: Effect.Effect<CarrierUnderTest, never, Scope.Scope>
}

export const carrierConformance = ({ name, open, service, signsTime }: CarrierHarness): void => {
  const test = (title: string, body: (under: CarrierUnderTest) => Effect.Effect<unknown, unknown>) =>
    it.effect(title, () =>
      Effect.scoped(Effect.gen(function*() {
        const under = yield* open
        const outcome = yield* body(under)
        for (const secret of under.secrets) assert.notInclude(JSON.stringify(outcome) ?? "", secret)
      })))

  const question = { from: Shop.address, to: Shop.address, currency: "USD", parcels: [{ grams: 900, count: 1 }] }
  const wanted = (idempotencyKey: string) => ({
    idempotencyKey,
    reference: "1001",
    service,
    from: Shop.address,
    to: Shop.address,
    parcels: [{ grams: 900 }]
  })

  describe(`the carrier ${name}`, () => {
    test("says what its services ask, and not less for more", ({ carrier }) =>
      Effect.gen(function*() {
        const priceOf = (grams: number, count: number, cubicMm = 0) =>
          Effect.map(carrier.rates({ ...question, parcels: [{ grams, cubicMm, count }] }), (rates) =>
            rates.find((rate) => rate.service === service)?.price)
        const one = yield* priceOf(900, 1)
        const many = yield* priceOf(900, 3)
        const tiny = yield* priceOf(1, 1)
        const bulky = yield* priceOf(900, 1, 60_000_000)
        assert(one !== undefined && many !== undefined && tiny !== undefined && bulky !== undefined)
        assert.strictEqual(one.currency, "USD")
        assert.isAtLeast(many.amount, one.amount)
        assert.isAtMost(tiny.amount, one.amount)
        assert.isAtLeast(bulky.amount, one.amount)
        return one
      }))

    test("sells one label for one key, with something to print and numbers to follow it by", ({ carrier, labels }) =>
      Effect.gen(function*() {
        const label = yield* carrier.buy(wanted("key-1"))
        assert.isAbove(label.document.data.byteLength, 0)
        assert.isAbove(label.tracking.length, 0)
        assert.deepStrictEqual(yield* carrier.buy(wanted("key-1")), label)
        const other = yield* carrier.buy(wanted("key-2"))
        assert.notStrictEqual(other.reference, label.reference)
        assert.deepStrictEqual([...yield* labels].sort(), [label.reference, other.reference].sort())
        return label
      }))

    for (const fault of faults) {
      test(`says that it does not know where the answer is a ${fault}, and does not buy twice`, (under) =>
        Effect.gen(function*() {
          yield* under.fail(fault)
          const error = yield* Effect.flip(under.carrier.buy(wanted("key-1")))
          assert.strictEqual(error._tag, "CarrierUnavailable")
          const label = yield* under.carrier.buy(wanted("key-1"))
          assert.deepStrictEqual(yield* under.labels, [label.reference])
          return { error, label }
        }))
    }

    test("refuses a service that there is not", ({ carrier, labels }) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(carrier.buy({ ...wanted("key-1"), service: "no-such-service" }))
        assert.strictEqual(error._tag, "CarrierRejected")
        assert.deepStrictEqual(yield* labels, [])
        return error
      }))

    test("takes a label back that was not used, once and again, and none that is on its way", (under) =>
      Effect.gen(function*() {
        const { carrier, happen, labels } = under
        const label = yield* carrier.buy(wanted("key-1"))
        yield* carrier.giveBack(label)
        yield* carrier.giveBack(label)
        assert.deepStrictEqual(yield* labels, [])
        const used = yield* carrier.buy(wanted("key-2"))
        yield* happen(used.reference, "in_transit")
        const error = yield* Effect.flip(carrier.giveBack(used))
        assert.strictEqual(error._tag, "CarrierRejected")
        assert.deepStrictEqual(yield* labels, [used.reference])
        return error
      }))

    test("tells what happened, by webhook and when it is asked, with the same keys", ({ carrier, happen }) =>
      Effect.gen(function*() {
        const { reference } = yield* carrier.buy(wanted("key-1"))
        assert.deepStrictEqual(yield* carrier.track({ reference }), [])
        const told = [
          ...yield* carrier.parseWebhook(yield* happen(reference, "in_transit")),
          ...yield* carrier.parseWebhook(yield* happen(reference, "failed")),
          ...yield* carrier.parseWebhook(yield* happen(reference, "delivered"))
        ]
        assert.deepStrictEqual(told.map((news) => [news.reference, news.status]), [
          [reference, "in_transit"],
          [reference, "failed"],
          [reference, "delivered"]
        ])
        assert.strictEqual(new Set(told.map(({ key }) => key)).size, 3)
        assert.deepStrictEqual(yield* carrier.track({ reference }), told)
        return told
      }))

    test("believes no webhook that is not signed, is signed by another, was changed or makes no sense", (under) =>
      Effect.gen(function*() {
        const { carrier, happen, sign } = under
        const { reference } = yield* carrier.buy(wanted("key-1"))
        const real = yield* happen(reference, "delivered")
        const changed = new Uint8Array([...real.body, 32])
        const reasons = yield* Effect.forEach([
          { body: real.body, headers: {} },
          yield* sign(real.body, { secret: "another_secret_0123456789" }),
          { body: changed, headers: real.headers },
          yield* sign(new Uint8Array(Buffer.from("{")))
        ], (request) => Effect.map(Effect.flip(carrier.parseWebhook(request)), ({ reason }) => reason))
        assert.deepStrictEqual(reasons, ["missing_signature", "wrong_signature", "wrong_signature", "malformed"])
        return reasons
      }))

    test("tells nothing new by a webhook that is sent again", ({ carrier, happen }) =>
      Effect.gen(function*() {
        const { reference } = yield* carrier.buy(wanted("key-1"))
        const real = yield* happen(reference, "delivered")
        const told = yield* carrier.parseWebhook(real)
        assert.lengthOf(told, 1)
        // whoever hears it knows it by its key
        assert.deepStrictEqual(yield* carrier.parseWebhook(real), told)
        assert.deepStrictEqual(yield* carrier.track({ reference }), told)
        return told
      }))

    if (signsTime) {
      test("believes no webhook of another day", ({ carrier, happen, sign }) =>
        Effect.gen(function*() {
          const { reference } = yield* carrier.buy(wanted("key-1"))
          const real = yield* happen(reference, "delivered")
          const told = yield* carrier.parseWebhook(real)
          yield* TestClock.adjust("1 day")
          // the very same that was believed yesterday
          assert.strictEqual((yield* Effect.flip(carrier.parseWebhook(real))).reason, "stale")
          const now = Math.floor(Timestamp.toMillis(yield* Timestamp.now) / 1_000)
          assert.isAtLeast(now, 86_400)
          for (const atSeconds of [now - 86_400, now + 86_400]) {
            const error = yield* Effect.flip(carrier.parseWebhook(yield* sign(real.body, { atSeconds })))
            assert.strictEqual(error.reason, "stale")
          }
          assert.deepStrictEqual(yield* carrier.parseWebhook(yield* sign(real.body, { atSeconds: now })), told)
        }))
    }
  })
}
