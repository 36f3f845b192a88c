import { customerGroupSuite } from "@stoa/core/testing/CustomerGroupSuite"
import { priceListBudgets, priceListSuite } from "@stoa/core/testing/PriceListSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  customerGroupSuite(harness)
  priceListSuite(harness)
}

priceListBudgets(SqliteHarness.counting)
