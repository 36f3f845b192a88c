import { storageFaultSuite } from "@stoa/core/testing/StorageFaultSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

storageFaultSuite(SqliteHarness.failing)
