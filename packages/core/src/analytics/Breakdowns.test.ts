import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Actor from "../kernel/Actor.ts"
import { Stores } from "../stores/Stores.ts"
import type { Breakdown } from "./Breakdown.ts"
import { BreakdownRepository } from "./BreakdownRepository.ts"
import * as Breakdowns from "./Breakdowns.ts"

const days = { from: "2026-11-01", to: "2026-11-30", timeZone: "UTC" }

/** A storage in which every report has so many lines, and gives no more than it is asked for. */
const withLines = (lines: number) => {
  const asked: Array<number> = []
  const answer = (limit: number) =>
    Effect.sync(() => {
      asked.push(limit)
      return Array.from({ length: Math.min(lines, limit) }, () => ({ index: 0, figures: {} as never }))
    })
  const repository = {
    buyers: (_: unknown, limit: number) => answer(limit),
    refunds: (_: unknown, limit: number) => answer(limit),
    taxes: (_: unknown, limit: number) => answer(limit),
    invoicedTaxes: (_: unknown, limit: number) => answer(limit),
    promotions: (_: unknown, _by: unknown, limit: number) => answer(limit),
    vendors: (_: unknown, limit: number) => answer(limit),
    stock: Effect.succeed({ variants: 0, locations: [] })
  }
  const breakdowns = Breakdowns.make.pipe(
    Effect.provideService(BreakdownRepository, repository as BreakdownRepository["Service"]),
    // the days are in a time zone that is said
    Effect.provideService(Stores, {} as Stores["Service"])
  )
  return { asked, breakdowns }
}

const ask = (breakdowns: Breakdowns.Breakdowns, name: (typeof reports)[number]) =>
  breakdowns[name](days) as Effect.Effect<Breakdown<unknown>, Effect.Error<ReturnType<Breakdowns.Breakdowns["buyers"]>>>

const reports = ["buyers", "refunds", "taxes", "invoicedTaxes", "promotions", "vendors"] as const

describe("a report that would be too large", () => {
  it.effect("is refused with what to ask for instead, and no more than its limit is read", () =>
    Effect.gen(function*() {
      const { asked, breakdowns } = withLines(1_000_000)
      const all = yield* breakdowns
      for (const name of reports) {
        const error = yield* Effect.flip(ask(all, name))
        assert.deepStrictEqual(
          error._tag === "InvalidInput" ? error.faults : error,
          [{
            path: ["to"],
            message: "gives more than 10,000 lines; ask for fewer days, or larger pieces",
            code: "too_many",
            params: { maximum: 10_000 }
          }]
        )
      }
      assert.deepStrictEqual(asked, reports.map(() => 10_001))
    }).pipe(Actor.as(Actor.system("test"))))

  it.effect("is given whole where it has just as many lines as it may", () =>
    Effect.gen(function*() {
      const all = yield* withLines(10_000).breakdowns
      for (const name of reports) assert.lengthOf((yield* ask(all, name)).whole.figures, 10_000)
    }).pipe(Actor.as(Actor.system("test"))))
})
