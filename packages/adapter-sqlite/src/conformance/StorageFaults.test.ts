import { storageFaultSuite } from "@stoa/core/testing/StorageFaultSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

storageFaultSuite({
  ...SqliteHarness.counting,
  isPolling: (statement) => statement.includes("stoa_jobs") && !statement.startsWith("INSERT")
})
