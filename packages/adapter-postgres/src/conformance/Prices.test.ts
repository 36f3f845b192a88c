import { customerGroupSuite } from "@stoa/core/testing/CustomerGroupSuite"
import { priceListBudgets, priceListSuite } from "@stoa/core/testing/PriceListSuite"
import { pricePreviewSuite } from "@stoa/core/testing/PricePreviewSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

customerGroupSuite(PostgresHarness.postgres)
priceListSuite(PostgresHarness.postgres)
pricePreviewSuite(PostgresHarness.postgres)
priceListBudgets(PostgresHarness.counting)
