import { orderFollowSuite } from "@stoa/core/testing/OrderFollowSuite"
import { orderLifecycleSuite } from "@stoa/core/testing/OrderLifecycleSuite"
import { addedStateSuite } from "@stoa/core/testing/AddedStateSuite"
import { orderDeskSuite } from "@stoa/core/testing/OrderDeskSuite"
import { orderSearchSuite } from "@stoa/core/testing/OrderSearchSuite"
import { orderSuite } from "@stoa/core/testing/OrderSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  orderSuite(harness)
  orderSearchSuite(harness)
  orderDeskSuite(harness)
  addedStateSuite(harness)
  orderFollowSuite(harness)
  orderLifecycleSuite(harness)
}
