/**
 * Templates that the staff of a store write, in place of those that are shipped or were given to the engine.
 */
import * as Schema from "effect/Schema"
import { text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"

/** What a template is called: `"order-confirmation"`. */
export const TemplateName = Schema.String.check(
  Schema.isPattern(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, { expected: "a name such as order-confirmation" }),
  Schema.isMaxLength(60)
)

/** BCP 47: `"de"` or `"de-AT"`. */
export const TemplateLanguage = Schema.String.check(
  Schema.isPattern(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$/, { expected: "a language tag, such as en-US" })
)

const words = {
  /** Liquid; one line. */
  subject: text(500),
  text: text(50_000),
  /** What stands in the frame of all mails, or a whole page; made of the text if it is left out. */
  html: Schema.optionalKey(Schema.NullOr(text(200_000))),
  /** What a text message says. */
  sms: Schema.optionalKey(Schema.NullOr(text(1_000)))
} as const

/** A template as it was at one time. Every change is a new version, and old ones stay. */
export const StoredTemplate = Schema.Struct({
  name: TemplateName,
  language: TemplateLanguage,
  version: Version,
  subject: Schema.String,
  text: Schema.String,
  html: Schema.NullOr(Schema.String),
  sms: Schema.NullOr(Schema.String),
  /** Whether it is the one that messages are made with. */
  current: Schema.Boolean,
  createdAt: Timestamp,
  /** Who wrote it, as in the audit log. */
  createdBy: Schema.String
}).annotate({ identifier: "NotificationTemplate" })
export interface StoredTemplate extends Schema.Schema.Type<typeof StoredTemplate> {}

/** A new version of a template, in place of the one that there is. */
export const SaveTemplate = Schema.Struct({
  name: TemplateName,
  language: TemplateLanguage,
  ...words,
  /** The version that the change is based on; 0: there is none. Without it the change applies to whatever is there. */
  version: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)))
}).annotate({ identifier: "SaveNotificationTemplate" })

export const TemplateKey = Schema.Struct({ name: TemplateName, language: TemplateLanguage }).annotate({
  identifier: "NotificationTemplateKey"
})
export interface TemplateKey extends Schema.Schema.Type<typeof TemplateKey> {}

/** Shows what a message would be, without sending it. */
export const PreviewTemplate = Schema.Struct({
  name: TemplateName,
  language: TemplateLanguage,
  /** Words to try out; those that messages are made with if they are left out. */
  template: Schema.optionalKey(Schema.Struct(words)),
  /** What the message would be about; the engine's example if it is left out. */
  data: Schema.optionalKey(Schema.Record(Schema.String, Schema.Json))
}).annotate({ identifier: "PreviewNotificationTemplate" })

export const TemplatePreview = Schema.Struct({
  subject: Schema.String,
  text: Schema.String,
  html: Schema.String,
  sms: Schema.NullOr(Schema.String)
}).annotate({ identifier: "NotificationTemplatePreview" })

/** A template that there is: one of the store's own, or one that is shipped. */
export const TemplateSummary = Schema.Struct({
  name: TemplateName,
  language: TemplateLanguage,
  subject: Schema.String,
  /** `store`: written by staff. `shipped`: the engine's, or its host's. */
  origin: Schema.Literals(["store", "shipped"]),
  version: Schema.NullOr(Version)
}).annotate({ identifier: "NotificationTemplateSummary" })
export interface TemplateSummary extends Schema.Schema.Type<typeof TemplateSummary> {}
