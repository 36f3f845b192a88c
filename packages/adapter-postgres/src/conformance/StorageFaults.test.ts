import { storageFaultSuite } from "@stoa/core/testing/StorageFaultSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

storageFaultSuite(PostgresHarness.failing)
