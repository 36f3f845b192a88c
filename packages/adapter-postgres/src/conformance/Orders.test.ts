import { orderLifecycleSuite } from "@stoa/core/testing/OrderLifecycleSuite"
import { addedStateSuite } from "@stoa/core/testing/AddedStateSuite"
import { orderDeskSuite } from "@stoa/core/testing/OrderDeskSuite"
import { orderSearchSuite } from "@stoa/core/testing/OrderSearchSuite"
import { orderSuite } from "@stoa/core/testing/OrderSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

orderSuite(PostgresHarness.postgres)
orderSearchSuite(PostgresHarness.postgres)
orderDeskSuite(PostgresHarness.postgres)
addedStateSuite(PostgresHarness.postgres)
orderLifecycleSuite(PostgresHarness.postgres)
