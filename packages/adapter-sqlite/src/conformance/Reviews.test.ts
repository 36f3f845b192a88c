import { reviewSuite } from "@stoa/core/testing/ReviewSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) reviewSuite(harness)
