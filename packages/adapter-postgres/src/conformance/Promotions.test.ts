import { couponSuite } from "@stoa/core/testing/CouponSuite"
import { promotionBudgets } from "@stoa/core/testing/PromotionBudgets"
import { promotionLimitSuite } from "@stoa/core/testing/PromotionLimitSuite"
import { promotionSuite } from "@stoa/core/testing/PromotionSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

promotionSuite(PostgresHarness.postgres)
couponSuite(PostgresHarness.postgres)
promotionLimitSuite(PostgresHarness.postgres)
promotionBudgets(PostgresHarness.counting)
