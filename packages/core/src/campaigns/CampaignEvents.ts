/**
 * What happens to campaigns.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { CampaignChannel } from "./Campaign.ts"

const campaign = Schema.Struct({ name: Schema.String, channel: CampaignChannel })

/** Its messages are written down from now on. */
export const CampaignStarted = DomainEvent.define("campaign.started", campaign)

/** It was decided on all of its messages. */
export const CampaignFinished = DomainEvent.define(
  "campaign.finished",
  Schema.Struct({ ...campaign.fields, released: Schema.Int, dropped: Schema.Int })
)

/** What had not left is not sent. */
export const CampaignCancelled = DomainEvent.define("campaign.cancelled", campaign)
