import { transactionSuite } from "@stoa/core/testing/TransactionSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

transactionSuite(PostgresHarness.postgres)
