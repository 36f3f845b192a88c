import { cartLifeSuite } from "@stoa/core/testing/CartLifeSuite"
import { cartStatementsSuite, cartSuite } from "@stoa/core/testing/CartSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  cartSuite(harness)
  cartLifeSuite(harness)
}
cartStatementsSuite(SqliteHarness.counting)
