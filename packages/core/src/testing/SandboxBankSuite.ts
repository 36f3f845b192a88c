/**
 * What the books of the sandbox bank must do wherever they are kept.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Currency from "../kernel/Currency.ts"
import { CurrentStore, StoreId } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { SandboxBank, type SandboxCharge, type SandboxRefund } from "../payments/SandboxBank.ts"

const usd = (amount: number) => ({ amount, currency: Currency.Currency.make("USD") })

const charge = (id: string, changes: Partial<SandboxCharge> = {}): SandboxCharge => ({
  reference: `sbx_${id}`,
  paymentId: `pay_${id}`,
  idempotencyKey: `pay_${id}:create`,
  method: "sandbox_success",
  status: "captured",
  amount: usd(100),
  taken: usd(100),
  manual: false,
  keeps: false,
  returnUrl: null,
  createdAt: Timestamp.fromMillis(0),
  ...changes
})

const refund = (id: string, amount: number, changes: Partial<SandboxRefund> = {}): SandboxRefund => ({
  reference: `sbr_${id}`,
  chargeReference: "sbx_1",
  idempotencyKey: `ref_${id}`,
  status: "succeeded",
  amount: usd(amount),
  createdAt: Timestamp.fromMillis(0),
  ...changes
})

export const sandboxBankSuite = (name: string, layer: () => Layer.Layer<SandboxBank, unknown>): void => {
  describe(`the sandbox bank ${name}`, () => {
    const test = (
      title: string,
      body: (bank: SandboxBank["Service"]) => Effect.Effect<unknown, unknown>
    ) => it.effect(title, () => Effect.flatMap(SandboxBank, body).pipe(Effect.provide(layer())))

    test("keeps what it was given, whole", (bank) =>
      Effect.gen(function*() {
        const whole = charge("1", { taken: { ...usd(99), currency: Currency.Currency.make("JPY") }, returnUrl: "https://a" })
        assert.deepStrictEqual(yield* bank.open(whole), { stored: whole, isNew: true })
        assert.deepStrictEqual(yield* bank.find("sbx_1"), whole)
        assert.deepStrictEqual(yield* bank.findByPayment("pay_1"), whole)
        assert.isUndefined(yield* bank.find("sbx_2"))
        assert.isUndefined(yield* bank.findByPayment("pay_2"))
        const back = refund("1", 40)
        assert.deepStrictEqual(yield* bank.refund(back), { stored: back, isNew: true })
        assert.deepStrictEqual(yield* bank.charges, [whole])
        assert.deepStrictEqual(yield* bank.refunds, [back])
      }))

    test("takes an authorised charge, or a part of it, once", (bank) =>
      Effect.gen(function*() {
        yield* bank.open(charge("1", { status: "authorized" }))
        assert.isUndefined(yield* bank.capture("sbx_1", 101), "more than was authorised")
        assert.isUndefined(yield* bank.capture("sbx_2", 1))
        const captured = charge("1", { status: "captured", taken: usd(60) })
        assert.deepStrictEqual(yield* bank.capture("sbx_1", 60), captured)
        assert.isUndefined(yield* bank.capture("sbx_1", 40))
        assert.deepStrictEqual(yield* bank.find("sbx_1"), captured)
      }))

    test("lists what was charged in a span of time, and what went back of it", (bank) =>
      Effect.gen(function*() {
        for (const minute of [1, 2, 3, 4]) {
          yield* bank.open(charge(`${minute}`, { createdAt: Timestamp.fromMillis(minute * 60_000) }))
        }
        yield* bank.refund(refund("1", 30, { chargeReference: "sbx_2" }))
        yield* bank.refund(refund("2", 30, { chargeReference: "sbx_2", status: "failed" }))
        const listed = (after: string | null, limit: number) =>
          Effect.map(
            bank.between({ since: Timestamp.fromMillis(120_000), until: Timestamp.fromMillis(240_000), after, limit }),
            (all) => all.map(({ reference, refunded }) => [reference, refunded])
          )
        assert.deepStrictEqual(yield* listed(null, 10), [["sbx_2", 30], ["sbx_3", 0]])
        assert.deepStrictEqual(yield* listed(null, 1), [["sbx_2", 30]])
        assert.deepStrictEqual(yield* listed("sbx_2", 10), [["sbx_3", 0]])
        assert.deepStrictEqual(yield* bank.findRefund("ref_1"), refund("1", 30, { chargeReference: "sbx_2" }))
        assert.isUndefined(yield* bank.findRefund("ref_9"))
      }))

    test("opens one charge for one key, however many ask at once", (bank) =>
      Effect.gen(function*() {
        const all = yield* Effect.all(
          Array.from({ length: 10 }, (_, index) => bank.open(charge("1", { reference: `sbx_${index}` }))),
          { concurrency: "unbounded" }
        )
        assert.lengthOf(all.filter(({ isNew }) => isNew), 1)
        assert.strictEqual(new Set(all.map(({ stored }) => stored.reference)).size, 1)
        assert.lengthOf(yield* bank.charges, 1)
      }))

    test("moves a charge from one state to another once", (bank) =>
      Effect.gen(function*() {
        yield* bank.open(charge("1", { status: "authorized" }))
        const moves = yield* Effect.all([
          bank.move("sbx_1", ["authorized"], "captured"),
          bank.move("sbx_1", ["authorized", "requires_action"], "cancelled")
        ], { concurrency: "unbounded" })
        assert.lengthOf(moves.filter((moved) => moved !== undefined), 1)
        assert.isUndefined(yield* bank.move("sbx_none", ["authorized"], "captured"))
      }))

    test("gives back at most what it took, once for each key", (bank) =>
      Effect.gen(function*() {
        yield* bank.open(charge("1"))
        const race = yield* Effect.all([bank.refund(refund("1", 60)), bank.refund(refund("2", 60))], {
          concurrency: "unbounded"
        })
        assert.lengthOf(race.filter((stored) => stored !== undefined), 1)
        const won = race[0] === undefined ? "2" : "1"
        assert.strictEqual((yield* bank.refund(refund(won, 60)))?.isNew, false)
        assert.isUndefined(yield* bank.refund(refund("3", 41)))
        assert.isTrue((yield* bank.refund(refund("4", 40)))?.isNew)
        assert.isUndefined(yield* bank.refund(refund("5", 1)))
        assert.isUndefined(yield* bank.refund(refund("6", 1, { chargeReference: "sbx_none" })))
      }))

    test("does not count refunds that it refused, and ends those that are pending once", (bank) =>
      Effect.gen(function*() {
        yield* bank.open(charge("1"))
        yield* bank.refund(refund("1", 100, { status: "failed" }))
        yield* bank.refund(refund("2", 100, { status: "pending" }))
        assert.strictEqual((yield* bank.endRefund("sbr_2", "succeeded"))?.status, "succeeded")
        assert.isUndefined(yield* bank.endRefund("sbr_2", "succeeded"))
        assert.strictEqual((yield* bank.endRefund("sbr_2", "failed"))?.status, "failed", "its money came back")
        assert.isUndefined(yield* bank.endRefund("sbr_2", "failed"))
        assert.isUndefined(yield* bank.endRefund("sbr_1", "succeeded"))
      }))
  })
}

/** Where the books lie in a database of several stores, each store has its own. */
export const sandboxBankStoresSuite = (name: string, layer: () => Layer.Layer<SandboxBank, unknown>): void => {
  describe(`the sandbox bank ${name}`, () => {
    it.effect("keeps the books of each store apart", () =>
      Effect.gen(function*() {
        const bank = yield* SandboxBank
        const there = Effect.provideService(CurrentStore, StoreId.make("store_01jd5m8x2vf6grc1x7e9w0b3qk"))
        yield* bank.open(charge("1"))
        assert.isUndefined(yield* there(bank.find("sbx_1")))
        assert.isUndefined(yield* there(bank.findByPayment("pay_1")))
        assert.isUndefined(yield* there(bank.move("sbx_1", ["captured"], "cancelled")))
        assert.isUndefined(yield* there(bank.refund(refund("1", 1))))
        assert.deepStrictEqual(yield* there(bank.charges), [])
        assert.isTrue((yield* there(bank.open(charge("1")))).isNew)
      }).pipe(Effect.provide(layer())))
  })
}
