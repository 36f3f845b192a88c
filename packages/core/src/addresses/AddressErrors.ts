import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** The caller has no such address. */
export class AddressNotFound extends StoaError<AddressNotFound>()("AddressNotFound", {
  code: "address_not_found",
  kind: "not_found"
}, { addressId: Schema.String }) {
  override get message(): string {
    return `There is no address ${this.addressId}`
  }
}

/** The address book is full. */
export class AddressBookFull extends StoaError<AddressBookFull>()("AddressBookFull", {
  code: "address_book_full",
  kind: "conflict"
}, { maximum: Schema.Int }) {
  override get message(): string {
    return `An address book holds at most ${this.maximum} addresses; remove one first`
  }
}
