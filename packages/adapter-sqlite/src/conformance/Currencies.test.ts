import { currencySuite } from "@stoa/core/testing/CurrencySuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  currencySuite(harness)
}
