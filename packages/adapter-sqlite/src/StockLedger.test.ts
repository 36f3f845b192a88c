import { describe, it } from "@effect/vitest"
import * as StockedShop from "@stoa/core/testing/StockedShop"
import { LedgerContract } from "@stoa/sql/testing"
import * as Effect from "effect/Effect"
import * as SqliteClient from "./SqliteClient.ts"
import { fromClient } from "./SqliteStorage.ts"

describe("the stock ledger in SQLite", () => {
  for (const { name, test } of LedgerContract.cases) {
    it.effect(name, () => Effect.provide(test, StockedShop.layer({ storage: () => fromClient(SqliteClient.layer({ filename: ":memory:" })) })))
  }
})
