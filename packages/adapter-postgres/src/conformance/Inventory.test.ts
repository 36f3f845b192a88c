import { inventoryBudgets } from "@stoa/core/testing/InventoryBudgets"
import { inventorySuite } from "@stoa/core/testing/InventorySuite"
import * as PostgresHarness from "./PostgresHarness.ts"

inventorySuite(PostgresHarness.postgres)
inventoryBudgets(PostgresHarness.counting)
