import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { maximumGiftCards } from "../catalog/Gift.ts"
import * as EditedGoods from "./EditedGoods.ts"

type Parameters = globalThis.Parameters<typeof EditedGoods.requireSellable>

describe("the goods of an edit", () => {
  it.effect("name the line of the edit that has too many gift cards, wherever the order has it", () =>
    Effect.gen(function*() {
      const more = [{ variantId: "var_card", quantity: maximumGiftCards + 1, like: { id: "oline_first" } }]
      const lines = [{ lineId: "oline_second", quantity: 1 }, { lineId: "oline_first", quantity: maximumGiftCards + 1 }]
      const variants = [{ id: "var_card", giftCard: true }]
      const refused = yield* Effect.flip(EditedGoods.requireSellable(
        { fresh: [], more } as unknown as Parameters[0],
        { lines } as unknown as Parameters[1],
        { variants } as unknown as Parameters[2]
      ))
      assert.strictEqual(refused._tag, "InvalidInput")
      assert.deepStrictEqual(refused._tag === "InvalidInput" ? refused.faults.map(({ path }) => path) : [], [["lines", 1, "quantity"]])
    }))
})
