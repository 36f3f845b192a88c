import { catalogBudgets, catalogSuite } from "@stoa/core/testing/CatalogSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

catalogSuite(SqliteHarness.inMemory)
catalogSuite(SqliteHarness.inFile)
catalogBudgets(SqliteHarness.counting)
