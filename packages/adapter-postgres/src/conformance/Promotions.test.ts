import { promotionBudgets } from "@stoa/core/testing/PromotionBudgets"
import { promotionSuite } from "@stoa/core/testing/PromotionSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

promotionSuite(PostgresHarness.postgres)
promotionBudgets(PostgresHarness.counting)
