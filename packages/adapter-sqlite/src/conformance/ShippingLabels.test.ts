import { returnLabelSuite } from "@stoa/core/testing/ReturnLabelSuite"
import { shippingLabelSuite } from "@stoa/core/testing/ShippingLabelSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  shippingLabelSuite(harness)
  returnLabelSuite(harness)
}
