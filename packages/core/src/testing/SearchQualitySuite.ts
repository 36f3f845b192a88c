import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Search } from "../search/Search.ts"
import * as Actor from "../kernel/Actor.ts"
import { merchant, sell } from "./CatalogFixture.ts"
import * as SearchShop from "./SearchShop.ts"
import { qualityShops } from "./SearchQualityFixture.ts"
import { usd } from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** At least so much of what people ask for must be among the first three products, of a hundred. */
const floor = 95

/** How many of a hundred questions with typing errors, plurals and synonyms, in two languages, find what is meant. */
export const searchQualitySuite = (harness: StorageHarness): void => {
  describe(`the quality of the search, on ${harness.name}`, () => {
    for (const { language, products, questions, synonyms } of qualityShops) {
      it.effect(`of ${questions.length} questions in "${language}", ${floor} % find what is meant among the first three`, () =>
        Effect.gen(function*() {
          const search = yield* Search
          yield* Actor.as(merchant)(search.updateDictionary({ languages: [language], synonyms }))
          for (const [title, vendor, tags, values, description] of products) {
            yield* sell(title, {
              vendor,
              tags: tags.split(" "),
              description,
              ...(values === "" ? {} : {
                options: [{ name: "Kind", values: values.split(" ") }],
                variants: values.split(" ").map((value) => ({ price: usd(1_000), optionValues: [value] }))
              })
            })
          }
          const missed: Array<string> = []
          for (const [text, title] of questions) {
            const { items } = yield* search.products({ search: text, limit: 3 })
            if (!items.some((item) => item.title.startsWith(title))) missed.push(`${text} (${items.map((item) => item.title).join(", ")})`)
          }
          const share = 100 * (questions.length - missed.length) / questions.length
          const figure = `${harness.name}, ${language}: ${share.toFixed(1)} % of ${questions.length} among the first three`
          yield* Effect.sync(() => process.stdout.write(`search quality on ${figure}; missed: ${missed.join("; ") || "none"}\n`))
          assert.isAtLeast(share, floor, missed.join("\n"))
        }).pipe(Effect.provide(SearchShop.searching(harness.storage()))))
    }
  })
}
