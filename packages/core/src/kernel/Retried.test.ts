import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Retried from "./Retried.ts"

/** Fails so often before it succeeds, and counts how often it ran. */
const failing = (failures: number, error: "busy" | "broken" = "busy") => {
  const runs = { count: 0 }
  const effect = Effect.suspend(() => {
    runs.count += 1
    return runs.count > failures ? Effect.succeed(runs.count) : Effect.fail(error)
  })
  return { effect, runs }
}

const isBusy = (error: unknown) => error === "busy"

describe("Retried", () => {
  it.effect("runs once what succeeds", () =>
    Effect.gen(function*() {
      const { effect, runs } = failing(0)
      assert.strictEqual(yield* Retried.retried({ while: isBusy, times: 3 })(effect), 1)
      assert.strictEqual(runs.count, 1)
    }))

  it.effect("tries again until it succeeds, as often as Effect.retry does", () =>
    Effect.gen(function*() {
      for (const failures of [1, 2, 3, 4, 5]) {
        const ours = failing(failures)
        const theirs = failing(failures)
        const options = { while: isBusy, times: 3 }
        const outcome = yield* Effect.exit(Retried.retried(options)(ours.effect))
        assert.deepStrictEqual(outcome, yield* Effect.exit(Effect.retry(theirs.effect, options)))
        assert.strictEqual(ours.runs.count, theirs.runs.count)
        assert.strictEqual(ours.runs.count, Math.min(failures + 1, 4))
      }
    }))

  it.effect("ends with the schedule", () =>
    Effect.gen(function*() {
      const { effect, runs } = failing(9)
      assert.strictEqual(yield* Effect.flip(Retried.retried({ while: isBusy, schedule: Schedule.recurs(2) })(effect)), "busy")
      assert.strictEqual(runs.count, 3)
    }))

  it.effect("lets every other failure be the outcome", () =>
    Effect.gen(function*() {
      const { effect, runs } = failing(9, "broken")
      assert.strictEqual(yield* Effect.flip(Retried.retried({ while: isBusy, times: 3 })(effect)), "broken")
      assert.strictEqual(runs.count, 1)
    }))

  it.effect("begins anew with each run", () =>
    Effect.gen(function*() {
      const { effect, runs } = failing(9)
      const tried = Retried.retried({ while: isBusy, times: 1 })(effect)
      yield* Effect.flip(tried)
      yield* Effect.flip(tried)
      assert.strictEqual(runs.count, 4)
    }))
})
