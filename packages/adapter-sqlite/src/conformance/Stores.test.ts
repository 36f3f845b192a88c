import { flagSuite } from "@stoa/core/testing/FlagSuite"
import { redirectSuite } from "@stoa/core/testing/RedirectSuite"
import { storesSuite } from "@stoa/core/testing/StoresSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  storesSuite(harness)
  flagSuite(harness)
  redirectSuite(harness)
}
