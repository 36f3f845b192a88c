import { priceDropBudgets, priceDropSuite } from "@stoa/core/testing/PriceDropSuite"
import { wishListBudgets, wishListSuite } from "@stoa/core/testing/WishListSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

wishListSuite(PostgresHarness.postgres)
priceDropSuite(PostgresHarness.postgres)
wishListBudgets(PostgresHarness.counting)
priceDropBudgets(PostgresHarness.counting)
