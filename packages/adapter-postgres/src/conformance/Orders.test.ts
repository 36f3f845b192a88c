import { orderLifecycleSuite } from "@stoa/core/testing/OrderLifecycleSuite"
import { orderSuite } from "@stoa/core/testing/OrderSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

orderSuite(PostgresHarness.postgres)
orderLifecycleSuite(PostgresHarness.postgres)
