/**
 * What staff write at an order, for each other or for its buyer.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { OrderId } from "./Order.ts"

export const OrderNoteId = Id.define("note", "OrderNoteId")
export type OrderNoteId = typeof OrderNoteId.Type

export const OrderNote = Schema.Struct({
  id: OrderNoteId,
  orderId: OrderId,
  text: Schema.String,
  /** Whether it is for the buyer, who was told by mail. All others are for staff only. */
  forCustomer: Schema.Boolean,
  /** Who wrote it. Buyers are told that staff did, not who. */
  author: Schema.String,
  createdAt: Timestamp
}).annotate({ identifier: "OrderNote" })
export interface OrderNote extends Schema.Schema.Type<typeof OrderNote> {}

/** A note for staff only, unless it is for the customer. */
export const WriteOrderNote = Schema.Struct({
  text: name(2000),
  forCustomer: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "WriteOrderNote" })

/** Which notes of an order to read, newest first. */
export const ListOrderNotes = Schema.Struct(Page.PageRequest).annotate({ identifier: "ListOrderNotes" })
