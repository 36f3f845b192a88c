import { customerGroupSuite } from "@stoa/core/testing/CustomerGroupSuite"
import { priceListBudgets, priceListSuite } from "@stoa/core/testing/PriceListSuite"
import { pricePreviewSuite } from "@stoa/core/testing/PricePreviewSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  customerGroupSuite(harness)
  priceListSuite(harness)
  pricePreviewSuite(harness)
}

priceListBudgets(SqliteHarness.counting)
