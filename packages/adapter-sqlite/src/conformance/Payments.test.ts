import { paymentSuite } from "@stoa/core/testing/PaymentSuite"
import * as SandboxBankSql from "@stoa/sql/payments/SandboxBankSql"
import * as Layer from "effect/Layer"
import { fromClient } from "../SqliteStorage.ts"
import * as SqliteHarness from "./SqliteHarness.ts"

paymentSuite(SqliteHarness.inFile)

// the bank's books lie in the same database, and would notice if it was called inside a transaction
paymentSuite({
  name: "SQLite in memory, the bank's books included",
  storage: () => Layer.provideMerge(SandboxBankSql.layer, fromClient(SqliteHarness.memory()))
})
