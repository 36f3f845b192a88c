import { bundleSuite } from "@stoa/core/testing/BundleSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  bundleSuite(harness)
}
