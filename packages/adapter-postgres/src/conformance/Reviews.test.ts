import { reviewSuite } from "@stoa/core/testing/ReviewSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

reviewSuite(PostgresHarness.postgres)
