import { assert, describe, it } from "@effect/vitest"
import { Privacy } from "@stoa/core/identity/Privacy"
import { Jobs } from "@stoa/core/jobs/Jobs"
import * as Actor from "@stoa/core/kernel/Actor"
import * as Invariants from "@stoa/core/testing/Invariants"
import * as Shop from "@stoa/core/testing/Shop"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Result from "effect/Result"
import * as PostgresHarness from "./conformance/PostgresHarness.ts"

const system = Actor.as(Actor.system("test"))

/** Nobody goes on until so many are here. */
const gate = (missing: number) => {
  const latch = Latch.makeUnsafe(false)
  let left = missing
  return Effect.suspend(() => {
    left -= 1
    if (left <= 0) latch.openUnsafe()
    return latch.await
  })
}

describe("a customer of a shop on PostgreSQL who is forgotten while they order", () => {
  it.effect("gets each order or is refused it: who stands in whose way, and in a circle, is tried again and told to nobody", () =>
    Effect.gen(function*() {
      yield* Shop.ships
      const { variantId } = yield* Shop.product({ stock: 100 })
      const told = new Set<string>()
      let orders = 0
      for (let round = 0; round < 12; round++) {
        const ada = yield* Shop.account(`ada${round}@example.com`)
        const buyers = yield* Effect.forEach([1, 2, 3], () => Shop.customer(ada, [variantId, 1]))
        // carts are closed and deleted in any order, so that these wait for each other
        const meet = gate(buyers.length + 2)
        const erase = Effect.andThen(meet, system(Effect.flatMap(Privacy, (privacy) => privacy.erase(ada))))
        const note = Result.match({
          onSuccess: () => {},
          onFailure: ({ _tag }: { readonly _tag: string }) => {
            told.add(_tag)
          }
        })
        const [placed, erased] = yield* Effect.all([
          Effect.forEach(buyers, (buyer) => Effect.result(Effect.andThen(meet, Shop.place(buyer))), { concurrency: "unbounded" }),
          Effect.forEach([erase, erase], Effect.result, { concurrency: "unbounded" })
        ], { concurrency: "unbounded" })
        orders += placed.filter(Result.isSuccess).length
        placed.forEach(note)
        erased.forEach(note)
      }
      yield* Effect.flatMap(Jobs, (jobs) => jobs.drain)
      told.delete("CartNotFound")
      told.delete("CartClosed")
      told.delete("ErasureBlocked")
      assert.deepStrictEqual([...told], [])
      assert.strictEqual((yield* Shop.stockOf(variantId)).onHand, 100 - orders)
      const bank = yield* Shop.Bank
      assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(bank) }), [])
    }).pipe(Effect.provide(Shop.layer(PostgresHarness.postgres.storage()))))
})
