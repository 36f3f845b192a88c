import { inboxSuite } from "@stoa/core/testing/InboxSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

inboxSuite(PostgresHarness.postgres)
