import { Inventory } from "@stoa/core/inventory/Inventory"
import { LocationNotFound } from "@stoa/core/inventory/InventoryErrors"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "inventory",
    Effect.fnUntraced(function*(handlers) {
      const inventory = yield* Inventory
      const location = Effect.fnUntraced(function*(locationId: string) {
        const found = (yield* inventory.listLocations).find(({ id }) => id === locationId)
        return found ?? (yield* new LocationNotFound({ locationId }))
      })
      return handlers.handleAll({
        list: ({ query }) => inventory.list(query),
        lowStock: ({ query }) => inventory.list({ ...query, low: true }),
        stats: ({ query }) => inventory.stats(query),
        drift: () => Effect.map(inventory.reconcile, whole),
        adjust: ({ payload }) => Effect.map(inventory.adjust(payload), whole),
        transfer: ({ payload }) => Effect.map(inventory.transfer(payload), whole),
        get: ({ params }) => Effect.map(inventory.levels(params.variantId), whole),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => inventory.updateLevel(params.variantId, changes))),
        ledger: ({ params, query }) => inventory.ledger({ ...query, variantId: params.variantId }),
        listLocations: () => Effect.map(inventory.listLocations, whole),
        createLocation: ({ payload }) => versioned(inventory.createLocation(payload)),
        getLocation: ({ params }) => versioned(location(params.id)),
        updateLocation: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => inventory.updateLocation(params.id, changes))),
        deleteLocation: ({ params }) =>
          Effect.flatMap(expecting({}), (version) => inventory.deleteLocation(params.id, version))
      })
    })
  )
