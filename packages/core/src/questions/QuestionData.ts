import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Page from "../kernel/Page.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { shown } from "./Question.ts"
import { QuestionRepository } from "./QuestionRepository.ts"

/** Questions, as personal data: they are handed out whole; those that helped others stay, without who asked. */
export const layer = PersonalData.holder(Effect.map(QuestionRepository, (questions): PersonalData.PersonalDataHolder => ({
  name: "questions",
  hand: (customerId) =>
    Stream.paginate(undefined as string | undefined, (after) =>
      Effect.map(
        questions.ofCustomer(customerId, { limit: Page.maximumLimit, ...(after === undefined ? {} : { after }) }),
        ({ items, nextCursor }) => [items.map(shown), Option.fromNullOr(nextCursor)] as const
      )),
  forget: questions.forget
})))
