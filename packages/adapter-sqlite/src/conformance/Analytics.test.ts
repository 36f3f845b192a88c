import { analyticsSuite } from "@stoa/core/testing/AnalyticsSuite"
import { forecastSuite } from "@stoa/core/testing/ForecastSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  analyticsSuite(harness)
  forecastSuite(harness)
}
