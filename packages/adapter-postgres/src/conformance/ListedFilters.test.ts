import { listedFilterSuite } from "@stoa/core/testing/ListedFilterSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

listedFilterSuite(PostgresHarness.postgres)
