import { crashSuite } from "@stoa/core/testing/CrashSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

crashSuite(SqliteHarness.surviving, { part: 2, of: 3 })
