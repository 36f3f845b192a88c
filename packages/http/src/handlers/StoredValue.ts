import { GiftCards } from "@stoa/core/value/GiftCards"
import { StoreCredit } from "@stoa/core/value/StoreCredit"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "storedValue",
    Effect.fnUntraced(function*(handlers) {
      const cards = yield* GiftCards
      const credit = yield* StoreCredit
      return handlers.handleAll({
        lookupGiftCard: ({ params }) => cards.lookup(params.code),
        listGiftCards: ({ query }) => cards.list(query),
        createGiftCard: ({ payload }) => cards.create(payload),
        getGiftCard: ({ params }) => versioned(cards.get(params.id)),
        updateGiftCard: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => cards.update(params.id, changes))),
        voidGiftCard: ({ params }) => Effect.flatMap(expecting({}), (version) => cards.void(params.id, version)),
        giftCardMovements: ({ params, query }) => cards.movements(params.id, query),
        myStoreCredit: () => credit.mine,
        storeCredit: ({ params }) => credit.of(params.customerId),
        adjustStoreCredit: ({ params, payload }) => credit.adjust(params.customerId, payload),
        storeCreditMovements: ({ params, query }) => credit.movements(params.customerId, query)
      })
    })
  )
