import { loyaltySuite } from "@stoa/core/testing/LoyaltySuite"
import { storedValueSuite } from "@stoa/core/testing/StoredValueSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  storedValueSuite(harness)
  loyaltySuite(harness)
}
