import { searchBudgets, searchSuite } from "@stoa/core/testing/SearchSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) searchSuite(harness)
searchBudgets(SqliteHarness.counting)
