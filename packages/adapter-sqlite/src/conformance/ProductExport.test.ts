import { productExportBudgets, productExportSuite } from "@stoa/core/testing/ProductExportSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) productExportSuite(harness)
productExportBudgets(SqliteHarness.counting)
