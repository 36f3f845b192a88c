import { assert, describe, expectTypeOf, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { Plugin } from "./Plugin.ts"
import { definePlugin } from "./Plugin.ts"

class Gifts extends Context.Service<Gifts, {
  readonly wrap: (productId: string) => Effect.Effect<void>
}>()("gifts/Gifts") {}

describe("A plug-in", () => {
  it("has jobs that are given what their payload says", () => {
    const gifts = definePlugin({
      name: "gifts",
      version: "1.0.0",
      layer: Layer.succeed(Gifts, { wrap: () => Effect.void }),
      jobs: [
        {
          name: "gifts:wrap",
          payload: Schema.Struct({ productId: Schema.String }),
          run: (payload, { attempt }) => {
            expectTypeOf(payload).toEqualTypeOf<{ readonly productId: string }>()
            expectTypeOf(attempt).toBeNumber()
            return Gifts.use((service) => service.wrap(payload.productId))
          }
        },
        {
          name: "gifts:count",
          payload: Schema.Int,
          run: (payload) => {
            expectTypeOf(payload).toBeNumber()
            return Effect.void
          }
        }
      ]
    })
    expectTypeOf(gifts).toEqualTypeOf<Plugin<Gifts>>()
    assert.strictEqual(gifts.name, "gifts")
  })
})
