import { LicenseKeys } from "@stoa/core/licenses/LicenseKeys"
import * as Effect from "effect/Effect"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import * as ApiGroup from "./ApiGroup.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "licenseKeys",
    Effect.fnUntraced(function*(handlers) {
      const licenseKeys = yield* LicenseKeys
      return handlers.handleAll({
        ofOrder: ({ params }) => Effect.map(licenseKeys.ofOrder(params.id), whole),
        pool: ({ params }) => licenseKeys.pool(params.id),
        setPool: ({ params, payload }) => licenseKeys.setPool(params.id, payload),
        import: ({ params, payload }) => licenseKeys.import(params.id, payload),
        withdraw: ({ params, payload }) => licenseKeys.withdraw(params.id, payload),
        list: ({ params, query }) => licenseKeys.list(params.id, query)
      })
    })
  )
