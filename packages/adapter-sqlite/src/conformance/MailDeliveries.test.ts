import { mailDeliverySuite } from "@stoa/core/testing/MailDeliverySuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) mailDeliverySuite(harness)
