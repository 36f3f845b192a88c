import { notificationsSuite } from "@stoa/core/testing/NotificationsSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

notificationsSuite(PostgresHarness.postgres)
