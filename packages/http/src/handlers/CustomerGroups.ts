import { CustomerGroups } from "@stoa/core/customers/CustomerGroups"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "customerGroups",
    Effect.fnUntraced(function*(handlers) {
      const groups = yield* CustomerGroups
      return handlers.handleAll({
        list: () => Effect.map(groups.list, whole),
        create: ({ payload }) => versioned(groups.create(payload)),
        get: ({ params }) => versioned(groups.get(params.id)),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => groups.update(params.id, changes))),
        delete: ({ params }) => Effect.flatMap(expecting({}), (version) => groups.delete(params.id, version)),
        members: ({ params, query }) => groups.members(params.id, query),
        addMembers: ({ params, payload }) => groups.addMembers(params.id, payload),
        removeMember: ({ params }) => groups.removeMember(params.id, params.customerId)
      })
    })
  )
