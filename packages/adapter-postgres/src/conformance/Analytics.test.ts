import { analyticsSuite } from "@stoa/core/testing/AnalyticsSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

analyticsSuite(PostgresHarness.postgres)
