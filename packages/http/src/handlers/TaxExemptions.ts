import { TaxExemptions } from "@stoa/core/tax/TaxExemptions"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import type { StoaApi } from "../api/StoaApi.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "taxExemptions",
    Effect.fnUntraced(function*(handlers) {
      const exemptions = yield* TaxExemptions
      return handlers.handleAll({
        getOwnVatId: () => exemptions.vatId("me"),
        setOwnVatId: ({ payload }) => exemptions.setVatId("me", payload),
        removeOwnVatId: () => exemptions.removeVatId("me"),
        list: ({ query }) => exemptions.list(query),
        get: ({ params }) => exemptions.get(params.id),
        exempt: ({ params, payload }) => exemptions.exempt(params.id, payload),
        end: ({ params }) => exemptions.end(params.id),
        getVatId: ({ params }) => exemptions.vatId(params.id),
        setVatId: ({ params, payload }) => exemptions.setVatId(params.id, payload),
        removeVatId: ({ params }) => exemptions.removeVatId(params.id)
      })
    })
  )
