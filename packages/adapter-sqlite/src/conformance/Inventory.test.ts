import { inventoryBudgets } from "@stoa/core/testing/InventoryBudgets"
import { inventorySuite } from "@stoa/core/testing/InventorySuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) inventorySuite(harness)
inventoryBudgets(SqliteHarness.counting)
