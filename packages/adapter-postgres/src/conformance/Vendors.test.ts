import { vendorBudgets, vendorSuite } from "@stoa/core/testing/VendorSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

vendorSuite(PostgresHarness.postgres)
vendorBudgets(PostgresHarness.counting)
