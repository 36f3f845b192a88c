import { customerMessagesSuite } from "@stoa/core/testing/CustomerMessagesSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

customerMessagesSuite(PostgresHarness.postgres)
