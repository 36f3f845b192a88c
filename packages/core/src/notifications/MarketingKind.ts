/**
 * The kinds of messages that people can do without, and by which they choose what they get. Whatever belongs to an order
 * or an account is of none of them and cannot be switched off.
 */
import * as Schema from "effect/Schema"

export const MarketingKind = Schema.Literals(["news", "cart_reminders", "back_in_stock", "review_requests", "price_drops"])
export type MarketingKind = typeof MarketingKind.Type

/** What they are sent by. */
export const MarketingChannel = Schema.Literals(["email", "sms", "push"])
export type MarketingChannel = typeof MarketingChannel.Type

const ofKind = Schema.Struct({ email: Schema.Boolean, sms: Schema.Boolean, push: Schema.Boolean })

/** Which kinds somebody gets by which channel. Without consent to marketing on a channel they get none by it. */
export const MarketingChoices = Schema.Struct({
  news: ofKind,
  cart_reminders: ofKind,
  back_in_stock: ofKind,
  review_requests: ofKind,
  price_drops: ofKind
}).annotate({ identifier: "MarketingChoices" })
export interface MarketingChoices extends Schema.Schema.Type<typeof MarketingChoices> {}

const all = { email: true, sms: true, push: true }

/** Those of somebody who has chosen nothing. */
export const everything: MarketingChoices = { news: all, cart_reminders: all, back_in_stock: all, review_requests: all, price_drops: all }

const changed = Schema.optionalKey(
  Schema.Struct({
    email: Schema.optionalKey(Schema.Boolean),
    sms: Schema.optionalKey(Schema.Boolean),
    push: Schema.optionalKey(Schema.Boolean)
  })
)

/** What is left out stays. */
export const ChangeChoices = Schema.Struct({
  news: changed,
  cart_reminders: changed,
  back_in_stock: changed,
  review_requests: changed,
  price_drops: changed
}).annotate({ identifier: "ChangeMarketingChoices" })

export const change = (before: MarketingChoices, by: typeof ChangeChoices.Type): MarketingChoices => ({
  news: { ...before.news, ...by.news },
  cart_reminders: { ...before.cart_reminders, ...by.cart_reminders },
  back_in_stock: { ...before.back_in_stock, ...by.back_in_stock },
  review_requests: { ...before.review_requests, ...by.review_requests },
  price_drops: { ...before.price_drops, ...by.price_drops }
})
