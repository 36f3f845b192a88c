import { notificationsSuite } from "@stoa/core/testing/NotificationsSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) notificationsSuite(harness)
