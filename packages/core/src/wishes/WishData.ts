import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Page from "../kernel/Page.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { WishRepository } from "./WishRepository.ts"
import { WishShareRepository } from "./WishShareRepository.ts"

/** What somebody wishes for, and the links to it, as personal data. */
export const layer = PersonalData.holder(
  Effect.map(Effect.all([WishRepository, WishShareRepository]), ([wishes, links]): PersonalData.PersonalDataHolder => ({
    name: "wishes",
    hand: (userId) =>
      Stream.concat(
        Stream.map(Page.all((page) => wishes.page(userId, page)), ({ addedAt, seenPrice, tellWhenBack, variantId }) =>
          ({ variantId, seenPrice: { ...seenPrice }, tellWhenBack, addedAt })),
        Stream.fromIterableEffect(Effect.map(
          Effect.flatMap(Timestamp.now, (now) => links.to(userId, now)),
          (shares) => shares.map(({ createdAt, expiresAt, id }) => ({ link: id, createdAt, expiresAt }))
        ))
      ),
    forget: (userId) => Effect.andThen(wishes.clear(userId), links.forget(userId))
  }))
)
