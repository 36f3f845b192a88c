import { eventsSuite } from "@stoa/core/testing/EventsSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) eventsSuite(harness)
