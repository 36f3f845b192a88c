import { leasesSuite } from "@stoa/core/testing/LeasesSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) leasesSuite(harness)
