import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Page from "../kernel/Page.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { WishRepository } from "./WishRepository.ts"

/** What somebody wishes for, as personal data. */
export const layer = PersonalData.holder(
  Effect.map(WishRepository, (wishes): PersonalData.PersonalDataHolder => ({
    name: "wishes",
    hand: (userId) =>
      Stream.map(Page.all((page) => wishes.page(userId, page)), ({ addedAt, seenPrice, tellWhenBack, variantId }) =>
        ({ variantId, seenPrice: { ...seenPrice }, tellWhenBack, addedAt })),
    forget: (userId) => Effect.asVoid(wishes.clear(userId))
  }))
)
