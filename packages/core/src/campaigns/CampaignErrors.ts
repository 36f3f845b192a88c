import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"
import { CampaignStatus } from "./Campaign.ts"

/** There is no such campaign. */
export class CampaignNotFound extends StoaError<CampaignNotFound>()("CampaignNotFound", {
  code: "campaign_not_found",
  kind: "not_found"
}, { campaignId: Schema.String }) {
  override get message(): string {
    return `There is no campaign ${this.campaignId}`
  }
}

/** What was asked for is not possible with a campaign that is as far as this one. */
export class CampaignNotAllowed extends StoaError<CampaignNotAllowed>()("CampaignNotAllowed", {
  code: "campaign_not_allowed",
  kind: "conflict"
}, { campaignId: Schema.String, status: CampaignStatus, allowed: Schema.Array(CampaignStatus) }) {
  override get message(): string {
    return `The campaign ${this.campaignId} is ${this.status}; only one that is ${this.allowed.join(" or ")} can be treated like this`
  }
}
