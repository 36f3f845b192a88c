import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Page from "../kernel/Page.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { shown } from "./Review.ts"
import { ReviewRepository } from "./ReviewRepository.ts"

/** Reviews, as personal data: they are handed out as their writer sees them, and deleted with their votes and reports. */
export const layer = PersonalData.holder(Effect.map(ReviewRepository, (reviews): PersonalData.PersonalDataHolder => ({
  name: "reviews",
  hand: (customerId) =>
    Stream.map(Page.all((page) => reviews.ofCustomer(customerId, page)), shown),
  forget: reviews.forget
})))
