import { describe, it } from "@effect/vitest"
import { DialectContract, KeptRowsContract, MigrationsContract, StatementProbeContract } from "@stoa/sql/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PostgresClient from "./PostgresClient.ts"
import * as TestDatabase from "./testing/TestDatabase.ts"

const database = Layer.unwrap(Effect.map(TestDatabase.empty, (url) => PostgresClient.layer({ url })))

const contracts = {
  "migrations": MigrationsContract,
  "rows that migrations keep": KeptRowsContract,
  "the dialect": DialectContract,
  "the statement probe": StatementProbeContract
}

for (const [subject, { cases }] of Object.entries(contracts)) {
  describe(`${subject}, on PostgreSQL`, () => {
    for (const { name, test } of cases) it.effect(name, () => Effect.provide(test, Layer.fresh(database)))
  })
}
