import { crashSuite } from "@stoa/core/testing/CrashSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

crashSuite(PostgresHarness.surviving, { part: 2, of: 3 })
