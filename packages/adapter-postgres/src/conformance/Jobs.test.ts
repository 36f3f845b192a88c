import { jobsSuite } from "@stoa/core/testing/JobsSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

jobsSuite(PostgresHarness.postgres)
