import { webhookEndpointSuite } from "@stoa/core/testing/WebhookEndpointSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) webhookEndpointSuite(harness)
