import { downloadSuite } from "@stoa/core/testing/DownloadSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  downloadSuite(harness)
}
