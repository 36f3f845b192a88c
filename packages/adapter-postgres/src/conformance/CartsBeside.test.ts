import { savedForLaterBudgets, savedForLaterSuite } from "@stoa/core/testing/SavedForLaterSuite"
import { sharedCartBudgets, sharedCartSuite } from "@stoa/core/testing/SharedCartSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

savedForLaterSuite(PostgresHarness.postgres)
sharedCartSuite(PostgresHarness.postgres)
savedForLaterBudgets(PostgresHarness.counting)
sharedCartBudgets(PostgresHarness.counting)
