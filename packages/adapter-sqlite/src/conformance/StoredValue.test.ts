import { loyaltySuite } from "@stoa/core/testing/LoyaltySuite"
import { referralSuite } from "@stoa/core/testing/ReferralSuite"
import { storedValueSuite } from "@stoa/core/testing/StoredValueSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  storedValueSuite(harness)
  loyaltySuite(harness)
  referralSuite(harness)
}
