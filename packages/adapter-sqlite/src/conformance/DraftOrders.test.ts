import { draftEndSuite } from "@stoa/core/testing/DraftEndSuite"
import { draftOrderSuite } from "@stoa/core/testing/DraftOrderSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  draftOrderSuite(harness)
  draftEndSuite(harness)
}
