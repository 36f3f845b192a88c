import { Zones } from "@stoa/core/zones/Zones"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "zones",
    Effect.fnUntraced(function*(handlers) {
      const zones = yield* Zones
      return handlers.handleAll({
        listTaxZones: () => Effect.map(zones.list("tax"), whole),
        createTaxZone: ({ payload }) => versioned(zones.create("tax", payload)),
        getTaxZone: ({ params }) => versioned(zones.get("tax", params.id)),
        updateTaxZone: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => zones.update("tax", params.id, changes))),
        deleteTaxZone: ({ params }) =>
          Effect.flatMap(expecting({}), (version) => zones.delete("tax", params.id, version)),
        listShippingZones: () => Effect.map(zones.list("shipping"), whole),
        createShippingZone: ({ payload }) => versioned(zones.create("shipping", payload)),
        getShippingZone: ({ params }) => versioned(zones.get("shipping", params.id)),
        updateShippingZone: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => zones.update("shipping", params.id, changes))),
        deleteShippingZone: ({ params }) =>
          Effect.flatMap(expecting({}), (version) => zones.delete("shipping", params.id, version))
      })
    })
  )
