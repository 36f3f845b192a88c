import { shippingSuite } from "@stoa/core/testing/ShippingSuite"
import { taxSuite } from "@stoa/core/testing/TaxSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  taxSuite(harness)
  shippingSuite(harness)
}
