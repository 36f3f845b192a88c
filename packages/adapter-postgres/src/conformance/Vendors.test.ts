import { orderPartSuite } from "@stoa/core/testing/OrderPartSuite"
import { vendorMessagesSuite } from "@stoa/core/testing/VendorMessagesSuite"
import { vendorBudgets, vendorSuite } from "@stoa/core/testing/VendorSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

vendorSuite(PostgresHarness.postgres)
orderPartSuite(PostgresHarness.postgres)
vendorMessagesSuite(PostgresHarness.postgres)
vendorBudgets(PostgresHarness.counting)
