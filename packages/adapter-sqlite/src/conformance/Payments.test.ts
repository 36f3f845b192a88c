import { paymentSuite } from "@stoa/core/testing/PaymentSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

paymentSuite(SqliteHarness.inMemory)
paymentSuite(SqliteHarness.inFile)
