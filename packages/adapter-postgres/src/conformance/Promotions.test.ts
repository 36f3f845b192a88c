import { promotionSuite } from "@stoa/core/testing/PromotionSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

promotionSuite(PostgresHarness.postgres)
