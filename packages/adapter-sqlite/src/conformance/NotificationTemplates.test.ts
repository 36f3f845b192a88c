import { notificationTemplatesSuite } from "@stoa/core/testing/NotificationTemplatesSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) notificationTemplatesSuite(harness)
