import { Checkout } from "@stoa/core/checkout/Checkout"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import type { StoaApi } from "../api/StoaApi.ts"
import * as BusinessMetrics from "../BusinessMetrics.ts"
import { forget } from "./Cart.ts"

export const layer = (api: StoaApi) =>
  HttpApiBuilder.group(
    api,
    "checkout",
    Effect.fnUntraced(function*(handlers) {
      const checkout = yield* Checkout
      return handlers.handleAll({
        preview: ({ payload }) => checkout.preview(payload),
        place: Effect.fnUntraced(function*({ payload }) {
          const placed = yield* BusinessMetrics.countingShortages(checkout.place(payload))
          yield* BusinessMetrics.orderPlaced
          if (placed.payment !== null) yield* BusinessMetrics.paymentAnswered(placed.payment)
          yield* forget
          return placed
        })
      })
    })
  )
