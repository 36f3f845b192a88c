import { analyticsSuite } from "@stoa/core/testing/AnalyticsSuite"
import { forecastSuite } from "@stoa/core/testing/ForecastSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

analyticsSuite(PostgresHarness.postgres)
forecastSuite(PostgresHarness.postgres)
