import { marketingBudgets, marketingSuite } from "@stoa/core/testing/MarketingSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

marketingSuite(PostgresHarness.postgres)
marketingBudgets(PostgresHarness.counting)
