import { nextReadSuite } from "@stoa/core/testing/NextReadSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

nextReadSuite(PostgresHarness.surviving)
