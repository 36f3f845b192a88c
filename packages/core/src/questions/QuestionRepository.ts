import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { AskedQuestion, ListAskedQuestions, ListQuestions } from "./Question.ts"

/** Where questions are kept. */
export class QuestionRepository extends Context.Service<QuestionRepository, {
  /** Adds a question, unless so many of its customer wait already. */
  readonly insert: (question: AskedQuestion, maximumWaiting: number) => Effect.Effect<boolean, StorageError>
  readonly find: (id: string) => Effect.Effect<AskedQuestion | undefined, StorageError>
  /** Writes status and answer if the question still has the version before (`version - 1`). */
  readonly update: (question: AskedQuestion) => Effect.Effect<void, StorageError | VersionConflict>
  /** `false` if it was not there. */
  readonly delete: (id: string) => Effect.Effect<boolean, StorageError>
  /** Answered questions of a product, those asked last first. */
  readonly ofProduct: (
    productId: string,
    query: typeof ListQuestions.Type
  ) => Effect.Effect<Page<AskedQuestion>, StorageError | InvalidInput>
  /** All questions of a customer, those asked last first. */
  readonly ofCustomer: (
    customerId: string,
    query: typeof ListQuestions.Type
  ) => Effect.Effect<Page<AskedQuestion>, StorageError | InvalidInput>
  /** All questions, the oldest first. */
  readonly list: (query: ListAskedQuestions) => Effect.Effect<Page<AskedQuestion>, StorageError | InvalidInput>
  /** Deletes what a customer asked and was not answered; the others lose who asked. */
  readonly forget: (customerId: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/questions/QuestionRepository") {}
