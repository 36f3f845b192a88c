import { pushSuite } from "@stoa/core/testing/PushSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) pushSuite(harness)
