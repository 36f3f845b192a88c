import { rateLimitsSuite } from "@stoa/core/testing/RateLimitsSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) rateLimitsSuite(harness)
