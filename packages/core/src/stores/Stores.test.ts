import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { Store } from "./Store.ts"
import { StoreRepository } from "./StoreRepository.ts"
import * as Stores from "./Stores.ts"
import { StoreCodeTaken } from "./StoresErrors.ts"

/** A storage to which another process adds the same store between every look at it and the write that follows. */
const contended = () => {
  let theirs: Store | undefined
  return Layer.mergeAll(
    Layer.succeed(StoreRepository, {
      current: Effect.succeed(undefined),
      findByCode: () => Effect.sync(() => theirs),
      list: Effect.succeed([]),
      insert: (store) =>
        Effect.suspend(() => {
          theirs = { ...store, name: "Theirs" }
          return Effect.fail(new StoreCodeTaken({ storeCode: store.code }))
        }),
      update: () => Effect.void,
      insertChanges: () => Effect.void,
      changes: () => Effect.succeed({ items: [], nextCursor: null }),
      findChange: () => Effect.succeed(undefined)
    }),
    Layer.succeed(Transactor, { transaction: (effect) => effect, isOpen: Effect.succeed(false), afterCommit: (effect) => effect }),
    Layer.mock(AuditLog, {})
  )
}

describe("the store of an engine that starts", () => {
  it.effect("is the one that another process made at the same moment", () =>
    Effect.gen(function*() {
      const stores = yield* Stores.Stores
      const store = yield* stores.ensure({ code: "main", name: "Ours", currency: "USD" })
      assert.strictEqual(store.name, "Theirs")
    }).pipe(Effect.provide(Layer.provide(Stores.layer, contended()))))
})
