import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Page from "../kernel/Page.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { shown } from "./Review.ts"
import { ReviewRepository } from "./ReviewRepository.ts"

/** Reviews, as personal data: they are handed out as their writer sees them, and deleted with their votes and reports. */
export const layer = PersonalData.holder(Effect.map(ReviewRepository, (reviews): PersonalData.PersonalDataHolder => ({
  name: "reviews",
  hand: (customerId) =>
    Stream.paginate(undefined as string | undefined, (after) =>
      Effect.map(
        reviews.ofCustomer(customerId, { limit: Page.maximumLimit, ...(after === undefined ? {} : { after }) }),
        ({ items, nextCursor }) => [items.map(shown), Option.fromNullOr(nextCursor)] as const
      )),
  forget: reviews.forget
})))
