/**
 * Notes at orders: those of staff among themselves, and those to the buyer, who gets a mail.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import * as Actor from "../kernel/Actor.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as OrderAccess from "./OrderAccess.ts"
import { OrderNoted } from "./OrderEvents.ts"
import { ListOrderNotes, type OrderNote, OrderNoteId, WriteOrderNote } from "./OrderNote.ts"
import { OrderNoteRepository } from "./OrderNoteRepository.ts"
import { OrderRepository } from "./OrderRepository.ts"
import { OrderNotFound } from "./OrdersErrors.ts"

export class OrderNotes extends Context.Service<OrderNotes, {
  /** Writes a note at an order. One for the customer is sent to them. Needs `orders:write`. */
  readonly write: (
    orderId: string,
    input: typeof WriteOrderNote.Encoded
  ) => Effect.Effect<OrderNote, InvalidInput | OrderNotFound | StorageError | Denied>
  /** The notes at an order that the caller may see, newest first: all for staff, those written to them for buyers. */
  readonly list: (
    orderId: string,
    input?: typeof ListOrderNotes.Encoded
  ) => Effect.Effect<Page<OrderNote>, InvalidInput | OrderNotFound | StorageError>
}>()("@stoa/core/orders/OrderNotes") {}

const decodeWrite = Input.decoder(WriteOrderNote)
const decodeList = Input.decoder(ListOrderNotes)

const checked = Input.textParameters<OrderNotes["Service"]>({ write: ["orderId"], list: ["orderId"] })

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const repository = yield* OrderNoteRepository
  const orders = yield* OrderRepository
  const visible = OrderAccess.visible(orders)
  const events = yield* Events
  const audit = yield* AuditLog
  const transactor = yield* Transactor

  return watched(checked(OrderNotes.of({
    write: Effect.fn("OrderNotes.write")(function*(orderId, input) {
      yield* Permission.require("orders:write")
      const { forCustomer = false, text } = yield* decodeWrite(input)
      const order = yield* orders.find(orderId)
      if (order === undefined) return yield* new OrderNotFound({ order: orderId })
      const note: OrderNote = {
        id: yield* OrderNoteId.generate,
        orderId: order.id,
        text,
        forCustomer,
        author: Actor.describe(yield* Actor.CurrentActor),
        createdAt: yield* Timestamp.now
      }
      yield* transactor.transaction(Effect.gen(function*() {
        yield* repository.insert(note)
        // what it says is kept in one place, from where it can be forgotten
        const { customerId, id, number } = order
        yield* events.publish([OrderNoted.make(id, { orderId: id, number, customerId, noteId: note.id, forCustomer })])
        yield* audit.record({ action: "order.note", subject: id, details: { noteId: note.id, forCustomer } })
      }))
      return note
    }),

    list: Effect.fn("OrderNotes.list")(function*(orderId, input = {}) {
      const query = yield* decodeList(input)
      const actor = yield* Actor.CurrentActor
      const order = yield* visible(orderId)
      if (Permission.holds(actor, "orders:read")) return yield* repository.list({ ...query, orderId: order.id })
      const { items, nextCursor } = yield* repository.list({ ...query, orderId: order.id, forCustomer: true })
      return { items: items.map((note) => Object.assign({}, note, { author: OrderAccess.withoutName(note.author) })), nextCursor }
    })
  })))
})

export const layer: Layer.Layer<
  OrderNotes,
  never,
  OrderNoteRepository | OrderRepository | Events | AuditLog | Transactor
> = Layer.effect(OrderNotes, make)
