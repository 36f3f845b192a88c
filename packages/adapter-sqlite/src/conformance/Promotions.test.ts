import { couponSuite } from "@stoa/core/testing/CouponSuite"
import { promotionBudgets } from "@stoa/core/testing/PromotionBudgets"
import { promotionLimitSuite } from "@stoa/core/testing/PromotionLimitSuite"
import { promotionSuite } from "@stoa/core/testing/PromotionSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  promotionSuite(harness)
  couponSuite(harness)
  promotionLimitSuite(harness)
}
promotionBudgets(SqliteHarness.counting)
