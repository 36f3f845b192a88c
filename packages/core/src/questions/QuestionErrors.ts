import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such question, or it is not for this caller to see. */
export class QuestionNotFound extends StoaError<QuestionNotFound>()("QuestionNotFound", {
  code: "question_not_found",
  kind: "not_found"
}, { questionId: Schema.String }) {
  override get message(): string {
    return `There is no question ${this.questionId}`
  }
}

/** So many questions of this customer wait for their answers that no more are taken. */
export class TooManyQuestions extends StoaError<TooManyQuestions>()("TooManyQuestions", {
  code: "too_many_questions",
  kind: "conflict"
}, { maximum: Schema.Int }) {
  override get message(): string {
    return `${this.maximum} of your questions wait for an answer already`
  }
}
