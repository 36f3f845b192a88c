import { customerMessagesSuite } from "@stoa/core/testing/CustomerMessagesSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) customerMessagesSuite(harness)
