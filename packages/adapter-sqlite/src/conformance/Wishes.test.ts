import { priceDropBudgets, priceDropSuite } from "@stoa/core/testing/PriceDropSuite"
import { wishListBudgets, wishListSuite } from "@stoa/core/testing/WishListSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  wishListSuite(harness)
  priceDropSuite(harness)
}

wishListBudgets(SqliteHarness.counting)
priceDropBudgets(SqliteHarness.counting)
