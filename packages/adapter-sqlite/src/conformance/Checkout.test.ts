import { checkoutBudgets } from "@stoa/core/testing/CheckoutBudgets"
import { checkoutPaymentSuite } from "@stoa/core/testing/CheckoutPaymentSuite"
import { checkoutRaceSuite } from "@stoa/core/testing/CheckoutRaceSuite"
import { checkoutSuite } from "@stoa/core/testing/CheckoutSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  checkoutSuite(harness)
  checkoutRaceSuite(harness)
  checkoutPaymentSuite(harness)
}
checkoutBudgets(SqliteHarness.counting)
