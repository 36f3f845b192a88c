import { NotificationTemplates } from "@stoa/core/notifications/NotificationTemplates"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "notificationTemplates",
    Effect.fnUntraced(function*(handlers) {
      const templates = yield* NotificationTemplates
      return handlers.handleAll({
        list: () => Effect.map(templates.list, whole),
        create: ({ payload }) => templates.save(payload),
        preview: ({ payload }) => templates.preview(payload),
        get: ({ params }) => versioned(templates.get(params)),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (words) => templates.save({ ...params, ...words }))),
        delete: ({ params }) => templates.reset(params),
        versions: ({ params }) => Effect.map(templates.versions(params), whole)
      })
    })
  )
