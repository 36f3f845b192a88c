/**
 * Questions about products, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { PersonalData } from "../privacy/PersonalData.ts"
import { Questions } from "../questions/Questions.ts"
import { Stores } from "../stores/Stores.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const as = (customerId: string) => Actor.as(Actor.customer(customerId))
const staff = Actor.as(Actor.staff("clerk", ["reviews:*"]))

export const questionSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(body, Shop.layer(harness.storage())))

  describe(`questions on ${harness.name}`, () => {
    test(
      "are asked by who has signed in, answered by staff, and seen by everybody with the answer",
      Effect.gen(function*() {
        const questions = yield* Questions
        const { productId } = yield* Shop.product({ stock: 1 })
        const guest = Actor.as(Actor.guest())
        assert.strictEqual((yield* Effect.flip(guest(questions.ask(productId, { text: "Is it heavy?" }))))._tag, "Unauthenticated")
        assert.strictEqual((yield* Effect.flip(as("user_a")(questions.ask("nothing", { text: "Is it heavy?" }))))._tag, "ProductNotFound")
        assert.strictEqual((yield* Effect.flip(as("user_a")(questions.ask(productId, { text: " " }))))._tag, "InvalidInput")
        const heavy = yield* as("user_a")(questions.ask(productId, { text: "Is it heavy?", authorName: "Ada" }))
        yield* TestClock.adjust("1 second")
        const blue = yield* as("user_b")(questions.ask(productId, { text: "Is it blue?" }))
        assert.deepInclude(heavy, { status: "waiting", answer: null, authorName: "Ada" })
        assert.notProperty(heavy, "customerId")
        assert.deepStrictEqual((yield* guest(questions.ofProduct(productId))).items, [])
        const queue = yield* staff(questions.list({ status: "waiting", limit: 1 }))
        assert.deepStrictEqual(queue.items.map(({ customerId, id }) => [id, customerId] as const), [[heavy.id, "user_a"]])
        const rest = yield* staff(questions.list({ status: "waiting", limit: 1, after: queue.nextCursor ?? "" }))
        assert.deepStrictEqual([rest.items[0]?.id, rest.nextCursor], [blue.id, null])
        yield* staff(questions.answer(heavy.id, { text: "Two kilos.", version: 1 }))
        assert.strictEqual((yield* Effect.flip(staff(questions.answer(heavy.id, { text: "No.", version: 1 }))))._tag, "VersionConflict")
        yield* staff(questions.answer(blue.id, { text: "Yes." }))
        const shown = yield* guest(questions.ofProduct(productId))
        assert.deepStrictEqual(shown.items.map(({ answer, text }) => [text, answer?.text]), [["Is it blue?", "Yes."], ["Is it heavy?", "Two kilos."]])
        yield* staff(questions.reject(blue.id, { reason: "off topic" }))
        assert.lengthOf((yield* guest(questions.ofProduct(productId))).items, 1)
        yield* staff(questions.delete(blue.id))
        assert.strictEqual((yield* Effect.flip(staff(questions.get(blue.id))))._tag, "QuestionNotFound")
        for (const act of [questions.answer(heavy.id, { text: "x" }), questions.reject(heavy.id), questions.get(heavy.id)]) {
          assert.strictEqual((yield* Effect.flip(as("user_a")(act)))._tag, "Forbidden")
        }
      })
    )

    test(
      "are limited in number for each customer, also when many are asked at once; they are of one store, and go with the person",
      Effect.gen(function*() {
        const questions = yield* Questions
        const stores = yield* Stores
        const { productId } = yield* Shop.product({ stock: 1 })
        const exits = yield* Effect.forEach(
          Array.from({ length: 25 }),
          (_, index) => Effect.exit(as("user_a")(questions.ask(productId, { text: `Question ${index}?` }))),
          { concurrency: "unbounded" }
        )
        assert.lengthOf(exits.filter(Exit.isSuccess), 20)
        const { items: [first] } = yield* staff(questions.list({ limit: 1 }))
        const id = first?.id ?? ""
        yield* staff(questions.answer(id, { text: "Yes." }))
        // an answer makes room for another
        yield* as("user_a")(questions.ask(productId, { text: "And?" }))
        const other = yield* stores.create({ code: "other", name: "Other", currency: "USD" })
        yield* within(other.id)(Effect.gen(function*() {
          assert.lengthOf((yield* staff(questions.list())).items, 0)
          assert.strictEqual((yield* Effect.flip(staff(questions.delete(id))))._tag, "QuestionNotFound")
        }))
        const holder = (yield* (yield* PersonalData).holders).find(({ name }) => name === "questions")
        assert.lengthOf(yield* Stream.runCollect(holder?.hand("user_a") ?? Stream.empty), 21)
        yield* holder?.forget("user_a") ?? Effect.die("nobody holds questions")
        yield* holder?.forget("user_a") ?? Effect.void
        const { items } = yield* staff(questions.list())
        assert.deepStrictEqual(items.map(({ authorName, customerId, status }) => [customerId, authorName, status]), [["", null, "answered"]])
      })
    )
  })
}
