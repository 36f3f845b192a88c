import { describe, it } from "@effect/vitest"
import { booksSuite } from "@stoa/core/testing/BooksSuite"
import { BooksContract } from "@stoa/sql/testing"
import * as Effect from "effect/Effect"
import { fromClient } from "../SqliteStorage.ts"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) booksSuite(harness)

describe("the books in SQLite", () => {
  it.effect("keep their laws whatever a plug-in writes", () =>
    Effect.provide(BooksContract.keepTheirLaws, fromClient(SqliteHarness.memory())))
})
