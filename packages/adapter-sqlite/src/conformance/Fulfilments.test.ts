import { cancellationSuite } from "@stoa/core/testing/CancellationSuite"
import { orderEditSuite } from "@stoa/core/testing/OrderEditSuite"
import { orderStorySuite } from "@stoa/core/testing/OrderStorySuite"
import { fulfilmentSuite } from "@stoa/core/testing/FulfilmentSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  fulfilmentSuite(harness)
  cancellationSuite(harness)
  orderEditSuite(harness)
}

// once is enough: what it proves is the engine's doing, not that of the database
orderStorySuite(SqliteHarness.inMemory)
