import { cancellationSuite } from "@stoa/core/testing/CancellationSuite"
import { fulfilmentSuite } from "@stoa/core/testing/FulfilmentSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  fulfilmentSuite(harness)
  cancellationSuite(harness)
}
