import { checkoutBudgets, checkoutSuite } from "@stoa/core/testing/CheckoutSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

checkoutSuite(SqliteHarness.inMemory)
checkoutSuite(SqliteHarness.inFile)
checkoutBudgets(SqliteHarness.counting)
