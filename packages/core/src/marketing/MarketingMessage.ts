/**
 * Messages that people can do without, from when they are written down until it is decided whether and when they are
 * sent.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import { next, local } from "../kernel/LocalTime.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { MarketingKind } from "../notifications/MarketingKind.ts"
import type { Recipient } from "../notifications/Notifications.ts"
import type { User } from "../identity/Account.ts"
import type { UserPreferences } from "../identity/Preferences.ts"
import type { MarketingSettings } from "../stores/MarketingSettings.ts"

export const MarketingMessageId = Id.define("mkt", "MarketingMessageId")
export type MarketingMessageId = typeof MarketingMessageId.Type

/** Who gets a message. */
export interface MarketingRecipient {
  readonly channel: Recipient["channel"]
  /** An e-mail address, a number, or the id of the account. */
  readonly address: string
  /** The account that it belongs to, where it has one. */
  readonly userId: string | null
}

/** Why a message is not sent after all. */
export const Dropped = Schema.Literals(["no_account", "no_consent", "not_wanted", "unsubscribed", "no_way_to_unsubscribe", "outdated", "cancelled"])
export type Dropped = typeof Dropped.Type

/** A message that waits, with what only the engine needs to know of it. */
export interface MarketingMessage extends MarketingRecipient {
  readonly id: MarketingMessageId
  /** Of those of the same source one is sent. */
  readonly source: string
  readonly kind: MarketingKind
  /** Whether its reader asked for this very message, and so needs no consent to marketing. */
  readonly requested: boolean
  readonly template: string
  readonly locale: string | null
  readonly inbox: string | null
  readonly link: string | null
  /** What it was sent with by hand, if it was. */
  readonly campaignId: string | null
  readonly data: Readonly<Record<string, Schema.Json>>
  readonly status: "waiting" | "released" | "dropped"
  readonly dropped: Dropped | null
  /** How often it was decided on. */
  readonly tried: number
  readonly nextAttemptAt: Timestamp | null
  readonly createdAt: Timestamp
}

/** A message with what is known of the account that it goes to; `null` where there is none, or none any more. */
export interface AddressedMessage extends MarketingMessage {
  readonly account: { readonly email: string; readonly status: User["status"] } | null
}

/** What is decided on a message that was tried `from` times until then. */
export interface Decision extends Pick<MarketingMessage, "id" | "status" | "dropped" | "nextAttemptAt"> {
  readonly from: number
}

/** The day on which a message counts, by the calendar of its reader. */
export const dayOf = (now: Timestamp, timeZone: string): string => local(now, timeZone)[0]

/** When the quiet hours that a moment lies in are over; `undefined` outside of them. */
export const quietUntil = (
  now: Timestamp,
  timeZone: string,
  quiet: MarketingSettings["quietHours"]
): Timestamp | undefined => {
  if (quiet === null || quiet.from === quiet.to) return undefined
  const time = local(now, timeZone)[1]
  const isQuiet = quiet.from < quiet.to
    ? time >= quiet.from && time < quiet.to
    : time >= quiet.from || time < quiet.to
  return isQuiet ? next(now, timeZone, quiet.to) : undefined
}

/** When the next day begins for a reader, after which they may get a message again. */
export const tomorrow = (now: Timestamp, timeZone: string): Timestamp => next(now, timeZone, "00:00")

/** Who is to read a message, as they are now. */
export interface Reader {
  /** Whether they have no account, or one that is open: it may be locked by now, or gone. */
  readonly isOpen: boolean
  /** Those of the account; `undefined` for somebody who has none. */
  readonly preferences: UserPreferences | undefined
  /** Whether the address, where it has no account, wants none of the kind. */
  readonly refused: boolean
}

/** Why a message must not be sent, by who is to read it and what they have said; `undefined` if it may. */
export const objection = (
  { channel, kind, requested }: Pick<MarketingMessage, "channel" | "kind" | "requested">,
  { isOpen, preferences, refused }: Reader
): Dropped | undefined => {
  if (!isOpen) return "no_account"
  if (refused) return "unsubscribed"
  if (preferences !== undefined && !preferences.choices[kind][channel]) return "not_wanted"
  return requested || preferences?.marketing[channel].granted === true ? undefined : "no_consent"
}
