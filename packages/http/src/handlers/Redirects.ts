import { Redirects } from "@stoa/core/redirects/Redirects"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { BodyTooLarge } from "../api/HttpErrors.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import * as ApiGroup from "./ApiGroup.ts"
import { expecting, versioned } from "./Answer.ts"
import { limited } from "./LimitedBody.ts"

export const layer = (api: StoaApi, limitBytes: number) =>
  ApiGroup.group(
    api,
    "redirects",
    Effect.fnUntraced(function*(handlers) {
      const redirects = yield* Redirects
      return handlers.handleAll({
        resolve: ({ query }) => redirects.resolve(query.path),
        list: ({ query }) => redirects.list(query),
        create: ({ payload }) => versioned(redirects.create(payload)),
        import: ({ payload }) => {
          const body = limited(payload, limitBytes)
          return redirects.import(Stream.toAsyncIterable(body.stream)).pipe(
            Effect.mapError((error) =>
              error._tag === "ImportRefused" && body.exceeded() ? new BodyTooLarge({ limitBytes }) : error
            )
          )
        },
        get: ({ params }) => versioned(redirects.get(params.id)),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => redirects.update(params.id, changes))),
        delete: ({ params }) => Effect.flatMap(expecting({}), (at) => redirects.delete(params.id, at))
      })
    })
  )
