/**
 * When and how often a store's customers get messages that they could do without.
 */
import * as Schema from "effect/Schema"
import { TimeOfDay } from "../kernel/LocalTime.ts"

/** How many messages one person gets in a day at most; `null` for as many as there are. */
const perDay = Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000 })))

export const MarketingSettings = Schema.Struct({
  /** Nothing is sent from the one time of the day to the other, by the clock of the person; `null` for at any time. */
  quietHours: Schema.NullOr(Schema.Struct({ from: TimeOfDay, to: TimeOfDay })),
  perDay: Schema.Struct({ email: perDay, sms: perDay, push: perDay })
}).annotate({ identifier: "MarketingSettings" })
export interface MarketingSettings extends Schema.Schema.Type<typeof MarketingSettings> {}

export const defaultMarketingSettings: MarketingSettings = {
  quietHours: { from: "21:00", to: "08:00" },
  perDay: { email: 2, sms: 1, push: 3 }
}
