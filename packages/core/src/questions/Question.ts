/**
 * What somebody wants to know of a product before they buy it, and what the shop says.
 */
import * as Schema from "effect/Schema"
import { ProductId } from "../catalog/Product.ts"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"

export const QuestionId = Id.define("ask", "QuestionId")
export type QuestionId = typeof QuestionId.Type

/** A question waits for its answer, with which everybody sees it, or is turned down. */
export const QuestionStatus = Schema.Literals(["waiting", "answered", "rejected"])
export type QuestionStatus = typeof QuestionStatus.Type

export const Question = Schema.Struct({
  id: QuestionId,
  productId: ProductId,
  /** How who asked wants to be called; `null` for nameless. */
  authorName: Schema.NullOr(Schema.String),
  text: Schema.String,
  status: QuestionStatus,
  answer: Schema.NullOr(Schema.Struct({ text: Schema.String, at: Timestamp }).annotate({ identifier: "QuestionAnswer" })),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Question" })
export interface Question extends Schema.Schema.Type<typeof Question> {}

/** A question as staff see it: with who asked. */
export const AskedQuestion = Schema.Struct({ ...Question.fields, customerId: Schema.String }).annotate({
  identifier: "AskedQuestion"
})
export interface AskedQuestion extends Schema.Schema.Type<typeof AskedQuestion> {}

/** A question as everybody sees it. */
export const shown = ({ customerId: _customerId, ...question }: AskedQuestion): Question => question

export const AskQuestion = Schema.Struct({
  text: name(1_000),
  authorName: Schema.optionalKey(Schema.NullOr(name(50)))
}).annotate({ identifier: "AskQuestion" })
export interface AskQuestion extends Schema.Schema.Type<typeof AskQuestion> {}

/** Answered questions of a product, those asked last first. */
export const ListQuestions = Schema.Struct(Page.PageRequest).annotate({ identifier: "ListQuestions" })

/** What staff read, the oldest first: who waits longest is answered first. */
export const ListAskedQuestions = Schema.Struct({
  ...Page.PageRequest,
  status: Schema.optionalKey(QuestionStatus),
  productId: Schema.optionalKey(ProductId)
}).annotate({ identifier: "ListAskedQuestions" })
export interface ListAskedQuestions extends Schema.Schema.Type<typeof ListAskedQuestions> {}

export const AnswerQuestion = Schema.Struct({ text: name(5_000), version: Schema.optionalKey(Version) }).annotate({
  identifier: "AnswerQuestion"
})

export const RejectQuestion = Schema.Struct({
  /** Why, for the audit log. */
  reason: Schema.optionalKey(text(500)),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "RejectQuestion" })
