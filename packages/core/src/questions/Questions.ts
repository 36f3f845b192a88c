/**
 * Questions about products: asked by who has signed in, answered by the shop, and shown to everybody with the answer.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import * as ActiveProduct from "../catalog/ActiveProduct.ts"
import type { ProductNotFound } from "../catalog/CatalogErrors.ts"
import { ProductRepository } from "../catalog/ProductRepository.ts"
import { Events } from "../events/Events.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import {
  AnswerQuestion,
  type AskedQuestion,
  AskQuestion,
  ListAskedQuestions,
  ListQuestions,
  type Question,
  QuestionId,
  RejectQuestion,
  shown
} from "./Question.ts"
import { QuestionNotFound, TooManyQuestions } from "./QuestionErrors.ts"
import { QuestionAnswered, QuestionAsked } from "./QuestionEvents.ts"
import { QuestionRepository } from "./QuestionRepository.ts"

/** What staff's changes of a question can fail with. */
export type QuestionChangeError = InvalidInput | QuestionNotFound | VersionConflict | StorageError | Permission.Denied

export class Questions extends Context.Service<Questions, {
  /** Asks something about an active product, by its id or slug; for who has signed in. Nobody else sees it until it is answered. */
  readonly ask: (idOrSlug: string, input: typeof AskQuestion.Encoded) => Effect.Effect<
    Question,
    | InvalidInput
    | ProductNotFound
    | TooManyQuestions
    | StorageError
    | Permission.Unauthenticated
    | Permission.ImpersonationRefused
  >
  /** The answered questions of an active product, those asked last first. */
  readonly ofProduct: (
    idOrSlug: string,
    input?: typeof ListQuestions.Encoded
  ) => Effect.Effect<Page<Question>, InvalidInput | ProductNotFound | StorageError>
  /** All questions, the oldest first. Needs `reviews:read`. */
  readonly list: (
    input?: typeof ListAskedQuestions.Encoded
  ) => Effect.Effect<Page<AskedQuestion>, InvalidInput | StorageError | Permission.Denied>
  /** Any question. Needs `reviews:read`. */
  readonly get: (
    id: string
  ) => Effect.Effect<AskedQuestion, InvalidInput | QuestionNotFound | StorageError | Permission.Denied>
  /** Answers a question, or answers it anew, and shows both. Needs `reviews:write`. */
  readonly answer: (
    id: string,
    input: typeof AnswerQuestion.Encoded
  ) => Effect.Effect<AskedQuestion, QuestionChangeError>
  /** Shows a question to nobody. Its answer, if it had one, is kept for staff. Needs `reviews:write`. */
  readonly reject: (
    id: string,
    input?: typeof RejectQuestion.Encoded
  ) => Effect.Effect<AskedQuestion, QuestionChangeError>
  /** Deletes a question. Needs `reviews:write`. */
  readonly delete: (
    id: string
  ) => Effect.Effect<void, InvalidInput | QuestionNotFound | StorageError | Permission.Denied>
}>()("@stoa/core/questions/Questions") {}

const decodeAsk = Input.decoder(AskQuestion)
const decodeList = Input.decoder(ListQuestions)
const decodeAsked = Input.decoder(ListAskedQuestions)
const decodeAnswer = Input.decoder(AnswerQuestion)
const decodeReject = Input.decoder(RejectQuestion)

const checked = Input.textParameters<Questions["Service"]>({
  ask: ["idOrSlug"],
  ofProduct: ["idOrSlug"],
  get: ["id"],
  answer: ["id"],
  reject: ["id"],
  delete: ["id"]
})

/** How many questions of one customer may wait. */
const maximumWaiting = 20

const about = ({ customerId, productId }: AskedQuestion) => ({ productId, customerId })

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const repository = yield* QuestionRepository
  const products = yield* ProductRepository
  const events = yield* Events
  const audit = yield* AuditLog
  const { transaction } = yield* Transactor

  const find = Effect.fnUntraced(function*(id: string) {
    return (yield* repository.find(id)) ?? (yield* new QuestionNotFound({ questionId: id }))
  })

  const change = Effect.fnUntraced(function*(
    id: string,
    version: number | undefined,
    action: "answer" | "reject",
    patch: Partial<AskedQuestion>,
    details: Readonly<Record<string, string>> = {}
  ) {
    const at = yield* Timestamp.now
    return yield* transaction(Effect.gen(function*() {
      const before = yield* find(id)
      if (version !== undefined && version !== before.version) return yield* new VersionConflict({ id, expected: version })
      const after: AskedQuestion = { ...before, ...patch, version: before.version + 1, updatedAt: at }
      yield* repository.update(after)
      if (action === "answer") yield* events.publish([QuestionAnswered.make(id, about(after))])
      yield* audit.record({ action: `question.${action}`, subject: id, details: { productId: after.productId, ...details } })
      return after
    }))
  })

  return watched(checked(Questions.of({
    ask: Effect.fn("Questions.ask")(function*(idOrSlug, input) {
      const customerId = yield* Permission.customer("Sign in first")
      yield* Permission.inPerson
      const { authorName = null, text } = yield* decodeAsk(input)
      const productId = yield* ActiveProduct.find(products, idOrSlug)
      const now = yield* Timestamp.now
      const question: AskedQuestion = {
        id: yield* QuestionId.generate,
        productId,
        customerId,
        authorName,
        text,
        status: "waiting",
        answer: null,
        version: 1,
        createdAt: now,
        updatedAt: now
      }
      yield* transaction(Effect.gen(function*() {
        if (!(yield* repository.insert(question, maximumWaiting))) return yield* new TooManyQuestions({ maximum: maximumWaiting })
        yield* events.publish([QuestionAsked.make(question.id, about(question))])
      }))
      return shown(question)
    }),

    ofProduct: Effect.fn("Questions.ofProduct")(function*(idOrSlug, input = {}) {
      const query = yield* decodeList(input)
      const { items, nextCursor } = yield* repository.ofProduct(yield* ActiveProduct.find(products, idOrSlug), query)
      return { items: items.map(shown), nextCursor }
    }),

    list: Effect.fn("Questions.list")(function*(input = {}) {
      yield* Permission.require("reviews:read")
      return yield* repository.list(yield* decodeAsked(input))
    }),

    get: Effect.fn("Questions.get")(function*(id) {
      yield* Permission.require("reviews:read")
      return yield* find(id)
    }),

    answer: Effect.fn("Questions.answer")(function*(id, input) {
      yield* Permission.require("reviews:write")
      const { text, version } = yield* decodeAnswer(input)
      return yield* change(id, version, "answer", { status: "answered", answer: { text, at: yield* Timestamp.now } })
    }),

    reject: Effect.fn("Questions.reject")(function*(id, input = {}) {
      yield* Permission.require("reviews:write")
      const { reason = "", version } = yield* decodeReject(input)
      return yield* change(id, version, "reject", { status: "rejected" }, { reason })
    }),

    delete: Effect.fn("Questions.delete")(function*(id) {
      yield* Permission.require("reviews:write")
      yield* transaction(Effect.gen(function*() {
        if (!(yield* repository.delete(id))) return yield* new QuestionNotFound({ questionId: id })
        yield* audit.record({ action: "question.delete", subject: id })
      }))
    })
  })))
})

export const layer: Layer.Layer<Questions, never, AuditLog | Events | ProductRepository | QuestionRepository | Transactor> = Layer
  .effect(Questions, make)
