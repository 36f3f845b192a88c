import { sqlite } from "@stoa/adapter-sqlite"
import { gatewayConformance } from "@stoa/core/testing/GatewayConformance"
import { gatewayShopSuite } from "@stoa/core/testing/GatewayShopSuite"
import { flutterwaveHarness } from "./testing/FlutterwaveHarness.ts"

gatewayConformance(flutterwaveHarness)
gatewayShopSuite(flutterwaveHarness, {
  name: "SQLite",
  storage: () => sqlite({ filename: ":memory:" }).layer({ migrations: [] })
})
