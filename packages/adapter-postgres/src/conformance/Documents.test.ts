import { documentsSuite } from "@stoa/core/testing/DocumentsSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

documentsSuite(PostgresHarness.postgres)
