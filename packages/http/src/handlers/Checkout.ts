import { Checkout } from "@stoa/core/checkout/Checkout"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import * as Shortages from "../Shortages.ts"
import { forget } from "./Cart.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "checkout",
    Effect.fnUntraced(function*(handlers) {
      const checkout = yield* Checkout
      return handlers.handleAll({
        preview: ({ payload }) => checkout.preview(payload),
        place: Effect.fnUntraced(function*({ payload }) {
          const placed = yield* Shortages.counting(checkout.place(payload))
          yield* forget
          return placed
        })
      })
    })
  )
