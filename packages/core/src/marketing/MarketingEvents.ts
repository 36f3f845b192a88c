import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { MarketingChannel, MarketingKind } from "../notifications/MarketingKind.ts"

/** Somebody wants no more of a kind of messages, by the link in one. `null`: an address without an account. */
export const MarketingUnsubscribed = DomainEvent.define(
  "marketing.unsubscribed",
  Schema.Struct({ customerId: Schema.NullOr(Schema.String), channel: MarketingChannel, kind: MarketingKind })
)
