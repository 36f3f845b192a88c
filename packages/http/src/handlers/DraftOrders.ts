import { DraftOrders } from "@stoa/core/drafts/DraftOrders"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { StoaApi } from "../api/StoaApi.ts"
import * as Shortages from "../Shortages.ts"
import * as ApiGroup from "./ApiGroup.ts"
import { expecting, versioned } from "./Answer.ts"

const forStaff = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "draftOrders",
    Effect.fnUntraced(function*(handlers) {
      const drafts = yield* DraftOrders
      return handlers.handleAll({
        list: ({ query }) => drafts.list(query),
        create: ({ payload }) => versioned(drafts.create(payload)),
        preview: ({ payload }) => drafts.preview(payload),
        get: ({ params }) => versioned(drafts.get(params.id)),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => drafts.update(params.id, changes))),
        delete: ({ params }) => Effect.flatMap(expecting({}), (version) => drafts.delete(params.id, version)),
        reserve: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (input) => drafts.reserve(params.id, input))),
        release: ({ params }) => versioned(Effect.flatMap(expecting({}), (version) => drafts.release(params.id, version))),
        send: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (input) => drafts.send(params.id, input))),
        complete: ({ params, payload }) => Effect.flatMap(expecting(payload), (input) => drafts.complete(params.id, input))
      })
    })
  )

const forBuyers = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "draftOffers",
    Effect.fnUntraced(function*(handlers) {
      const drafts = yield* DraftOrders
      return handlers.handleAll({
        show: ({ payload }) => drafts.show(payload),
        address: ({ payload }) => drafts.address(payload),
        pay: ({ payload }) => Shortages.counting(drafts.pay(payload))
      })
    })
  )

export const layer = (api: StoaApi) => Layer.merge(forStaff(api), forBuyers(api))
