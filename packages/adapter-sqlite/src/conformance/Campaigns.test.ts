import { campaignSuite } from "@stoa/core/testing/CampaignSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) campaignSuite(harness)
