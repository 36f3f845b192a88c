import { describe, it } from "@effect/vitest"
import { booksSuite } from "@stoa/core/testing/BooksSuite"
import { BooksContract } from "@stoa/sql/testing"
import * as Effect from "effect/Effect"
import * as PostgresHarness from "./PostgresHarness.ts"

booksSuite(PostgresHarness.postgres)

describe("the books in PostgreSQL", () => {
  it.effect("keep their laws whatever a plug-in writes", () =>
    Effect.provide(BooksContract.keepTheirLaws, PostgresHarness.storage()))
})
