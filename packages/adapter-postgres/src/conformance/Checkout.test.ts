import { checkoutBudgets } from "@stoa/core/testing/CheckoutBudgets"
import { checkoutPaymentSuite } from "@stoa/core/testing/CheckoutPaymentSuite"
import { checkoutRaceSuite } from "@stoa/core/testing/CheckoutRaceSuite"
import { checkoutSuite } from "@stoa/core/testing/CheckoutSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

checkoutSuite(PostgresHarness.postgres)
checkoutRaceSuite(PostgresHarness.postgres)
checkoutPaymentSuite(PostgresHarness.postgres)
checkoutBudgets(PostgresHarness.counting)
