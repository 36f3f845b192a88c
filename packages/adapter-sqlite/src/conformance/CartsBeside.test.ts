import { savedForLaterBudgets, savedForLaterSuite } from "@stoa/core/testing/SavedForLaterSuite"
import { sharedCartBudgets, sharedCartSuite } from "@stoa/core/testing/SharedCartSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  savedForLaterSuite(harness)
  sharedCartSuite(harness)
}

savedForLaterBudgets(SqliteHarness.counting)
sharedCartBudgets(SqliteHarness.counting)
