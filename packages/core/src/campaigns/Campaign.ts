/**
 * Campaigns: a message that staff send by hand to many people at once, of those who agreed to get news.
 */
import * as Schema from "effect/Schema"
import { Segment } from "../analytics/SalesFigures.ts"
import { CustomerGroupId } from "../customers/CustomerGroup.ts"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { Dropped } from "../marketing/MarketingMessage.ts"
import { TemplateLanguage, TemplateName } from "../notifications/StoredTemplate.ts"

export const CampaignId = Id.define("cmp", "CampaignId")
export type CampaignId = typeof CampaignId.Type

/**
 * `draft`: may be changed; `scheduled`: begins at `sendAt`; `sending`: messages are being written down or wait for their
 * hour; `sent`: it was decided on all of them; `cancelled`: what had not left is not sent.
 */
export const CampaignStatus = Schema.Literals(["draft", "scheduled", "sending", "sent", "cancelled"])
export type CampaignStatus = typeof CampaignStatus.Type

/** Text messages are left out, for the engine knows nobody's number. */
export const CampaignChannel = Schema.Literals(["email", "push"])
export type CampaignChannel = typeof CampaignChannel.Type

/** Whom it is for, of the customers who agreed to news on the channel: all of them, or those for whom all that is named holds. */
export const CampaignAudience = Schema.Struct({
  /** Who belongs to one of these groups. */
  groups: Schema.optionalKey(Schema.Array(CustomerGroupId).check(Schema.isMinLength(1), Schema.isMaxLength(20))),
  /** Who stands in one of these segments as a buyer, as of the last minute. */
  segments: Schema.optionalKey(Schema.Array(Segment).check(Schema.isMinLength(1), Schema.isMaxLength(5))),
  /** Who chose one of these languages. */
  languages: Schema.optionalKey(Schema.Array(TemplateLanguage).check(Schema.isMinLength(1), Schema.isMaxLength(20)))
}).annotate({ identifier: "CampaignAudience" })
export interface CampaignAudience extends Schema.Schema.Type<typeof CampaignAudience> {}

/** What the template is given: `{ "code": "AUTUMN" }`. */
const CampaignData = Schema.Record(text(60), Schema.Union([text(2_000), Schema.Finite, Schema.Boolean])).check(
  Schema.makeFilter((data) => Object.keys(data).length <= 50 || "Expected at most 50 values")
)

const words = {
  /** For staff. */
  name: name(200),
  channel: CampaignChannel,
  /** The name of the template that it is written with, in the language of each reader where there is one. */
  template: TemplateName,
  data: CampaignData,
  /** The page that it is about: where a push leads, and the entry in the inbox. */
  link: Schema.NullOr(Schema.String.check(Schema.isPattern(/^https:\/\/\S+$/, { expected: "an address with https" }), Schema.isMaxLength(2_000))),
  audience: CampaignAudience
} as const

export const Campaign = Schema.Struct({
  id: CampaignId,
  ...words,
  status: CampaignStatus,
  /** When it begins, of one that is scheduled or was. */
  sendAt: Schema.NullOr(Timestamp),
  startedAt: Schema.NullOr(Timestamp),
  /** When it was decided on the last message, or when it was called off. */
  finishedAt: Schema.NullOr(Timestamp),
  version: Version,
  createdAt: Timestamp,
  /** Who wrote it, as in the audit log. */
  createdBy: Schema.String,
  updatedAt: Timestamp
}).annotate({ identifier: "Campaign" })
export interface Campaign extends Schema.Schema.Type<typeof Campaign> {}

export const CreateCampaign = Schema.Struct({
  name: words.name,
  channel: Schema.optionalKey(words.channel),
  template: words.template,
  data: Schema.optionalKey(words.data),
  link: Schema.optionalKey(words.link),
  audience: Schema.optionalKey(words.audience)
}).annotate({ identifier: "CreateCampaign" })

/** Changes to a draft; what is left out stays. */
export const UpdateCampaign = Schema.Struct({
  name: Schema.optionalKey(words.name),
  channel: Schema.optionalKey(words.channel),
  template: Schema.optionalKey(words.template),
  data: Schema.optionalKey(words.data),
  link: Schema.optionalKey(words.link),
  audience: Schema.optionalKey(words.audience),
  /** The version that the change is based on; without it the change applies to whatever is there. */
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateCampaign" })

/** A campaign that begins as soon as it is written, or at a time. */
export const AnnounceCampaign = Schema.Struct({
  ...CreateCampaign.fields,
  /** At once if it is left out, or gone by. */
  sendAt: Schema.optionalKey(Timestamp)
}).annotate({ identifier: "AnnounceCampaign" })

export const SendCampaign = Schema.Struct({
  /** At once if it is left out, or gone by. */
  sendAt: Schema.optionalKey(Timestamp),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "SendCampaign" })

export const ListCampaigns = Schema.Struct({ status: Schema.optionalKey(CampaignStatus), ...Page.PageRequest })
export type ListCampaigns = typeof ListCampaigns.Type

/** How many people a campaign would be written to now. */
export const CampaignReach = Schema.Struct({ people: Schema.Int }).annotate({ identifier: "CampaignReach" })

/** How far a campaign is. */
export const CampaignProgress = Schema.Struct({
  /** Whether all messages were written down. */
  complete: Schema.Boolean,
  /** Messages that were written down: `waiting + released + dropped`. */
  messages: Schema.Int,
  /** Those that it was not decided on yet, for quiet hours and limits of the day too. */
  waiting: Schema.Int,
  /** Those that were handed to what sends them. */
  released: Schema.Int,
  dropped: Schema.Int,
  /** Why, with the most frequent reason first. */
  reasons: Schema.Array(Schema.Struct({ reason: Dropped, messages: Schema.Int }))
}).annotate({ identifier: "CampaignProgress" })
export interface CampaignProgress extends Schema.Schema.Type<typeof CampaignProgress> {}

/** Who one message of a campaign goes to. */
export interface CampaignReader {
  readonly id: string
  readonly email: string
}

/** A campaign with what only the engine needs to know of it. */
export interface StoredCampaign extends Campaign {
  /** The last reader whose message was written down. */
  readonly cursor: string
  /** Whether all were. */
  readonly complete: boolean
  /** What it came to, once that is known. */
  readonly outcome: CampaignProgress | null
}
