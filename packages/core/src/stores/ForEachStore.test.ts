import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { CurrentStore, type StoreId } from "../kernel/CurrentStore.ts"
import { forEachStore } from "./ForEachStore.ts"
import type { Store } from "./Store.ts"
import { StoreRepository } from "./StoreRepository.ts"

const stores = (...ids: ReadonlyArray<string>) =>
  StoreRepository.of({
    current: Effect.succeed(undefined),
    findByCode: () => Effect.succeed(undefined),
    list: Effect.succeed(ids.map((id) => ({ id: id as StoreId } as Store))),
    insert: () => Effect.void,
    update: () => Effect.void,
    insertChanges: () => Effect.void,
    changes: () => Effect.succeed({ items: [], nextCursor: null }),
    findChange: () => Effect.succeed(undefined)
  })

describe("work in every store", () => {
  it.effect("every store gets its turn, and what failed in one is told at the end", () =>
    Effect.gen(function*() {
      const visited: Array<string> = []
      const error = yield* Effect.flip(forEachStore(
        stores("a", "b", "c"),
        Effect.gen(function*() {
          const store = yield* CurrentStore
          visited.push(store)
          if (store === "b") return yield* Effect.fail("no light")
        })
      ))
      assert.strictEqual(error, "no light")
      assert.deepStrictEqual(visited, ["a", "b", "c"])
      yield* forEachStore(stores("a"), Effect.void)
    }))
})
