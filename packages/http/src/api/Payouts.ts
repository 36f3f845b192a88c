import {
  CollectedPayouts,
  CollectPayouts,
  ListPayoutEntries,
  ListPayouts,
  Payout,
  PayoutEntry,
  PayoutNotFound
} from "@stoa/core/payments/Payout"
import { GatewayNotFound } from "@stoa/core/payments/PaymentsErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "payments:read" }

export const PayoutPage = page("PayoutPage", Payout)
export const PayoutEntryPage = page("PayoutEntryPage", PayoutEntry)
export const CollectedPayoutsPage = page("CollectedPayoutsPage", CollectedPayouts)

/** What gateways have sent to the shop's bank. */
export class PayoutsGroup extends HttpApiGroup.make("payouts").add(
  HttpApiEndpoint.get("list", "/admin/payouts", { query: ListPayouts, success: PayoutPage }).annotateMerge(
    operation("List what gateways have sent to the bank, newest first", reads)
  ),
  HttpApiEndpoint.get("get", "/admin/payouts/:id", {
    params: byId,
    success: Payout,
    error: problems(PayoutNotFound)
  }).annotateMerge(operation("See a payout, and what of it the shop knows otherwise", { ...reads, tagged: true })),
  HttpApiEndpoint.get("entries", "/admin/payouts/:id/entries", {
    params: byId,
    query: ListPayoutEntries,
    success: PayoutEntryPage,
    error: problems(PayoutNotFound)
  }).annotateMerge(operation("List what a payout is made of", reads)),
  HttpApiEndpoint.post("collect", "/admin/payouts/collect", {
    payload: CollectPayouts,
    success: CollectedPayoutsPage,
    error: problems(GatewayNotFound)
  }).middleware(Idempotent).annotateMerge(
    operation("Take in what the gateways have paid out, now", {
      access: "staff",
      permission: "payments:write",
      idempotent: true
    })
  )
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Payouts", description: "What gateways have sent to the shop's bank" })
) {}
