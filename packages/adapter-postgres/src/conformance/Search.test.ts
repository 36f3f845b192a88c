import { searchBudgets, searchSuite } from "@stoa/core/testing/SearchSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

searchSuite(PostgresHarness.postgres)
searchBudgets(PostgresHarness.counting)
