import { assert, describe, it } from "@effect/vitest"
import * as SandboxBank from "@stoa/core/payments/SandboxBank"
import * as Invariants from "@stoa/core/testing/Invariants"
import * as Shop from "@stoa/core/testing/Shop"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { fromClient } from "../SqliteStorage.ts"
import * as SqliteHarness from "./SqliteHarness.ts"

/** What somebody did behind the engine's back, and what is noticed then. */
const damages: ReadonlyArray<readonly [what: string, statement: string, noticed: RegExp]> = [
  ["more paid than the payments took", "UPDATE orders SET paid = paid + 1", /its payments took 4500, it says 4501/],
  ["a payment nobody got", "UPDATE payments SET captured = captured - 1", /its payments took 4499/],
  ["a paid order said to be pending", "UPDATE orders SET status = 'pending'", /are committed/],
  ["a paid order said to be cancelled", "UPDATE orders SET status = 'cancelled'", /the shop keeps 4500/],
  ["a wrong payment status", "UPDATE orders SET payment_status = 'unpaid'", /it says unpaid with 4500 paid/],
  ["pieces not set aside", "DELETE FROM reservations", /2 pieces of .* were ordered and 0 set aside/],
  ["pieces promised again", "UPDATE reservations SET status = 'held'", /drifts/],
  [
    "a row in the stock ledger that moved nothing",
    `INSERT INTO stock_movements
      (store_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, reason, reference, actor, at)
    SELECT store_id, variant_id, location_id, kind, 1, 0, reason, reference, actor, at FROM stock_movements LIMIT 1`,
    /drifts/
  ],
  ["books that do not balance", "UPDATE ledger_entries SET amount = amount + 1 WHERE account = 'sales'", /the books are off by 1/],
  ["a gateway's account that is off", "DELETE FROM ledger_entries", /gateways hold 0, the payments 4500/],
  ["an order announced twice", "UPDATE events SET type = 'order.placed' WHERE type = 'order.paid'", /announced 2 times/],
  ["a cart that forgot its order", "UPDATE carts SET order_id = NULL", /its cart became null/]
]

describe("the laws of a store", () => {
  const shop = () => Shop.layer<SqlClient.SqlClient>(fromClient(SqliteHarness.memory()))

  const sold = Effect.gen(function*() {
    yield* Shop.ships
    const { variantId } = yield* Shop.product({ stock: 5 })
    const placed = yield* Shop.place(yield* Shop.guest([variantId, 2]))
    assert.deepStrictEqual(yield* Invariants.violations(), [])
    return placed
  })

  for (const [what, statement, noticed] of damages) {
    it.effect(`notice ${what}`, () =>
      Effect.gen(function*() {
        yield* sold
        const sql = yield* SqlClient.SqlClient
        // the storage would not let it happen
        yield* sql`DROP TRIGGER ledger_entries_fixed`
        yield* sql`DROP TRIGGER ledger_entries_kept`
        yield* sql.unsafe(statement)
        const problems = yield* Invariants.violations()
        assert.isTrue(problems.some((problem) => noticed.test(problem)), problems.join("\n"))
      }).pipe(Effect.provide(shop())))
  }

  it.effect("notice money at the bank that the store does not know of", () =>
    Effect.gen(function*() {
      yield* sold
      const { bank } = yield* Shop.Bank
      const books = SandboxBank.memory()
      for (const charge of yield* bank.charges) {
        yield* books.open(charge)
        yield* books.open({ ...charge, paymentId: "pay_unknown", reference: "other", idempotencyKey: "other" })
      }
      assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords({ bank: books }) }), [
        "the bank took 4500 for pay_unknown, an unknown payment"
      ])
      assert.lengthOf(yield* Invariants.violations({ bank: Shop.bankRecords({ bank: SandboxBank.memory() }) }), 1)
    }).pipe(Effect.provide(shop())))
})
