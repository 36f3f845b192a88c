import { notificationTemplatesSuite } from "@stoa/core/testing/NotificationTemplatesSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

notificationTemplatesSuite(PostgresHarness.postgres)
