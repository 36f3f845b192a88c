import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** The variant is not on the caller's list. */
export class WishNotFound extends StoaError<WishNotFound>()("WishNotFound", {
  code: "wish_not_found",
  kind: "not_found"
}, { variantId: Schema.String }) {
  override get message(): string {
    return `The wish list has no variant ${this.variantId}`
  }
}

/** The list is full. */
export class WishListFull extends StoaError<WishListFull>()("WishListFull", {
  code: "wish_list_full",
  kind: "conflict"
}, { maximum: Schema.Int }) {
  override get message(): string {
    return `A wish list holds at most ${this.maximum} variants; remove one first`
  }
}
