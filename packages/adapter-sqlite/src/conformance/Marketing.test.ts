import { marketingBudgets, marketingSuite } from "@stoa/core/testing/MarketingSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) marketingSuite(harness)
marketingBudgets(SqliteHarness.counting)
