import { describe, it } from "@effect/vitest"
import { DialectContract, KeptRowsContract, MigrationsContract, StatementProbeContract } from "@stoa/sql/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as SqliteClient from "./SqliteClient.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "stoa-contract-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const databases = {
  "a file": Layer.unwrap(Effect.map(folder, (path) => SqliteClient.layer({ filename: join(path, "shop.db") }))),
  "memory": SqliteClient.layer({ filename: ":memory:" })
}

const contracts = {
  "migrations": MigrationsContract,
  "rows that migrations keep": KeptRowsContract,
  "the dialect": DialectContract,
  "the statement probe": StatementProbeContract
}

for (const [place, database] of Object.entries(databases)) {
  for (const [subject, { cases }] of Object.entries(contracts)) {
    describe(`${subject}, on SQLite in ${place}`, () => {
      for (const { name, test } of cases) it.effect(name, () => Effect.provide(test, database))
    })
  }
}
