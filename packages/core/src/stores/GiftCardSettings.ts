/**
 * What holds for gift cards that the store sells.
 */
import * as Schema from "effect/Schema"

export const GiftCardSettings = Schema.Struct({
  /** For how many days from the purchase on a card can be spent; `null`: it has no end. */
  days: Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 36_500 }))),
  /** Whether gift cards can be bought with gift cards. */
  buyGiftCards: Schema.Boolean
}).annotate({ identifier: "GiftCardSettings" })
export interface GiftCardSettings extends Schema.Schema.Type<typeof GiftCardSettings> {}

export const defaultGiftCardSettings: GiftCardSettings = { days: null, buyGiftCards: false }
