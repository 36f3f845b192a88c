import { describe, it } from "@effect/vitest"
import * as StockedShop from "@stoa/core/testing/StockedShop"
import { LedgerContract } from "@stoa/sql/testing"
import * as Effect from "effect/Effect"
import { storage } from "./conformance/PostgresHarness.ts"

describe("the stock ledger in PostgreSQL", () => {
  for (const { name, test } of LedgerContract.cases) {
    it.effect(name, () => Effect.provide(test, StockedShop.layer({ storage: storage })))
  }
})
