import { vendorMessagesSuite } from "@stoa/core/testing/VendorMessagesSuite"
import { vendorBudgets, vendorSuite } from "@stoa/core/testing/VendorSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  vendorSuite(harness)
  vendorMessagesSuite(harness)
}
vendorBudgets(SqliteHarness.counting)
