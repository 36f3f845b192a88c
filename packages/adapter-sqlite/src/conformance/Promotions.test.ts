import { promotionBudgets } from "@stoa/core/testing/PromotionBudgets"
import { promotionSuite } from "@stoa/core/testing/PromotionSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) promotionSuite(harness)
promotionBudgets(SqliteHarness.counting)
