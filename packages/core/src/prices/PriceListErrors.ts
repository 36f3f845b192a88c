import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such price list. */
export class PriceListNotFound extends StoaError<PriceListNotFound>()("PriceListNotFound", {
  code: "price_list_not_found",
  kind: "not_found"
}, { priceListId: Schema.String }) {
  override get message(): string {
    return `There is no price list ${this.priceListId}`
  }
}

/** The store has as many price lists as it may have. */
export class TooManyPriceLists extends StoaError<TooManyPriceLists>()("TooManyPriceLists", {
  code: "too_many_price_lists",
  kind: "conflict"
}, { maximum: Schema.Int }) {
  override get message(): string {
    return `A store has at most ${this.maximum} price lists; delete those that are over`
  }
}
