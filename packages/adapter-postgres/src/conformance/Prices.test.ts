import { customerGroupSuite } from "@stoa/core/testing/CustomerGroupSuite"
import { priceListBudgets, priceListSuite } from "@stoa/core/testing/PriceListSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

customerGroupSuite(PostgresHarness.postgres)
priceListSuite(PostgresHarness.postgres)
priceListBudgets(PostgresHarness.counting)
