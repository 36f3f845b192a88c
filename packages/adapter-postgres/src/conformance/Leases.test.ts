import { leasesSuite } from "@stoa/core/testing/LeasesSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

leasesSuite(PostgresHarness.postgres)
