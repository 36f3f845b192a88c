import { Shipping } from "@stoa/core/shipping/Shipping"
import { ShippingMethodNotFound } from "@stoa/core/shipping/ShippingErrors"
import { TaxRateNotFound } from "@stoa/core/tax/TaxErrors"
import { Taxes } from "@stoa/core/tax/Taxes"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "shippingAndTax",
    Effect.fnUntraced(function*(handlers) {
      const shipping = yield* Shipping
      const taxes = yield* Taxes
      const method = Effect.fnUntraced(function*(shippingMethodId: string) {
        const found = (yield* shipping.list).find(({ id }) => id === shippingMethodId)
        return found ?? (yield* new ShippingMethodNotFound({ shippingMethodId }))
      })
      const rate = Effect.fnUntraced(function*(taxRateId: string) {
        const found = (yield* taxes.list).find(({ id }) => id === taxRateId)
        return found ?? (yield* new TaxRateNotFound({ taxRateId }))
      })
      return handlers.handleAll({
        listShippingMethods: () => Effect.map(shipping.list, whole),
        createShippingMethod: ({ payload }) => versioned(shipping.create(payload)),
        getShippingMethod: ({ params }) => versioned(method(params.id)),
        updateShippingMethod: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => shipping.update(params.id, changes))),
        deleteShippingMethod: ({ params }) =>
          Effect.flatMap(expecting({}), (version) => shipping.delete(params.id, version)),
        listTaxRates: () => Effect.map(taxes.list, whole),
        createTaxRate: ({ payload }) => versioned(taxes.create(payload)),
        getTaxRate: ({ params }) => versioned(rate(params.id)),
        updateTaxRate: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => taxes.update(params.id, changes))),
        deleteTaxRate: ({ params }) => Effect.flatMap(expecting({}), (version) => taxes.delete(params.id, version))
      })
    })
  )
