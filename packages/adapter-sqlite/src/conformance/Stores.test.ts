import { flagSuite } from "@stoa/core/testing/FlagSuite"
import { storesSuite } from "@stoa/core/testing/StoresSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  storesSuite(harness)
  flagSuite(harness)
}
