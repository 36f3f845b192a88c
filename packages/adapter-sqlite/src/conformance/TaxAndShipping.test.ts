import { shippingPartsSuite } from "@stoa/core/testing/ShippingPartsSuite"
import { shippingSuite } from "@stoa/core/testing/ShippingSuite"
import { zoneSuite } from "@stoa/core/testing/ZoneSuite"
import { taxExemptionSuite } from "@stoa/core/testing/TaxExemptionSuite"
import { taxSuite } from "@stoa/core/testing/TaxSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  zoneSuite(harness)
  taxSuite(harness)
  taxExemptionSuite(harness)
  shippingSuite(harness)
  shippingPartsSuite(harness)
}
