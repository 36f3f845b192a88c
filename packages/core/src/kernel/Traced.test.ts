import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import * as Traced from "./Traced.ts"

const doubled = Traced.fn("Sums.doubled")(function*(amount: number) {
  return (yield* Effect.succeed(amount)) * 2
})

const added = Traced.fn("Sums.added")((amount: number) => Effect.succeed(amount + 1))

const refused = Traced.fn("Sums.refused")(
  function*(reason: string) {
    return yield* Effect.fail(reason)
  },
  (effect, reason) => effect.pipe(Effect.catch((said) => Effect.succeed([reason, said])))
)

const all = Effect.all([doubled(4), added(4), refused("too much")])

describe("Traced", () => {
  it.effect("answers the same with a tracer and without", () =>
    Effect.gen(function*() {
      const traced = yield* all
      assert.deepStrictEqual(traced, [8, 5, ["too much", "too much"]])
      assert.deepStrictEqual(yield* Effect.provideService(all, References.TracerEnabled, false), traced)
    }))

  it.effect("makes a span for each call where calls are traced, and none elsewhere", () =>
    Effect.gen(function*() {
      const names: Array<string> = []
      const tracer = Tracer.make({
        span: (options) => {
          names.push(options.name)
          return new Tracer.NativeSpan(options)
        }
      })
      yield* Effect.provideService(all, Tracer.Tracer, tracer)
      assert.deepStrictEqual(names, ["Sums.doubled", "Sums.added", "Sums.refused"])
      yield* all.pipe(Effect.provideService(References.TracerEnabled, false), Effect.provideService(Tracer.Tracer, tracer))
      assert.strictEqual(names.length, 3)
    }))

  it.effect("runs again what is repeated", () =>
    Effect.gen(function*() {
      let calls = 0
      const counted = Traced.fn("Sums.counted")(() => Effect.sync(() => ++calls))()
      yield* Effect.provideService(Effect.andThen(counted, counted), References.TracerEnabled, false)
      assert.strictEqual(calls, 2)
    }))
})
