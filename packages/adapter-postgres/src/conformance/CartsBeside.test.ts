import { savedForLaterBudgets, savedForLaterRaces, savedForLaterSuite } from "@stoa/core/testing/SavedForLaterSuite"
import { sharedCartBudgets, sharedCartSuite } from "@stoa/core/testing/SharedCartSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

savedForLaterSuite(PostgresHarness.postgres)
savedForLaterRaces(PostgresHarness.postgres)
sharedCartSuite(PostgresHarness.postgres)
savedForLaterBudgets(PostgresHarness.counting)
sharedCartBudgets(PostgresHarness.counting)
