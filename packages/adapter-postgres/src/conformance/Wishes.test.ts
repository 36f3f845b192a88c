import { wishListBudgets, wishListSuite } from "@stoa/core/testing/WishListSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

wishListSuite(PostgresHarness.postgres)
wishListBudgets(PostgresHarness.counting)
