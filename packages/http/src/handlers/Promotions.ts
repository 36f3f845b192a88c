import { Coupons } from "@stoa/core/cart/Coupons"
import { Promotions } from "@stoa/core/promotions/Promotions"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import * as Layer from "effect/Layer"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

const offers = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "offers",
    Effect.fnUntraced(function*(handlers) {
      const coupons = yield* Coupons
      const promotions = yield* Promotions
      return handlers.handleAll({
        list: () => Effect.map(promotions.offers, whole),
        check: ({ payload }) => coupons.check(payload)
      })
    })
  )

const staff = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "promotions",
    Effect.fnUntraced(function*(handlers) {
      const coupons = yield* Coupons
      const promotions = yield* Promotions
      return handlers.handleAll({
        list: ({ query }) => promotions.list(query),
        create: ({ payload }) => versioned(promotions.create(payload)),
        kinds: () => promotions.kinds,
        dryRun: ({ payload }) => coupons.dryRun(payload),
        get: ({ params }) => versioned(promotions.get(params.id)),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => promotions.update(params.id, changes))),
        delete: ({ params }) => Effect.flatMap(expecting({}), (version) => promotions.delete(params.id, version)),
        createCodes: ({ params, payload }) => promotions.createCodes(params.id, payload),
        priceFloor: ({ params }) => promotions.priceFloor(params.id),
        setPriceFloor: ({ params, payload }) => promotions.setPriceFloor(params.id, payload)
      })
    })
  )

export const layer = (api: StoaApi) => Layer.mergeAll(offers(api), staff(api))
