import { inboxSuite } from "@stoa/core/testing/InboxSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) inboxSuite(harness)
