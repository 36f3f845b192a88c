import { sqlite } from "@stoa/adapter-sqlite"
import { type Behaviour, gatewayConformance, type GatewayHarness, gatewayShopSuite } from "@stoa/core/testing"
import { Effect } from "effect"
import { pocket } from "./Pocket.ts"
import * as PocketServer from "./PocketServer.ts"

const means: Readonly<Record<Behaviour, string>> = {
  pays: "ok",
  is_declined: "no",
  has_too_little: "poor",
  is_sent_away: "page",
  pays_another_amount: "odd"
}

const harness: GatewayHarness = {
  name: "Pocket",
  currency: "EUR",
  webhooks: { signsBody: true, signsTime: true },
  open: Effect.map(PocketServer.open, (server) => ({
    gateway: pocket({ secret: server.secret, url: server.url }),
    method: (behaviour) => means[behaviour],
    visit: server.agree,
    leave: server.refuse,
    records: server.records,
    fail: server.fail,
    revoke: server.revoke,
    webhook: server.webhook,
    sign: server.sign,
    secrets: [server.secret]
  }))
}

gatewayConformance(harness)
gatewayShopSuite(harness, {
  name: "SQLite",
  storage: () => sqlite({ filename: ":memory:" }).layer({ migrations: [] })
})
