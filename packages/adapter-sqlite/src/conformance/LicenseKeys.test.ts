import { licenseKeySuite } from "@stoa/core/testing/LicenseKeySuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  licenseKeySuite(harness)
}
