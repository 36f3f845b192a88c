import { orderPartSuite } from "@stoa/core/testing/OrderPartSuite"
import { vendorMessagesSuite } from "@stoa/core/testing/VendorMessagesSuite"
import { vendorBudgets, vendorSuite } from "@stoa/core/testing/VendorSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  vendorSuite(harness)
  orderPartSuite(harness)
  vendorMessagesSuite(harness)
}
vendorBudgets(SqliteHarness.counting)
