import type { Behaviour, GatewayHarness } from "@stoa/core/testing/GatewayHarness"
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

/** The adapter in front of a Pocket on this machine: how the suite makes things happen there. */
export const pocketHarness: GatewayHarness = {
  name: "Pocket",
  currency: "EUR",
  webhooks: { signsBody: true, signsTime: true },
  open: Effect.map(PocketServer.open, (server) => ({
    gateway: pocket({ secret: server.secret, url: server.url }),
    method: (behaviour) => means[behaviour],
    visit: server.agree,
    leave: server.refuse,
    records: server.records,
    refunds: server.refunds,
    fail: server.fail,
    outage: server.outage,
    revoke: server.revoke,
    webhook: server.webhook,
    sign: server.sign,
    secrets: [server.secret]
  }))
}
