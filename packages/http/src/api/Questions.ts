import { ProductNotFound } from "@stoa/core/catalog/CatalogErrors"
import { ImpersonationRefused } from "@stoa/core/kernel/Permission"
import { VersionConflict } from "@stoa/core/kernel/Version"
import {
  AnswerQuestion,
  AskedQuestion,
  AskQuestion,
  ListAskedQuestions,
  ListQuestions,
  Question,
  RejectQuestion
} from "@stoa/core/questions/Question"
import { QuestionNotFound, TooManyQuestions } from "@stoa/core/questions/QuestionErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const QuestionPage = page("QuestionPage", Question)
export const AskedQuestionPage = page("AskedQuestionPage", AskedQuestion)

const reads: Traits = { access: "staff", permission: "reviews:read" }
const writes: Traits = { access: "staff", permission: "reviews:write" }
const decides: Traits = { ...writes, idempotent: true, conditional: true, tagged: true }

/** What people ask about products. */
export class QuestionsGroup extends HttpApiGroup.make("questions").add(
  HttpApiEndpoint.get("ofProduct", "/products/:id/questions", {
    params: byId,
    query: ListQuestions,
    success: QuestionPage,
    error: problems(ProductNotFound)
  }).annotateMerge(operation("List the answered questions about a product", { access: "guest", shared: true })),
  HttpApiEndpoint.post("ask", "/products/:id/questions", {
    params: byId,
    payload: AskQuestion,
    success: Question.pipe(HttpApiSchema.status(201)),
    error: problems(ProductNotFound, TooManyQuestions, ImpersonationRefused)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(
    operation("Ask something about a product", { access: "customer", idempotent: true })
  ),
  HttpApiEndpoint.get("list", "/admin/questions", { query: ListAskedQuestions, success: AskedQuestionPage }).middleware(
    Guarded
  ).annotateMerge(operation("List questions, the oldest first", reads)),
  HttpApiEndpoint.get("get", "/admin/questions/:id", {
    params: byId,
    success: AskedQuestion,
    error: problems(QuestionNotFound)
  }).middleware(Guarded).annotateMerge(operation("See a question", { ...reads, tagged: true })),
  HttpApiEndpoint.post("answer", "/admin/questions/:id/answer", {
    params: byId,
    payload: AnswerQuestion,
    success: AskedQuestion,
    error: problems(QuestionNotFound, VersionConflict)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("Answer a question, and show both", decides)),
  HttpApiEndpoint.post("reject", "/admin/questions/:id/reject", {
    params: byId,
    payload: RejectQuestion,
    success: AskedQuestion,
    error: problems(QuestionNotFound, VersionConflict)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("Show a question to nobody", decides)),
  HttpApiEndpoint.delete("delete", "/admin/questions/:id", {
    params: byId,
    error: problems(QuestionNotFound)
  }).middleware(Guarded).annotateMerge(operation("Delete a question", writes))
).annotateMerge(OpenApi.annotations({ title: "Questions", description: "What people ask about products" })) {}
