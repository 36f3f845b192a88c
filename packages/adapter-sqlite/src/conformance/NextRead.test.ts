import { nextReadSuite } from "@stoa/core/testing/NextReadSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

nextReadSuite(SqliteHarness.surviving)
