import { productImportBudgets, productImportSuite } from "@stoa/core/testing/ProductImportSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) productImportSuite(harness)
productImportBudgets(SqliteHarness.counting)
