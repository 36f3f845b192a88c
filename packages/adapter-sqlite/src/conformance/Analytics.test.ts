import { analyticsSuite } from "@stoa/core/testing/AnalyticsSuite"
import { dashboardSuite } from "@stoa/core/testing/DashboardSuite"
import { forecastSuite } from "@stoa/core/testing/ForecastSuite"
import { journeySuite } from "@stoa/core/testing/JourneySuite"
import { reportSuite } from "@stoa/core/testing/ReportSuite"
import { shopFeedSuite } from "@stoa/core/testing/ShopFeedSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  analyticsSuite(harness)
  dashboardSuite(harness)
  forecastSuite(harness)
  journeySuite(harness)
  reportSuite(harness)
  shopFeedSuite(harness)
}
