import {
  AnnounceCampaign,
  Campaign,
  CampaignProgress,
  CampaignReach,
  CreateCampaign,
  ListCampaigns,
  SendCampaign,
  UpdateCampaign
} from "@stoa/core/campaigns/Campaign"
import { CampaignNotAllowed, CampaignNotFound } from "@stoa/core/campaigns/CampaignErrors"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { TemplateNotFound } from "@stoa/core/notifications/TemplateErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "notifications:read" }
const writes: Traits = { access: "staff", permission: "notifications:write" }

export const CampaignPage = page("CampaignPage", Campaign)

/** Messages that staff send by hand to many people. */
export class CampaignsGroup extends HttpApiGroup.make("campaigns").add(
  HttpApiEndpoint.get("list", "/admin/campaigns", { query: ListCampaigns, success: CampaignPage }).annotateMerge(
    operation("List campaigns, newest first", reads)
  ),
  HttpApiEndpoint.post("create", "/admin/campaigns", {
    payload: CreateCampaign,
    success: Campaign.pipe(HttpApiSchema.status(201))
  }).middleware(Idempotent).annotateMerge(
    operation("Create a campaign, as a draft", { ...writes, idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.get("get", "/admin/campaigns/:id", {
    params: byId,
    success: Campaign,
    error: problems(CampaignNotFound)
  }).annotateMerge(operation("See a campaign", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("update", "/admin/campaigns/:id", {
    params: byId,
    payload: UpdateCampaign,
    success: Campaign,
    error: problems(CampaignNotFound, CampaignNotAllowed, VersionConflict)
  }).annotateMerge(operation("Change a campaign that is a draft", { ...writes, conditional: true, tagged: true })),
  HttpApiEndpoint.delete("delete", "/admin/campaigns/:id", {
    params: byId,
    error: problems(CampaignNotFound, CampaignNotAllowed, VersionConflict)
  }).annotateMerge(operation("Delete a campaign that is a draft", { ...writes, conditional: true })),
  HttpApiEndpoint.get("reach", "/admin/campaigns/:id/reach", {
    params: byId,
    success: CampaignReach,
    error: problems(CampaignNotFound)
  }).annotateMerge(operation("Count the people that a campaign would be written to now", reads)),
  HttpApiEndpoint.get("progress", "/admin/campaigns/:id/progress", {
    params: byId,
    success: CampaignProgress,
    error: problems(CampaignNotFound)
  }).annotateMerge(operation("See how far a campaign is", reads)),
  HttpApiEndpoint.post("send", "/admin/campaigns/:id/send", {
    params: byId,
    payload: SendCampaign,
    success: Campaign.pipe(HttpApiSchema.status(202)),
    error: problems(CampaignNotFound, CampaignNotAllowed, TemplateNotFound, VersionConflict)
  }).middleware(Idempotent).annotateMerge(
    operation("Send a campaign, now or later", { ...writes, conditional: true, idempotent: true })
  ),
  HttpApiEndpoint.post("announce", "/admin/notifications/send", {
    payload: AnnounceCampaign,
    success: Campaign.pipe(HttpApiSchema.status(202)),
    error: problems(TemplateNotFound)
  }).middleware(Idempotent).annotateMerge(
    operation("Create a campaign and send it, now or later", { ...writes, idempotent: true })
  ),
  HttpApiEndpoint.post("cancel", "/admin/campaigns/:id/cancel", {
    params: byId,
    success: Campaign,
    error: problems(CampaignNotFound, CampaignNotAllowed)
  }).middleware(Idempotent).annotateMerge(
    operation("Call a campaign off: what has not left is not sent", { ...writes, idempotent: true })
  )
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Campaigns (staff)", description: "Messages sent by hand to many people" })
) {}
