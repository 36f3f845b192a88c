import { transactionSuite } from "@stoa/core/testing/TransactionSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) transactionSuite(harness)
