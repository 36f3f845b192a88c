import { analyticsSuite } from "@stoa/core/testing/AnalyticsSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) analyticsSuite(harness)
