import { AddressBook } from "@stoa/core/addresses/AddressBook"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "addresses",
    Effect.fnUntraced(function*(handlers) {
      const addresses = yield* AddressBook
      return handlers.handleAll({
        list: () => Effect.map(addresses.list, whole),
        create: ({ payload }) => versioned(addresses.create(payload)),
        validate: ({ payload }) => addresses.validate(payload),
        get: ({ params }) => versioned(addresses.get(params.id)),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => addresses.update(params.id, changes))),
        delete: ({ params }) => addresses.delete(params.id),
        setDefault: ({ params, payload }) => versioned(addresses.setDefault(params.id, payload))
      })
    })
  )
