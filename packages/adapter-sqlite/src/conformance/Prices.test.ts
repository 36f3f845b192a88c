import { customerGroupSuite } from "@stoa/core/testing/CustomerGroupSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  customerGroupSuite(harness)
}
