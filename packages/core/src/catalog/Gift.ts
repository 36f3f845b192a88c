/**
 * What a buyer says of a gift card: who it is for, and when it is sent.
 */
import * as Schema from "effect/Schema"
import { Email } from "../kernel/Email.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

/** The most that one gift card is of, in minor units. */
export const maximumGift = 1_000_000_000_000

/** How many gift cards are bought in one line at most. */
export const maximumGiftCards = 500

/** How far ahead a code can be sent: nobody pays now for what comes in years. */
export const sentWithin = "366 days"

export const Gift = Schema.Struct({
  /** Where the code is sent; to the buyer if it is left out. */
  email: Schema.optionalKey(Email),
  /** Who it is for. */
  name: Schema.optionalKey(name(200)),
  message: Schema.optionalKey(text(1_000)),
  /** When the code is sent, at most 366 days from now; as soon as the card is paid if it is left out. */
  sendAt: Schema.optionalKey(Timestamp)
}).annotate({ identifier: "Gift" })
export interface Gift extends Schema.Schema.Type<typeof Gift> {}

/** Whether two are for the same person, with the same words and at the same time. */
export const isSame = (a: Gift, b: Gift): boolean =>
  a.email === b.email && a.name === b.name && a.message === b.message && a.sendAt === b.sendAt
