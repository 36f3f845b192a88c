import { mediaSuite } from "@stoa/core/testing/MediaSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) mediaSuite(harness)
