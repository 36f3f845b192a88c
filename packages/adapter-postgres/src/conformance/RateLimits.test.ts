import { rateLimitsSuite } from "@stoa/core/testing/RateLimitsSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

rateLimitsSuite(PostgresHarness.postgres)
