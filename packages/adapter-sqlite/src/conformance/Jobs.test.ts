import { jobsSuite } from "@stoa/core/testing/JobsSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) jobsSuite(harness)
