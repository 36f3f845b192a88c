import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page, PageRequest } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type * as Schema from "effect/Schema"
import type { OrderNote } from "./OrderNote.ts"

/** Of which order, or of all orders of which customer, and for whom. */
export interface NotesQuery extends Schema.Struct.Type<typeof PageRequest> {
  readonly orderId?: string
  readonly customerId?: string
  /** Leaves out what is for staff only. */
  readonly forCustomer?: boolean
}

/** Where notes at orders are kept. */
export class OrderNoteRepository extends Context.Service<OrderNoteRepository, {
  readonly insert: (note: OrderNote) => Effect.Effect<void, StorageError>
  readonly find: (id: string) => Effect.Effect<OrderNote | undefined, StorageError>
  /** Newest first. */
  readonly list: (query: NotesQuery) => Effect.Effect<Page<OrderNote>, InvalidInput | StorageError>
  /** Deletes the notes at all orders of a customer. */
  readonly forget: (customerId: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/orders/OrderNoteRepository") {}
