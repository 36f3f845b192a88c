import { claimSuite } from "@stoa/core/testing/ClaimSuite"
import { exchangeSuite } from "@stoa/core/testing/ExchangeSuite"
import { returnCreditSuite } from "@stoa/core/testing/ReturnCreditSuite"
import { returnSuite } from "@stoa/core/testing/ReturnSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  returnSuite(harness)
  returnCreditSuite(harness)
  exchangeSuite(harness)
  claimSuite(harness)
}
