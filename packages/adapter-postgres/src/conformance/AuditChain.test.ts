import { describe, it } from "@effect/vitest"
import { auditChainSuite } from "@stoa/core/testing/AuditChainSuite"
import { AuditContract } from "@stoa/sql/testing"
import * as Effect from "effect/Effect"
import * as PostgresHarness from "./PostgresHarness.ts"

auditChainSuite(PostgresHarness.postgres)

describe("the audit log in PostgreSQL", () => {
  it.effect("notices what was changed, taken away or forged past the engine", () =>
    Effect.provide(AuditContract.noticesTampering, PostgresHarness.storage()))
})
