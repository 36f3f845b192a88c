import { bulkEditSuite } from "@stoa/core/testing/BulkEditSuite"
import { productExportBudgets, productExportSuite } from "@stoa/core/testing/ProductExportSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

productExportSuite(PostgresHarness.postgres)
productExportBudgets(PostgresHarness.counting)
bulkEditSuite(PostgresHarness.postgres)
