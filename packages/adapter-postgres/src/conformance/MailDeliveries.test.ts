import { mailDeliverySuite } from "@stoa/core/testing/MailDeliverySuite"
import * as PostgresHarness from "./PostgresHarness.ts"

mailDeliverySuite(PostgresHarness.postgres)
