import {
  CloseDispute,
  Dispute,
  DisputeDecided,
  DisputeEvidence,
  DisputeNotFound,
  InvalidDispute,
  ListDisputes,
  OpenDispute
} from "@stoa/core/payments/Dispute"
import { GatewayMisconfigured, GatewayRejected, GatewayUnavailable } from "@stoa/core/payments/PaymentGateway"
import { GatewayNotFound, PaymentNotFound } from "@stoa/core/payments/PaymentsErrors"
import { DisputeUnmatched, ListUnmatchedDisputes, MatchDispute, UnmatchedDispute } from "@stoa/core/payments/UnmatchedDispute"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "payments:read" }
const writes: Traits = { access: "staff", permission: "payments:write", idempotent: true, tagged: true }

export const DisputePage = page("DisputePage", Dispute)
export const UnmatchedDisputePage = page("UnmatchedDisputePage", UnmatchedDispute)

/** Buyers who want their money back from the bank. */
export class DisputesGroup extends HttpApiGroup.make("disputes").add(
  HttpApiEndpoint.get("list", "/admin/disputes", { query: ListDisputes, success: DisputePage }).annotateMerge(
    operation("List disputes, newest first", reads)
  ),
  HttpApiEndpoint.get("unmatched", "/admin/disputes/unmatched", {
    query: ListUnmatchedDisputes,
    success: UnmatchedDisputePage
  }).annotateMerge(operation("List disputes that gateways tell of and whose payment the shop does not know", reads)),
  HttpApiEndpoint.post("match", "/admin/disputes/unmatched/ask", {
    payload: MatchDispute,
    success: Dispute,
    error: problems(DisputeUnmatched, GatewayNotFound, GatewayUnavailable, GatewayMisconfigured, GatewayRejected)
  }).middleware(Idempotent).annotateMerge(operation("Ask a gateway about one of these again", writes)),
  HttpApiEndpoint.get("get", "/admin/disputes/:id", {
    params: byId,
    success: Dispute,
    error: problems(DisputeNotFound)
  }).annotateMerge(operation("See a dispute", { ...reads, tagged: true })),
  HttpApiEndpoint.post("open", "/admin/disputes", {
    payload: OpenDispute,
    success: Dispute.pipe(HttpApiSchema.status(201)),
    error: problems(PaymentNotFound, InvalidDispute)
  }).middleware(Idempotent).annotateMerge(
    operation("Write down a dispute of a gateway that does not tell of it", writes)
  ),
  HttpApiEndpoint.post("answer", "/admin/disputes/:id/evidence", {
    params: byId,
    payload: DisputeEvidence,
    success: Dispute,
    error: problems(DisputeNotFound, DisputeDecided, GatewayNotFound, GatewayUnavailable, GatewayMisconfigured, GatewayRejected)
  }).middleware(Idempotent).annotateMerge(operation("Say why the money is the shop's, and tell the gateway", writes)),
  HttpApiEndpoint.post("close", "/admin/disputes/:id/close", {
    params: byId,
    payload: CloseDispute,
    success: Dispute,
    error: problems(DisputeNotFound, DisputeDecided, InvalidDispute)
  }).middleware(Idempotent).annotateMerge(
    operation("Say how a dispute ended, of a gateway that does not tell it", writes)
  )
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Disputes", description: "Buyers who want their money back from the bank" })
) {}
