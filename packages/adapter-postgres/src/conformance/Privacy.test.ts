import { privacySuite } from "@stoa/core/testing/PrivacySuite"
import * as PostgresHarness from "./PostgresHarness.ts"

privacySuite(PostgresHarness.postgres)
