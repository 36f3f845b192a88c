/**
 * Lines that buyers have taken out of their cart and set aside: they cost nothing, hold no stock, and are no part of an order.
 */
import * as Schema from "effect/Schema"
import { Gift } from "../catalog/Gift.ts"
import { VariantId } from "../catalog/Product.ts"
import * as Id from "../kernel/Id.ts"
import { StoaError } from "../kernel/StoaError.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Offer, where } from "./Offer.ts"

export const SavedLineId = Id.define("saved", "SavedLineId")
export type SavedLineId = typeof SavedLineId.Type

/** How many lines a buyer sets aside at most. */
export const maximumSaved = 100

/** A line as it is kept. */
export const KeptLine = Schema.Struct({
  id: SavedLineId,
  variantId: VariantId,
  quantity: Schema.Int,
  /** Of gift cards: who they are for, and when their codes are sent. */
  gift: Schema.optionalKey(Gift),
  savedAt: Timestamp
})
export interface KeptLine extends Schema.Schema.Type<typeof KeptLine> {}

/** A line that is set aside, with what one piece costs and how many there are now. */
export const SavedLine = Schema.Struct({ ...Offer.fields, ...KeptLine.fields }).annotate({ identifier: "SavedLine" })
export interface SavedLine extends Schema.Schema.Type<typeof SavedLine> {}

/** Where the buyer is, by which prices go. */
export const ListSaved = Schema.Struct(where).annotate({ identifier: "ListSaved" })

/** How many pieces go back into the cart; all of them if it is left out. */
export const TakeBack = Schema.Struct({
  quantity: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })))
}).annotate({ identifier: "TakeBack" })

/** Nothing of that id is set aside by the caller. */
export class SavedLineNotFound extends StoaError<SavedLineNotFound>()("SavedLineNotFound", {
  code: "saved_line_not_found",
  kind: "not_found"
}, { savedLineId: Schema.String }) {
  override get message(): string {
    return `There is no saved line ${this.savedLineId}`
  }
}
