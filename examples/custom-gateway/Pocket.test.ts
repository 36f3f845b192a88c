import { sqlite } from "@stoa/adapter-sqlite"
import { gatewayConformance, gatewayShopSuite } from "@stoa/core/testing"
import { pocketHarness } from "./PocketHarness.ts"

gatewayConformance(pocketHarness)
gatewayShopSuite(pocketHarness, {
  name: "SQLite",
  storage: () => sqlite({ filename: ":memory:" }).layer({ migrations: [] })
})
