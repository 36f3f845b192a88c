import { Roles } from "@stoa/core/identity/Roles"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "roles",
    Effect.fnUntraced(function*(handlers) {
      const roles = yield* Roles
      return handlers.handleAll({
        list: () => Effect.map(roles.list, whole),
        permissions: () => Effect.map(roles.permissions, whole),
        get: ({ params }) => versioned(roles.get(params.name)),
        create: ({ payload }) => versioned(roles.create(payload)),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => roles.update(params.name, changes))),
        delete: ({ params }) => roles.delete(params.name)
      })
    })
  )
