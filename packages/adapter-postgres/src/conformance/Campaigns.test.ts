import { campaignSuite } from "@stoa/core/testing/CampaignSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

campaignSuite(PostgresHarness.postgres)
