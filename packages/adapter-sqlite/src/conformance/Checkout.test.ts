import { checkoutBudgets } from "@stoa/core/testing/CheckoutBudgets"
import { checkoutPaymentSuite } from "@stoa/core/testing/CheckoutPaymentSuite"
import { checkoutSuite } from "@stoa/core/testing/CheckoutSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  checkoutSuite(harness)
  checkoutPaymentSuite(harness)
}
checkoutBudgets(SqliteHarness.counting)
