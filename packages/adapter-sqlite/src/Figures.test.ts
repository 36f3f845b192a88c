import { it } from "@effect/vitest"
import * as Shop from "@stoa/core/testing/Shop"
import { FiguresContract } from "@stoa/sql/testing"
import * as Effect from "effect/Effect"
import * as SqliteClient from "./SqliteClient.ts"
import { fromClient } from "./SqliteStorage.ts"

it.effect("figures of any days, pieces and time zone are what rows of orders come to by hand, on SQLite", () =>
  Effect.provide(FiguresContract.areTheSameAddedUpByHand, Shop.layer(fromClient(SqliteClient.layer({ filename: ":memory:" })))))
