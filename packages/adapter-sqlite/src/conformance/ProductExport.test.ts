import { bulkEditSuite } from "@stoa/core/testing/BulkEditSuite"
import { productExportBudgets, productExportSuite } from "@stoa/core/testing/ProductExportSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) productExportSuite(harness)
productExportBudgets(SqliteHarness.counting)
for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) bulkEditSuite(harness)
