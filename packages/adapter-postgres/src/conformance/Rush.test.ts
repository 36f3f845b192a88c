import { rushSuite } from "@stoa/core/testing/RushSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

rushSuite(PostgresHarness.crowded)
