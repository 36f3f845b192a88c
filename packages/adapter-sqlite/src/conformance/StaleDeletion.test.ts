import { staleDeletionSuite } from "@stoa/core/testing/StaleDeletionSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) staleDeletionSuite(harness)
