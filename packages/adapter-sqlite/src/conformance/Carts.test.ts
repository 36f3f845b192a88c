import { cartLifeSuite } from "@stoa/core/testing/CartLifeSuite"
import { cartStatementsSuite, cartSuite } from "@stoa/core/testing/CartSuite"
import { cartViewSuite } from "@stoa/core/testing/CartViewSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  cartSuite(harness)
  cartViewSuite(harness)
  cartLifeSuite(harness)
}
cartStatementsSuite(SqliteHarness.counting)
