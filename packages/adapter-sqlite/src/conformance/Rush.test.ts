import { rushSuite } from "@stoa/core/testing/RushSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

rushSuite(SqliteHarness.inFile)
