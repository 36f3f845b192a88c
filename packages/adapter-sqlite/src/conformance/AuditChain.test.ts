import { describe, it } from "@effect/vitest"
import { auditChainSuite } from "@stoa/core/testing/AuditChainSuite"
import { AuditContract } from "@stoa/sql/testing"
import * as Effect from "effect/Effect"
import { fromClient } from "../SqliteStorage.ts"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) auditChainSuite(harness)

describe("the audit log in SQLite", () => {
  it.effect("notices what was changed, taken away or forged past the engine", () =>
    Effect.provide(AuditContract.noticesTampering, fromClient(SqliteHarness.memory())))
})
