import { paymentSuite } from "@stoa/core/testing/PaymentSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

paymentSuite(PostgresHarness.postgres)
