import { webhookEndpointSuite } from "@stoa/core/testing/WebhookEndpointSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

webhookEndpointSuite(PostgresHarness.postgres)
