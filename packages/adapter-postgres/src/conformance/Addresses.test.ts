import { addressSuite } from "@stoa/core/testing/AddressSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

addressSuite(PostgresHarness.postgres)
