import { fraudSuite } from "@stoa/core/testing/FraudSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

fraudSuite(PostgresHarness.postgres)
