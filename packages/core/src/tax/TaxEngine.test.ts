import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { ask, instead, type TaxEngine } from "./TaxEngine.ts"

const question = {
  at: "2026-11-25T08:00:00.000Z",
  currency: "USD",
  from: "US",
  to: { country: "US", region: "CA", postalCode: "90012" },
  taxClasses: ["standard"]
}
const engine = (rates: TaxEngine["rates"]): TaxEngine => ({ name: "outside", rates })
const state = { name: "State", taxClass: "standard", ratePpm: 60_000, component: "state" }

describe("an outside engine of tax", () => {
  it.effect("names the rates of an address", () =>
    Effect.gen(function*() {
      const asked: Array<unknown> = []
      const rates = yield* ask(
        engine((question) => {
          asked.push(question)
          return Effect.succeed([state, { ...state, name: "County", component: "county", ratePpm: 12_500 }])
        }),
        question
      )
      assert.deepStrictEqual(asked, [question])
      assert.deepStrictEqual(rates?.map(({ country, id, ratePpm }) => [id, country, ratePpm]), [
        ["outside:standard:state", "US", 60_000],
        ["outside:standard:county", "US", 12_500]
      ])
    }))

  it.effect("that fails, breaks or talks nonsense counts for nothing", () =>
    Effect.gen(function*() {
      const broken: ReadonlyArray<TaxEngine["rates"]> = [
        () => Effect.fail("closed"),
        () => Effect.die("broken"),
        () => {
          throw new Error("broken")
        },
        () => Effect.succeed([{ ...state, ratePpm: 0.06 }]),
        () => Effect.succeed([{ ...state, ratePpm: -1 }]),
        () => Effect.succeed([state, state]),
        () => Effect.succeed([{ ...state, ratePpm: 10_000_000 }, { ...state, component: "county" }]),
        () => Effect.succeed("much" as never)
      ]
      for (const rates of broken) assert.isUndefined(yield* ask(engine(rates), question))
    }))

  it.effect("is waited for three seconds and no longer", () =>
    Effect.gen(function*() {
      const waiting = yield* Effect.forkChild(ask(engine(() => Effect.never), question), { startImmediately: true })
      yield* TestClock.adjust("3 seconds")
      assert.isUndefined(yield* Fiber.join(waiting))
    }))

  it("takes the place of every rate that could hold at the address, and of no other", () => {
    const own = [
      { id: "everywhere", country: null },
      { id: "zone", country: null, zoneId: "zone" },
      { id: "US", country: "US" },
      { id: "DE", country: "DE" }
    ].map((rate) => Object.assign({ name: rate.id, taxClass: "standard" }, rate))
    assert.deepStrictEqual(instead(own, [], { country: "US" }).map(({ id }) => id), ["DE"])
  })
})
