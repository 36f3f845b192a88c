import { analyticsSuite } from "@stoa/core/testing/AnalyticsSuite"
import { dashboardSuite } from "@stoa/core/testing/DashboardSuite"
import { forecastSuite } from "@stoa/core/testing/ForecastSuite"
import { journeySuite } from "@stoa/core/testing/JourneySuite"
import { reportSuite } from "@stoa/core/testing/ReportSuite"
import { shopFeedSuite } from "@stoa/core/testing/ShopFeedSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

analyticsSuite(PostgresHarness.postgres)
dashboardSuite(PostgresHarness.postgres)
forecastSuite(PostgresHarness.postgres)
journeySuite(PostgresHarness.postgres)
reportSuite(PostgresHarness.postgres)
shopFeedSuite(PostgresHarness.postgres)
