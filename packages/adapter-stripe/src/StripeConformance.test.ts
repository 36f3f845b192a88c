import { sqlite } from "@stoa/adapter-sqlite"
import { gatewayConformance } from "@stoa/core/testing/GatewayConformance"
import { gatewayShopSuite } from "@stoa/core/testing/GatewayShopSuite"
import { stripeHarness } from "./testing/StripeHarness.ts"

gatewayConformance(stripeHarness)
gatewayShopSuite(stripeHarness, {
  name: "SQLite",
  storage: () => sqlite({ filename: ":memory:" }).layer({ migrations: [] })
})
