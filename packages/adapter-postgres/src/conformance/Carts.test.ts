import { cartLifeSuite } from "@stoa/core/testing/CartLifeSuite"
import { cartStatementsSuite, cartSuite } from "@stoa/core/testing/CartSuite"
import { cartViewSuite } from "@stoa/core/testing/CartViewSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

cartSuite(PostgresHarness.postgres)
cartViewSuite(PostgresHarness.postgres)
cartLifeSuite(PostgresHarness.postgres)
cartStatementsSuite(PostgresHarness.counting)
