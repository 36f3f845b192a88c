import { customerGroupSuite } from "@stoa/core/testing/CustomerGroupSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

customerGroupSuite(PostgresHarness.postgres)
