import { sqlite } from "@stoa/adapter-sqlite"
import { gatewayConformance } from "@stoa/core/testing/GatewayConformance"
import { gatewayShopSuite } from "@stoa/core/testing/GatewayShopSuite"
import { paystackHarness } from "./testing/PaystackHarness.ts"

gatewayConformance(paystackHarness)
gatewayShopSuite(paystackHarness, {
  name: "SQLite",
  storage: () => sqlite({ filename: ":memory:" }).layer({ migrations: [] })
})
