import { orderFollowSuite } from "@stoa/core/testing/OrderFollowSuite"
import { orderLifecycleSuite } from "@stoa/core/testing/OrderLifecycleSuite"
import { orderSuite } from "@stoa/core/testing/OrderSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  orderSuite(harness)
  orderFollowSuite(harness)
  orderLifecycleSuite(harness)
}
