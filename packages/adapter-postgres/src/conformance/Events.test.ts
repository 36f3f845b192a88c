import { eventsSuite } from "@stoa/core/testing/EventsSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

eventsSuite(PostgresHarness.postgres)
