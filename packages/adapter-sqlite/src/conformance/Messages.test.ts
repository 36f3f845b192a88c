import { messagesSuite } from "@stoa/core/testing/MessagesSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) messagesSuite(harness)
