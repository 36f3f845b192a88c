/**
 * What a gateway tells of the card that an order was paid with, for rules against fraud. Never its number.
 */
import * as Schema from "effect/Schema"
import { Timestamp } from "../kernel/Timestamp.ts"

/** What the bank says of something that the buyer typed; `null` if nobody asked it, or it does not say. */
const check = Schema.NullOr(Schema.Literals(["passed", "failed"]))

/** What is known of a card besides which one it is. */
export const CardFacts = Schema.Struct({
  brand: Schema.NullOr(Schema.String),
  last4: Schema.NullOr(Schema.String),
  /** Where it was issued (ISO 3166-1, two letters). */
  country: Schema.NullOr(Schema.String),
  funding: Schema.NullOr(Schema.Literals(["credit", "debit", "prepaid"])),
  /** The lines of the address, its postal code, and the code on the card. */
  checks: Schema.Struct({ address: check, postalCode: check, securityCode: check }),
  /**
   * How the buyer proved to their bank that the card is theirs. `attempted`: the bank was asked and could not say, and bears
   * the loss all the same. `null`: it was not asked.
   */
  threeDSecure: Schema.NullOr(Schema.Literals(["authenticated", "attempted", "failed"]))
}).annotate({ identifier: "CardFacts" })
export interface CardFacts extends Schema.Schema.Type<typeof CardFacts> {}

/** A card as a gateway knows it. */
export interface GatewayCard extends CardFacts {
  /**
   * The same for every payment with the card: a word of the gateway's own, or a keyed hash that the adapter has made, from
   * which the number cannot be found out. `null` if the gateway does not say which card it is.
   */
  readonly fingerprint: string | null
}

/** What staff see of what a card is known by (`CardKey`), enough to tell cards apart. */
export const masked = (key: string): string => `${key.slice(0, 8)}...`

/** A card that an order was or should have been paid with, as fraud staff see it. */
export const SeenCard = Schema.Struct({
  paymentId: Schema.String,
  orderId: Schema.String,
  gateway: Schema.String,
  /** The beginning of a hash: the same for the same card at the same gateway. `null` if the gateway does not say which it is. */
  card: Schema.NullOr(Schema.String),
  facts: CardFacts,
  at: Timestamp
}).annotate({ identifier: "SeenCard" })
export interface SeenCard extends Schema.Schema.Type<typeof SeenCard> {}

/** A country as gateways write it (`"NG"`, `"ng"`, `"NIGERIA NG"`), as two capital letters. */
export const countryOf = (text: string | null | undefined): string | null =>
  /(?:^|\s)([A-Za-z]{2})\s*$/.exec(text ?? "")?.[1]?.toUpperCase() ?? null
