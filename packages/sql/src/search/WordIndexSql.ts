import { WordIndex } from "@stoa/core/search/WordIndex"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ProductSearch } from "../catalog/ProductSearch.ts"
import { storage } from "../Storage.ts"

export const layer: Layer.Layer<WordIndex, never, ProductSearch> = Layer.effect(
  WordIndex,
  Effect.map(ProductSearch, ({ join }) => WordIndex.of({ join: join?.pipe(storage("WordIndex.join")) ?? Effect.succeed(false) }))
)
