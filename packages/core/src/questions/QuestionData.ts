import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Page from "../kernel/Page.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { shown } from "./Question.ts"
import { QuestionRepository } from "./QuestionRepository.ts"

/** Questions, as personal data: they are handed out whole; those that helped others stay, without who asked. */
export const layer = PersonalData.holder(Effect.map(QuestionRepository, (questions): PersonalData.PersonalDataHolder => ({
  name: "questions",
  hand: (customerId) =>
    Stream.map(Page.all((page) => questions.ofCustomer(customerId, page)), shown),
  forget: questions.forget
})))
