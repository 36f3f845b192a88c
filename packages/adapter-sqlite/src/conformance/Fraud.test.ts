import { fraudSuite } from "@stoa/core/testing/FraudSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

fraudSuite(SqliteHarness.inMemory)
fraudSuite(SqliteHarness.inFile)
