import { assert, describe, it } from "@effect/vitest"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Lexicon from "../search/Lexicon.ts"
import * as Question from "../search/Question.ts"
import * as FrequentWords from "./FrequentWords.ts"
import { ProductSearch, type Taken } from "./ProductSearch.ts"

const lexicon = Lexicon.make(Lexicon.unwritten("en"), "en")

const questionOf = (text: string): Question.Question => {
  const question = Question.of(text, lexicon)
  if (question === undefined) throw new Error("The text has no word")
  return question
}

/** A search that counts how often it is asked, in a store of so many products. */
const asking = (size: number, answer: (question: Question.Question) => Taken) => {
  const asked = { times: 0 }
  const nothing = () => {
    throw new Error("Nobody asks for this")
  }
  const search = ProductSearch.of({
    migrations: { key: "none", migrations: [] } as never,
    index: nothing,
    join: undefined,
    remove: nothing,
    match: nothing,
    among: nothing,
    holds: nothing,
    sampled: nothing,
    walking: undefined,
    taken: (_storeId, question) => Effect.sync(() => (asked.times++, answer(question))),
    matchAmong: nothing,
    place: "string",
    newest: nothing,
    completed: undefined,
    matchTitle: nothing
  })
  const takenOf = FrequentWords.make(search, () => Effect.succeed(size))
  return { asked, take: (text: string) => Effect.flatMap(CurrentStore, (storeId) => takenOf(storeId, questionOf(text))) }
}

describe("whether very many products have what a text asks for", () => {
  it.effect("is asked once a minute, be it so or not", () =>
    Effect.gen(function*() {
      const { asked, take } = asking(5_000, (question) => ({ question, frequent: undefined }))
      for (const text of ["oak", "board", "oak"]) assert.isUndefined((yield* take(text)).frequent)
      assert.strictEqual(asked.times, 2)
      yield* TestClock.adjust("61 seconds")
      yield* take("oak")
      assert.strictEqual(asked.times, 3)
    }))

  it.effect("is asked each time where the words that it begins are a part of the answer", () =>
    Effect.gen(function*() {
      let endings: ReadonlyArray<string> = ["oaks"]
      const { asked, take } = asking(5_000, (question) => ({ question: { ...question, endings }, frequent: undefined }))
      assert.deepStrictEqual((yield* take("oaks")).question.endings, ["oaks"])
      endings = ["oaks", "oaksmith"]
      assert.deepStrictEqual((yield* take("oaks")).question.endings, ["oaks", "oaksmith"])
      assert.strictEqual(asked.times, 2)
    }))

  it.effect("is not asked in a small store, which has no such words", () =>
    Effect.gen(function*() {
      const { asked, take } = asking(1_000, (question) => ({ question, frequent: undefined }))
      assert.isUndefined((yield* take("oak")).frequent)
      assert.strictEqual(asked.times, 0)
    }))
})
